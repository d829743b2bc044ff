package dev.paxosjournal.spring.admin.autoconfigure;

import java.util.function.BooleanSupplier;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Whether the application is set up to believe what a proxy says about a request. The address of a
 * request is then what somebody wrote into a header.
 */
final class ProxySettings implements BooleanSupplier {
  private final Environment environment;

  ProxySettings(Environment environment) {
    this.environment = environment;
  }

  @Override
  public boolean getAsBoolean() {
    String strategy = environment.getProperty("server.forward-headers-strategy");
    if (StringUtils.hasText(strategy)) {
      return !strategy.equalsIgnoreCase("none") || usesRemoteIpValve();
    }
    CloudPlatform platform = CloudPlatform.getActive(environment);
    return (platform != null && platform.isUsingForwardHeaders()) || usesRemoteIpValve();
  }

  private boolean usesRemoteIpValve() {
    return StringUtils.hasText(environment.getProperty("server.tomcat.remoteip.remote-ip-header"))
        || StringUtils.hasText(environment.getProperty("server.tomcat.remoteip.protocol-header"));
  }
}

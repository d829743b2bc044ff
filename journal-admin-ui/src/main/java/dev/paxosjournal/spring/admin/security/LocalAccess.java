package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request comes from a browser on this machine. The peer's address alone does not tell: a
 * proxy on this machine speaks for others, and a page of another site can have its own name point
 * here (DNS rebinding), which only the Host header gives away.
 */
final class LocalAccess {
  private static final Set<String> FORWARDING =
      Set.of(
          "forwarded",
          "via",
          "x-real-ip",
          "x-client-ip",
          "true-client-ip",
          "cf-connecting-ip",
          "fastly-client-ip",
          "x-cluster-client-ip",
          "x-original-forwarded-for");

  private final List<String> allowedHosts;
  private final BooleanSupplier behindProxy;

  /**
   * @param behindProxy whether the application is set up to believe forwarding headers
   */
  LocalAccess(List<String> allowedHosts, BooleanSupplier behindProxy) {
    this.allowedHosts = allowedHosts;
    this.behindProxy = behindProxy;
  }

  /** Why a request is not taken for local; empty if it is. */
  Optional<String> refusal(HttpServletRequest request) {
    // Filters of the application may have put other answers in front of the connection's own.
    HttpServletRequest received = innermost(request);
    if (behindProxy.getAsBoolean() || isForwarded(received)) {
      return Optional.of("refused.forwarded");
    }
    if (!isLoopback(received.getRemoteAddr()) || !isLoopback(request.getRemoteAddr())) {
      return Optional.of("refused.remote");
    }
    if (!isAllowedHost(received.getHeader("Host")) || !isAllowedHost(received.getServerName())) {
      return Optional.of("refused.host");
    }
    return Optional.empty();
  }

  private static HttpServletRequest innermost(HttpServletRequest request) {
    HttpServletRequest inner = request;
    while (inner instanceof HttpServletRequestWrapper wrapper
        && wrapper.getRequest() instanceof HttpServletRequest wrapped) {
      inner = wrapped;
    }
    return inner;
  }

  private static boolean isForwarded(HttpServletRequest request) {
    return Collections.list(request.getHeaderNames()).stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .anyMatch(name -> name.startsWith("x-forwarded") || FORWARDING.contains(name));
  }

  private static boolean isLoopback(@Nullable String address) {
    // Only literals: a name would be looked up.
    if (address == null || !address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.%\\w]*")) {
      return false;
    }
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException noAddress) {
      return false;
    }
  }

  private boolean isAllowedHost(@Nullable String host) {
    return host != null && allowedHosts.contains(withoutPort(host.toLowerCase(Locale.ROOT)));
  }

  private static String withoutPort(String host) {
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? host : host.substring(0, end + 1);
    }
    int colon = host.indexOf(':');
    if (colon < 0) {
      return host;
    }
    // More than one colon and no brackets: an IPv6 address as getServerName may give it.
    return host.indexOf(':', colon + 1) < 0 ? host.substring(0, colon) : "[" + host + "]";
  }
}

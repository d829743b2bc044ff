package dev.paxosjournal.spring.endpoint;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/** The endpoint {@code journal}, if the actuator is there and exposes it. */
@AutoConfiguration(after = JournalAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(PaxosJournal.class)
@ConditionalOnAvailableEndpoint(JournalEndpoint.class)
@EnableConfigurationProperties(JournalEndpointProperties.class)
@ImportRuntimeHints(JournalEndpointAutoConfiguration.Bodies.class)
public final class JournalEndpointAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  JournalEndpoint paxosJournalEndpoint(
      ListableBeanFactory beans, JournalEndpointProperties properties) {
    return new JournalEndpoint(new JournalBeans(beans), properties);
  }

  /** Lets a native image turn the bodies into JSON. */
  static final class Bodies implements RuntimeHintsRegistrar {
    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
      new BindingReflectionHintsRegistrar()
          .registerReflectionHints(
              hints.reflection(), EndpointBodies.types().toArray(Class<?>[]::new));
    }
  }
}

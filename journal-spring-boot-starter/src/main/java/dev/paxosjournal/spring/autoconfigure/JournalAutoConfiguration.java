package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Opens the journal that {@link JournalProperties} describe, unless the application has a {@link
 * PaxosJournal} of its own. A second journal beside this one is a bean that is no default
 * candidate, made by the {@link JournalFactory}.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "paxos.journal.enabled", matchIfMissing = true)
public final class JournalAutoConfiguration {

  @Bean
  JournalEvents paxosJournalEvents(ApplicationEventPublisher publisher) {
    return new JournalEvents(publisher);
  }

  /** Opens journals as this configuration does, for an application that wants more than one. */
  @Bean
  @ConditionalOnMissingBean
  JournalFactory paxosJournalFactory(ObjectProvider<JournalObserver> observers) {
    return new JournalFactory(observers.orderedStream().toList());
  }

  @Bean
  @ConditionalOnMissingBean
  JournalLifecycle paxosJournalLifecycle(JournalFactory factory) {
    return new JournalLifecycle(factory);
  }

  /** The journal of the properties. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(PaxosJournal.class)
  @EnableConfigurationProperties(JournalProperties.class)
  static final class JournalOfProperties {
    private static final String NAME = "paxosJournal";

    /** The journal, open. Closed by {@link JournalLifecycle}, or at the latest with the context. */
    @Bean(name = NAME, destroyMethod = "close")
    PaxosJournal paxosJournal(
        JournalProperties properties,
        JournalFactory factory,
        ObjectProvider<JournalOptionsCustomizer> customizers) {
      JournalOptions.Builder options = properties.toOptions();
      customizers.orderedStream().forEach(customizer -> customizer.customize(options));
      return factory.open(NAME, options);
    }
  }
}

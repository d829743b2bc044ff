package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Opens the journal that {@link JournalProperties} describe. Leaves everything to the application,
 * the life cycle too, if that has a {@link PaxosJournal} of its own.
 */
@AutoConfiguration
@ConditionalOnMissingBean(PaxosJournal.class)
@ConditionalOnBooleanProperty(name = "paxos.journal.enabled", matchIfMissing = true)
@EnableConfigurationProperties(JournalProperties.class)
public final class JournalAutoConfiguration {

  /** The journal, open. Closed by {@link JournalLifecycle}, or at the latest with the context. */
  @Bean(destroyMethod = "close")
  PaxosJournal paxosJournal(
      JournalProperties properties, ObjectProvider<JournalOptionsCustomizer> customizers) {
    JournalOptions.Builder options = properties.toOptions();
    customizers.orderedStream().forEach(customizer -> customizer.customize(options));
    return PaxosJournal.open(options.build());
  }

  @Bean
  JournalLifecycle paxosJournalLifecycle(PaxosJournal journal, JournalProperties properties) {
    return new JournalLifecycle(journal, properties.directory());
  }
}

package dev.paxosjournal.spring.admin.autoconfigure;

import dev.paxosjournal.journal.PaxosJournal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Says in one line why there is no console although this module is there. */
@AutoConfiguration(after = JournalAdminAutoConfiguration.class)
@ConditionalOnMissingBean(type = "dev.paxosjournal.spring.admin.autoconfigure.JournalConsole")
@ConditionalOnBooleanProperty(name = "paxos.journal.admin.enabled", matchIfMissing = true)
public final class JournalAdminAbsentAutoConfiguration {
  private static final Logger log =
      LoggerFactory.getLogger(JournalAdminAbsentAutoConfiguration.class);

  @Bean
  SmartInitializingSingleton journalConsoleAbsence(ListableBeanFactory beans) {
    return () -> {
      // Of several journals one may be the one for everybody, as the console's condition has it.
      if (beans.getBeanProvider(PaxosJournal.class).getIfUnique() != null) {
        log.info("no journal console: it needs a servlet web application");
      } else {
        int journals = beans.getBeanNamesForType(PaxosJournal.class, true, false).length;
        log.info("no journal console: it needs one PaxosJournal, there are {}", journals);
      }
    };
  }
}

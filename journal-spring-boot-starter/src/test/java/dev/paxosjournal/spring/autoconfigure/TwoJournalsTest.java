package dev.paxosjournal.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.paxosjournal.journal.FaultyJournal;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The second journal of the README. */
class TwoJournalsTest {
  @TempDir private Path directory;

  @Test
  void injectionWithoutAQualifierMeansTheFirst() {
    runner()
        .run(
            context -> {
              Users users = context.getBean(Users.class);

              assertThat(users.first()).isSameAs(context.getBean("paxosJournal"));
              assertThat(users.second()).isSameAs(context.getBean("auditJournal"));
              assertThat(users.second().identity().clusterId()).isEqualTo("orders-audit");
            });
  }

  @Test
  void bothStopAndStartWithTheContextAndKeepTheirOwnValues() {
    runner()
        .run(
            context -> {
              Users users = context.getBean(Users.class);
              users.first().blocking().learn(FaultyJournal.accept(0));
              ConfigurableApplicationContext restartable = context.getSourceApplicationContext();

              restartable.stop();
              assertThat(users.first().status().state()).isEqualTo(JournalStatus.State.CLOSED);
              assertThat(users.second().status().state()).isEqualTo(JournalStatus.State.CLOSED);
              restartable.start();

              assertThat(users.first().status().committedThrough()).isZero();
              assertThat(users.second().status().committedThrough()).isEqualTo(-1);
            });
  }

  @Test
  void nameThatIsTakenIsRefused() {
    runner()
        .run(
            context ->
                assertThat(
                        catchThrowable(
                            () ->
                                context
                                    .getBean(JournalFactory.class)
                                    .open(
                                        "auditJournal",
                                        JournalOptions.builder(directory.resolve("x"), "x", 1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("auditJournal"));
  }

  private ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class))
        .withUserConfiguration(Audit.class)
        .withPropertyValues(
            "paxos.journal.directory=" + directory.resolve("journal"),
            "paxos.journal.cluster-id=orders",
            "paxos.journal.node-id=1",
            "paxos.journal.preallocate=false");
  }

  record Users(PaxosJournal first, PaxosJournal second) {}

  @Configuration(proxyBeanMethods = false)
  static class Audit {
    @Bean(defaultCandidate = false)
    @Qualifier("audit")
    PaxosJournal auditJournal(
        JournalFactory journals, @Value("${paxos.journal.directory}-audit") Path directory) {
      return journals.open(
          "auditJournal", JournalOptions.builder(directory, "orders-audit", 1).preallocate(false));
    }

    @Bean
    Users users(PaxosJournal first, @Qualifier("audit") PaxosJournal second) {
      return new Users(first, second);
    }
  }
}

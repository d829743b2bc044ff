package dev.paxosjournal.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@ExtendWith(OutputCaptureExtension.class)
class JournalAutoConfigurationTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final Accept ACCEPT = new Accept(0, BALLOT, Value.utf8("kept"));

  @TempDir private Path directory;

  private ApplicationContextRunner runner;

  @BeforeEach
  void configureAllThatIsRequired() {
    runner =
        new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class))
            .withPropertyValues(
                "paxos.journal.directory=" + directory.resolve("journal"),
                "paxos.journal.cluster-id=orders",
                "paxos.journal.node-id=7",
                "paxos.journal.max-value-size=1KB",
                "paxos.journal.segment-size=1MB");
  }

  @Test
  void journalIsOpenWithTheConfiguredIdentity() {
    runner.run(
        context -> {
          PaxosJournal journal = context.getBean(PaxosJournal.class);

          assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
          assertThat(journal.identity().clusterId()).isEqualTo("orders");
          assertThat(journal.identity().nodeId()).isEqualTo(7);
        });
  }

  @Test
  void sizesAreThoseOfTheProperties() {
    runner.run(
        context -> {
          PaxosJournal journal = context.getBean(PaxosJournal.class);
          Accept tooLarge = new Accept(0, BALLOT, Value.copyOf(new byte[1025]));

          assertThatExceptionOfType(JournalException.ValueTooLarge.class)
              .isThrownBy(() -> journal.blocking().accept(tooLarge))
              .withMessageContaining("1024");
          assertThat(context.getBean(JournalProperties.class).segmentSize())
              .hasToString("1048576B");
        });
  }

  @Test
  void customizersChangeTheOptionsAfterTheProperties() {
    runner
        .withUserConfiguration(Customized.class)
        .run(
            context -> {
              PaxosJournal journal = context.getBean(PaxosJournal.class);
              Accept accept = new Accept(0, BALLOT, Value.copyOf(new byte[11]));

              assertThatExceptionOfType(JournalException.ValueTooLarge.class)
                  .isThrownBy(() -> journal.blocking().accept(accept))
                  .withMessageContaining("10");
            });
  }

  @Test
  void ownJournalOfTheApplicationIsLeftAlone() {
    runner
        .withUserConfiguration(OwnJournal.class)
        .withPropertyValues("own.directory=" + directory.resolve("own"))
        .run(
            context -> {
              assertThat(context).hasSingleBean(PaxosJournal.class).hasBean("ownJournal");
              assertThat(context).doesNotHaveBean(JournalProperties.class);

              context.getSourceApplicationContext().stop();

              assertThat(context.getBean(PaxosJournal.class).status().state())
                  .isEqualTo(JournalStatus.State.OPEN);
            });
  }

  @Test
  void disabledMeansThatThereIsNoJournal() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class))
        .withPropertyValues("paxos.journal.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(PaxosJournal.class)
                    .doesNotHaveBean(JournalLifecycle.class));
  }

  @Test
  void restartKeepsTheBeanAndTheData() {
    runner.run(
        context -> {
          PaxosJournal journal = context.getBean(PaxosJournal.class);
          journal.blocking().accept(ACCEPT);
          ConfigurableApplicationContext restartable = context.getSourceApplicationContext();

          restartable.stop();
          JournalStatus.State stopped = journal.status().state();
          restartable.start();

          assertThat(stopped).isEqualTo(JournalStatus.State.CLOSED);
          assertThat(context.getBean(PaxosJournal.class)).isSameAs(journal);
          assertThat(journal.slot(0)).isEqualTo(new SlotState.Pending(0, BALLOT, ACCEPT.value()));
          assertThat(journal.status().promised()).contains(BALLOT);
        });
  }

  @Test
  void directoryIsFreeWhileTheContextIsStopped() {
    runner.run(
        context -> {
          JournalOptions options =
              JournalOptions.builder(directory.resolve("journal"), "orders", 7)
                  .maxValueBytes(1024)
                  .segmentBytes(1 << 20)
                  .build();

          assertThatExceptionOfType(JournalException.InUse.class)
              .isThrownBy(() -> PaxosJournal.open(options));
          context.getSourceApplicationContext().stop();

          try (PaxosJournal other = PaxosJournal.open(options)) {
            assertThat(other.status().state()).isEqualTo(JournalStatus.State.OPEN);
          }
        });
  }

  @Test
  void directoryIsFreeAfterAnApplicationThatNeverStarted() {
    runner
        .withUserConfiguration(FailsAfterTheJournal.class)
        .run(context -> assertThat(context).hasFailed());

    runner.run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void journalStartsBeforeAndStopsAfterEverythingWithAnotherPhase() {
    runner
        .withUserConfiguration(WritesWhenItStarts.class)
        .run(
            context -> {
              PaxosJournal journal = context.getBean(PaxosJournal.class);
              ConfigurableApplicationContext restartable = context.getSourceApplicationContext();

              restartable.stop();
              restartable.start();

              assertThat(journal.status().promised()).contains(new Ballot(4, 0));
            });
  }

  @Test
  void oneLineTellsWhatWasOpened(CapturedOutput output) {
    runner.run(
        context ->
            assertThat(
                    output.getOut().lines().filter(line -> line.contains("paxosJournal is OPEN")))
                .singleElement()
                .asString()
                .contains(
                    "directory=" + directory.resolve("journal"),
                    "cluster=orders",
                    "node=7",
                    "promise=none",
                    "committedThrough=-1",
                    "logBytes=",
                    "recoveryMillis="));
  }

  @Configuration(proxyBeanMethods = false)
  static class Customized {
    @Bean
    JournalOptionsCustomizer tinyValues() {
      return options -> options.maxValueBytes(10);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnJournal {
    @Bean
    PaxosJournal ownJournal(Environment environment) {
      Path own = Path.of(environment.getRequiredProperty("own.directory"));
      return PaxosJournal.open(
          JournalOptions.builder(own, "own", 1).maxValueBytes(1024).segmentBytes(1 << 20).build());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class FailsAfterTheJournal {
    @Bean
    Object fails(PaxosJournal journal) {
      throw new IllegalStateException("after " + journal.identity().clusterId() + " was opened");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class WritesWhenItStarts {
    /** Writes in each start and each stop, which fails unless the journal is open then. */
    @Bean
    SmartLifecycle writer(PaxosJournal journal) {
      return new SmartLifecycle() {
        private boolean running;
        private int calls;

        @Override
        public void start() {
          running = true;
          journal.blocking().promise(new Ballot(++calls + 1, 0));
        }

        @Override
        public void stop() {
          running = false;
          journal.blocking().promise(new Ballot(++calls + 1, 0));
        }

        @Override
        public boolean isRunning() {
          return running;
        }

        @Override
        public int getPhase() {
          return 0;
        }
      };
    }
  }
}

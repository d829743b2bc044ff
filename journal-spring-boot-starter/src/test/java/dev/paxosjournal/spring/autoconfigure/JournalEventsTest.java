package dev.paxosjournal.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.paxosjournal.journal.JournalListener;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Ballot;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

class JournalEventsTest {
  @TempDir private Path directory;

  private ApplicationContextRunner runner;

  @BeforeEach
  void configureAllThatIsRequired() {
    runner =
        new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class))
            .withBean(Recorder.class)
            .withPropertyValues(
                "paxos.journal.directory=" + directory.resolve("journal"),
                "paxos.journal.cluster-id=orders",
                "paxos.journal.node-id=7",
                "paxos.journal.preallocate=false");
  }

  @Test
  void recoveryIsToldThoughItEndsBeforeListenersExist() {
    runner.run(
        context -> {
          Recorder recorder = context.getBean(Recorder.class);
          PaxosJournal journal = context.getBean(PaxosJournal.class);

          await().until(() -> recorder.events.size() == 1);
          assertThat(recorder.events)
              .containsExactly(new JournalEvent.Recovered("paxosJournal", journal.recovery()));
        });
  }

  @Test
  void everyKindOfEventIsToldInOrderOnAThreadThatMayWait() {
    runner.run(
        context -> {
          Recorder recorder = context.getBean(Recorder.class);
          PaxosJournal journal = context.getBean(PaxosJournal.class);
          JournalListener told = context.getBean(JournalEvents.class).listenTo("other");
          await().until(() -> recorder.events.size() == 1);

          told.damageFound(12);
          told.resumed();

          await().until(() -> recorder.events.size() == 3);
          assertThat(recorder.events.subList(1, 3))
              .containsExactly(
                  new JournalEvent.DamageFound("other", 12), new JournalEvent.Resumed("other"));
          assertThat(journal.status().promised()).isPresent();
        });
  }

  @Test
  void restartTellsOfItsRecovery() {
    runner.run(
        context -> {
          Recorder recorder = context.getBean(Recorder.class);
          await().until(() -> recorder.events.size() == 1);

          context.getSourceApplicationContext().stop();
          context.getSourceApplicationContext().start();

          await().until(() -> recorder.events.size() == 2);
          assertThat(recorder.events).allMatch(JournalEvent.Recovered.class::isInstance);
        });
  }

  @Test
  void listenerThatThrowsOrBlocksHarmsNobody() {
    CountDownLatch blocked = new CountDownLatch(1);
    runner
        .withBean(Hostile.class, () -> new Hostile(blocked))
        .run(
            context -> {
              JournalEvents events = context.getBean(JournalEvents.class);
              JournalListener told = events.listenTo("paxosJournal");
              for (int slot = 0; slot < 5000; slot++) {
                told.damageFound(slot); // returns at once, though nobody listens
              }
              blocked.countDown();
              told.resumed();

              await().until(() -> context.getBean(Recorder.class).events.size() > 1000);
            });
  }

  /** Keeps what it hears, and calls the journal, as a listener may. */
  static class Recorder {
    private final List<JournalEvent> events = new CopyOnWriteArrayList<>();
    private final PaxosJournal journal;

    Recorder(PaxosJournal journal) {
      this.journal = journal;
    }

    @EventListener
    void on(JournalEvent event) {
      journal.blocking().promise(journal.status().promised().orElse(new Ballot(1, 1)));
      events.add(event);
    }
  }

  record Hostile(CountDownLatch blocked) {
    @EventListener
    void on(JournalEvent event) throws InterruptedException {
      blocked.await();
      throw new IllegalStateException("a listener of the application");
    }
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Many threads, some of them interrupted, on a journal in a real directory. */
@Timeout(120)
class ConcurrencyTest {
  private static final Ballot BALLOT = new Ballot(3, 1);

  @TempDir Path directory;

  private JournalOptions options() {
    return JournalOptions.builder(directory.resolve("journal"), "test", 1)
        .segmentBytes(1 << 20)
        .maxValueBytes(64 * 1024)
        .build();
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, value(slot));
  }

  private static Value value(long slot) {
    return Value.utf8(("value of " + slot + " ").repeat((int) (slot % 40)));
  }

  private static SlotState pending(long slot) {
    return new SlotState.Pending(slot, BALLOT, value(slot));
  }

  private static SlotState committed(long slot) {
    return new SlotState.Committed(slot, BALLOT, value(slot));
  }

  // Writers.

  @Test
  void sixtyFourWritersWithBothFormsAllGetTheirWrites() throws InterruptedException {
    int writers = 64;
    int slotsPerWriter = 40;
    int slots = writers * slotsPerWriter;

    try (PaxosJournal journal = PaxosJournal.open(options())) {
      Crowd crowd = new Crowd();
      crowd.add(
          writers,
          writer ->
              () -> {
                for (int i = 0; i < slotsPerWriter; i++) {
                  write(journal, (long) i * writers + writer, (writer + i) % 4);
                }
              });
      crowd.beginAndJoin();

      assertThat(journal.status().committedThrough()).isEqualTo(slots - 1);
    }

    try (PaxosJournal journal = PaxosJournal.open(options())) {
      assertThat(journal.status().committedThrough()).isEqualTo(slots - 1);
      for (long slot = 0; slot < slots; slot++) {
        assertThat(journal.slot(slot)).isEqualTo(committed(slot));
      }
    }
  }

  private static void write(PaxosJournal journal, long slot, int form) {
    switch (form) {
      case 0 -> {
        journal.blocking().accept(accept(slot));
        assertThat(journal.slot(slot)).isEqualTo(pending(slot));
        journal.blocking().commit(slot, BALLOT);
      }
      case 1 -> {
        CompletableFuture<Void> accepted = journal.accept(accept(slot));
        journal.commit(slot, BALLOT).join();
        assertThat(accepted).isCompleted();
      }
      case 2 -> journal.blocking().learn(accept(slot));
      default -> journal.accept(accept(slot)).thenCompose(v -> journal.learn(accept(slot))).join();
    }
    assertThat(journal.slot(slot)).isEqualTo(committed(slot));
  }

  @Test
  void interruptedWriterHarmsNobodyAndKnowsWhatBecameOfItsWrites() throws InterruptedException {
    int writers = 16;
    int writesPerWriter = 60;
    Map<Long, JournalException.Interrupted> interrupted = new ConcurrentHashMap<>();
    AtomicInteger succeeded = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();

    try (PaxosJournal journal = PaxosJournal.open(options())) {
      Crowd victims = new Crowd();
      Thread victim =
          victims.add(
              () -> {
                for (long slot = 1_000_000; !done.get(); slot++) {
                  Optional<JournalException.Interrupted> outcome = writeInterrupted(journal, slot);
                  if (outcome.isPresent()) {
                    interrupted.put(slot, outcome.get());
                  } else {
                    succeeded.incrementAndGet();
                    assertThat(journal.slot(slot)).isEqualTo(pending(slot));
                  }
                }
              });
      Crowd crowd = new Crowd();
      crowd.add(
          writers,
          writer ->
              () -> {
                for (int i = 0; i < writesPerWriter; i++) {
                  long slot = (long) i * writers + writer;
                  journal.blocking().accept(accept(slot));
                  victim.interrupt();
                  journal.commit(slot, BALLOT).join();
                  victim.interrupt();
                }
              });
      victims.begin();
      crowd.beginAndJoin();
      done.set(true);
      victims.join();

      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.status().committedThrough()).isEqualTo(writers * writesPerWriter - 1);
      assertThat(interrupted).isNotEmpty();
      journal.sync().join();
      interrupted.forEach(
          (slot, failure) ->
              assertThat(journal.slot(slot))
                  .isEqualTo(wasSubmitted(failure) ? pending(slot) : new SlotState.Unknown(slot)));
    }
  }

  private static boolean wasSubmitted(JournalException.Interrupted failure) {
    boolean submitted = failure.getMessage().endsWith("the write may become durable");
    assertThat(submitted || failure.getMessage().endsWith("nothing was submitted")).isTrue();
    return submitted;
  }

  /** Writes in one form or the other; the flag is kept if an interrupt comes between. */
  private static Optional<JournalException.Interrupted> writeInterrupted(
      PaxosJournal journal, long slot) {
    try {
      if (slot % 2 == 0) {
        journal.blocking().accept(accept(slot));
      } else {
        journal.accept(accept(slot)).join();
      }
      return Optional.empty();
    } catch (JournalException.Interrupted failure) {
      assertThat(Thread.interrupted()).isTrue();
      return Optional.of(failure);
    } catch (CompletionException failure) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure).hasCauseInstanceOf(JournalException.Interrupted.class);
      return Optional.of((JournalException.Interrupted) failure.getCause());
    }
  }

  // Readers.

  @Test
  void interruptedReadersReadTheSameAndHarmNoOtherReader() throws InterruptedException {
    int stored = 300;
    int writers = 4;
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger reads = new AtomicInteger();

    try (PaxosJournal journal = PaxosJournal.open(options())) {
      List<CompletableFuture<Void>> learned = new ArrayList<>();
      for (long slot = 0; slot < stored; slot++) {
        learned.add(journal.learn(accept(slot)));
      }
      learned.forEach(CompletableFuture::join);
      Crowd readers = new Crowd();
      List<Thread> interruptible = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int reader = i;
        Thread thread =
            readers.add(
                () -> {
                  for (int round = reader; !done.get(); round++) {
                    long from = round * 37L % stored;
                    assertThat(journal.slot(from)).isEqualTo(committed(from));
                    readOn(journal, from);
                    reads.incrementAndGet();
                  }
                });
        if (reader % 2 == 0) {
          interruptible.add(thread);
        }
      }
      Crowd crowd = new Crowd();
      crowd.add(
          writers,
          writer ->
              () -> {
                for (int i = 0; i < 100; i++) {
                  journal.blocking().learn(accept(stored + (long) i * writers + writer));
                  interruptible.forEach(Thread::interrupt);
                }
              });
      readers.begin();
      crowd.beginAndJoin();
      done.set(true);
      readers.join();

      assertThat(reads).hasPositiveValue();
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      readOn(journal, 0);
    }
  }

  /** Reads a part; above what was committed through when it began there may be gaps. */
  private static void readOn(PaxosJournal journal, long from) {
    long through = journal.status().committedThrough();
    try (Retransmission walk = journal.retransmit(from, 2000)) {
      long expected = from;
      for (Optional<SlotState> next = walk.next(); next.isPresent(); next = walk.next()) {
        long slot = next.get().slot();
        assertThat(next).contains(committed(slot));
        assertThat(slot == expected || expected > through).isTrue();
        expected = slot + 1;
      }
      assertThat(walk.end().nextSlot()).isGreaterThanOrEqualTo(expected);
      assertThat(expected).isGreaterThan(from);
    }
  }

  @Test
  void anInterruptThatCameBeforeIsKeptByEveryCall() {
    Thread.currentThread().interrupt();
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      assertThat(Thread.interrupted()).isTrue();
      journal.blocking().learn(accept(0));

      Thread.currentThread().interrupt();
      assertThat(journal.slot(0)).isEqualTo(committed(0));
      readOn(journal, 0);
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      journal.reopen();
    }
    // Closed while the flag was set: in order nevertheless, so there is nothing left to read.
    assertThat(Thread.interrupted()).isTrue();
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      assertThat(journal.recovery().fromCheckpoint()).isTrue();
      assertThat(journal.recovery().groups()).isZero();
      assertThat(journal.slot(0)).isEqualTo(committed(0));
    }
  }

  @Test
  void readersAreRightWhileTheLogIsCompactedAndItsFilesAreUsedAgain() throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();

    try (PaxosJournal journal = PaxosJournal.open(options())) {
      journal.blocking().learn(large(0));
      Crowd readers = new Crowd();
      readers.add(
          4,
          reader ->
              () -> {
                for (int i = reader; !done.get(); i++) {
                  JournalStatus status = journal.status();
                  long from = status.firstAvailable();
                  long slot = from + i % Math.max(1, status.committedThrough() - from + 1);
                  SlotState state = journal.slot(slot);
                  if (!(state instanceof SlotState.Compacted)) {
                    assertThat(state)
                        .isEqualTo(new SlotState.Committed(slot, BALLOT, large(slot).value()));
                  }
                  walkWhileCompacting(journal, from);
                }
              });
      Crowd writer = new Crowd();
      writer.add(
          () -> {
            for (long slot = 1; slot < 600; slot++) {
              journal.blocking().learn(large(slot));
              if (slot % 10 == 9) {
                journal.blocking().compact(slot - 9);
              }
            }
          });
      readers.begin();
      writer.beginAndJoin();
      done.set(true);
      readers.join();

      assertThat(journal.status().segments()).isLessThan(6);
    }
  }

  private static void walkWhileCompacting(PaxosJournal journal, long from) {
    try (Retransmission walk = journal.retransmit(from, 100_000)) {
      for (Optional<SlotState> next = walk.next(); next.isPresent(); next = walk.next()) {
        long slot = next.get().slot();
        assertThat(next).contains(new SlotState.Committed(slot, BALLOT, large(slot).value()));
      }
    } catch (JournalException.Compacted meanwhile) {
      assertThat(meanwhile.firstAvailable()).isGreaterThan(from);
    }
  }

  private static Accept large(long slot) {
    byte[] bytes = new byte[30_000];
    bytes[(int) slot] = (byte) (slot + 1);
    return new Accept(slot, BALLOT, Value.copyOf(bytes));
  }

  // Virtual threads.

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with Java 21")
  void virtualThreadsMayWriteAndReadAndBeInterrupted() throws Exception {
    int tasks = 500;
    ExecutorService virtual =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);

    try (PaxosJournal journal = PaxosJournal.open(options())) {
      List<Future<?>> results = new ArrayList<>();
      for (int task = 0; task < tasks; task++) {
        long slot = task;
        results.add(
            virtual.submit(
                () -> {
                  write(journal, slot, (int) (slot % 4));
                  Thread.currentThread().interrupt();
                  assertThat(writeInterrupted(journal, tasks + slot)).isPresent();
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }

      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.status().committedThrough()).isEqualTo(tasks - 1);
    } finally {
      virtual.shutdownNow();
    }
  }
}

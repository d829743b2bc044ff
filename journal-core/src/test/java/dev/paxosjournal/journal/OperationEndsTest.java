package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Operations that are cut short, that only look, and the one in the background. */
class OperationEndsTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MemoryDisk disk = new MemoryDisk();
  private final List<Operation> ended = new CopyOnWriteArrayList<>();
  private final List<Long> found = new CopyOnWriteArrayList<>();

  private PaxosJournal open(UnaryOperator<JournalOptions.Builder> change) {
    JournalListener listener =
        new JournalListener() {
          @Override
          public void operationEnded(Operation operation) {
            ended.add(operation);
          }

          @Override
          public void damageFound(long slot) {
            found.add(slot);
          }
        };
    JournalOptions.Builder options =
        JournalOptions.builder(Path.of("memory"), "test", 1)
            .segmentBytes(256 * 1024)
            .maxValueBytes(4096)
            .listener(listener);
    return JournalAssembly.open(
        change.apply(options).build(), () -> disk, Executors::newSingleThreadExecutor);
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("<the value of slot " + slot + ">"));
  }

  private static void fill(PaxosJournal journal, int slots) {
    for (long slot = 0; slot < slots; slot++) {
      journal.blocking().learn(accept(slot));
    }
  }

  private void rot(long slot) {
    String wanted = accept(slot).value().toUtf8();
    for (String name : disk.names()) {
      int at =
          name.startsWith("wal-")
              ? new String(disk.read(name), StandardCharsets.ISO_8859_1).indexOf(wanted)
              : -1;
      if (at >= 0) {
        disk.flipBit(name, at * 8L + 1);
        return;
      }
    }
    throw new AssertionError("slot " + slot + " is in no segment");
  }

  @Test
  void closingEndsAnOperation() {
    CompletableFuture<Operation> verify;
    try (PaxosJournal journal = open(options -> options)) {
      fill(journal, 30);
      verify = journal.verify(1);
      Awaitility.await().until(() -> journal.operation().orElseThrow().total() > 0);
    }

    assertThat(verify).succeedsWithin(PATIENCE);
    assertThat(verify.join().state()).isEqualTo(Operation.State.CANCELLED);
    assertThat(ended).extracting(Operation::state).containsExactly(Operation.State.CANCELLED);
  }

  @Test
  void aCancelledOperationLeavesTheJournalAsItWas() {
    try (PaxosJournal journal = open(options -> options)) {
      fill(journal, 30);
      CompletableFuture<Operation> verify = journal.verify(1);
      journal.cancelOperation();

      assertThat(verify).succeedsWithin(PATIENCE);
      journal.blocking().learn(accept(30));
      assertThat(journal.verify(0).join().findings()).isEmpty();
      assertThat(journal.operations()).extracting(Operation::id).containsExactly(2L, 1L);
    }
  }

  @Test
  void theLastTwentyAreKept() {
    try (PaxosJournal journal = open(options -> options)) {
      fill(journal, 2);
      for (int i = 0; i < 25; i++) {
        journal.verify(0).join();
      }

      assertThat(journal.operations()).hasSize(20);
      assertThat(journal.operations().get(0).id()).isEqualTo(25);
      assertThat(journal.operations().get(0).bytesRead()).isPositive();
    }
  }

  @Test
  void aDryRunOfRepairAsksAndChecksAndLearnsNothing() {
    try (PaxosJournal journal = open(options -> options)) {
      fill(journal, 10);
      rot(3);
      rot(4);
      journal.verify(0).join();
      RepairSource source =
          slot -> Optional.of(slot == 3 ? accept(3) : new Accept(4, BALLOT, Value.utf8("wrong")));

      Operation dry = journal.repair(source, true).join();

      assertThat(dry.dryRun()).isTrue();
      assertThat(dry.damaged()).isEqualTo(1);
      assertThat(dry.healed()).isEqualTo(1);
      assertThat(dry.findings().toString()).contains("slot 3: would be healed", "not learned");
      assertThat(journal.status().damaged()).isEqualTo(2);
      assertThat(journal.repair(source, false).join().healed()).isEqualTo(1);
      assertThat(journal.status().damaged()).isEqualTo(1);
      assertThat(journal.counters().repaired()).isEqualTo(1);
      assertThat(journal.counters().corruptions()).isEqualTo(2);
    }
  }

  @Test
  void damageThatIsWrittenDownStillTellsWhatLiesAtItsPlace() {
    try (PaxosJournal journal = open(options -> options)) {
      fill(journal, 10);
      rot(3);
      SlotState.Damaged before = (SlotState.Damaged) journal.slot(3);

      journal.verify(0).join();

      assertThat(journal.status().damaged()).isEqualTo(1);
      assertThat(before.foundChecksum()).isPresent().isNotEqualTo(before.expectedChecksum());
      assertThat(before.offset()).isPositive();
      assertThat(journal.slot(3)).isEqualTo(before);
    }
  }

  @Test
  void reopeningInTheBackgroundIsAnOperation() {
    PaxosJournal journal = open(options -> options);
    fill(journal, 3);
    journal.close();

    assertThat(journal.reopenInBackground()).succeedsWithin(PATIENCE);

    assertThat(journal.operation().orElseThrow().kind()).isEqualTo(Operation.Kind.REOPEN);
    assertThat(journal.operation().orElseThrow().state()).isEqualTo(Operation.State.DONE);
    assertThat(journal.status().committedThrough()).isEqualTo(2);
    journal.close();
  }

  @Test
  void theScrubFindsDamageByItself() {
    try (PaxosJournal journal = open(options -> options)) {
      fill(journal, 10);
    }
    rot(6);
    try (PaxosJournal journal = open(options -> options.scrub(true).scrubBytesPerSecond(1 << 20))) {
      Awaitility.await().until(() -> found.contains(6L));

      assertThat(journal.status().damaged()).isEqualTo(1);
      assertThat(journal.verify(0).join().state()).isEqualTo(Operation.State.DONE);
    }
  }

  @Test
  void rotInDerivedFilesIsFound() {
    try (PaxosJournal journal = open(options -> options)) {
      fill(journal, 10);
    }
    String segment =
        disk.names().stream().filter(name -> name.startsWith("wal-")).findFirst().orElseThrow();
    String positions =
        disk.names().stream().filter(name -> name.endsWith(".pos")).findFirst().orElseThrow();
    try (PaxosJournal journal = open(options -> options)) {
      disk.flipBit("checkpoint", 200);
      disk.flipBit("hint", 200);
      disk.flipBit(segment, 8 * 4096 + 300);
      disk.flipBit(positions, 8 * 64 + 5);

      Operation verified = journal.verify(0).join();

      assertThat(verified.findings().toString())
          .contains("file checkpoint", "file hint, offset", segment + ", offset 4096", "slot 2: ");
      assertThat(verified.damaged()).isEqualTo(4);
    }
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private static final Ballot BALLOT = new Ballot(3, 1);

  private MemoryDisk disk = new MemoryDisk();

  private PaxosJournal open() {
    JournalOptions options =
        JournalOptions.builder(Path.of("memory"), "test", 1)
            .segmentBytes(64 * 1024)
            .maxValueBytes(4096)
            .build();
    return JournalAssembly.open(options, () -> disk, Executors::newSingleThreadExecutor);
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("the value of slot " + slot));
  }

  private void fill(PaxosJournal journal, int slots) {
    for (long slot = 0; slot < slots; slot++) {
      journal.blocking().learn(accept(slot));
    }
  }

  /** Changes one bit of a slot's value where it lies. */
  private void rot(long slot) {
    byte[] wanted = accept(slot).value().toByteArray();
    for (String name : disk.names()) {
      if (name.startsWith("wal-")) {
        String content = new String(disk.read(name), StandardCharsets.ISO_8859_1);
        int at = content.indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
        if (at >= 0) {
          disk.flipBit(name, at * 8L + 1);
          return;
        }
      }
    }
    throw new AssertionError("slot " + slot + " is in no segment");
  }

  @Test
  void aRottenValueIsFoundNotForgottenAndHealedByAPeer() {
    try (PaxosJournal journal = open()) {
      fill(journal, 40);
      rot(7);

      Operation verified = journal.verify(0).join();

      assertThat(verified.state()).isEqualTo(Operation.State.DONE);
      assertThat(verified.damaged()).isEqualTo(1);
      assertThat(verified.done()).isEqualTo(40);
      assertThat(verified.findings()).anyMatch(finding -> finding.contains("slot 7"));
      journal.sync().join();
      assertThat(journal.status().damaged()).isEqualTo(1);
      assertThat(journal.slot(6)).isInstanceOf(SlotState.Committed.class);
      assertThat(journal.slot(8)).isInstanceOf(SlotState.Committed.class);
      assertThatThrownBy(() -> journal.blocking().accept(accept(7)))
          .isInstanceOf(JournalException.Damaged.class);
    }
    for (String derived : new String[] {"", "checkpoint", "hint"}) {
      if (!derived.isEmpty()) {
        disk.deleteNow(derived);
      }
      try (PaxosJournal journal = open()) {
        assertThat(journal.status().damaged()).isEqualTo(1);
        assertThat(journal.slot(7))
            .isInstanceOfSatisfying(
                SlotState.Damaged.class,
                damaged -> {
                  assertThat(damaged.committed()).isTrue();
                  assertThat(damaged.ballot()).contains(BALLOT);
                  assertThat(damaged.lengthBytes()).hasValue(accept(7).value().length());
                });
        journal.blocking().learn(accept(41));
      }
    }
    try (PaxosJournal journal = open()) {
      Accept other = new Accept(7, BALLOT, Value.utf8("another"));
      assertThat(journal.repair(slot -> Optional.of(other)).join().healed()).isZero();
      assertThat(journal.repair(slot -> Optional.empty()).join().damaged()).isEqualTo(1);
      assertThat(journal.repair(slot -> Optional.of(accept(slot))).join().healed()).isEqualTo(1);
      assertThat(journal.slot(7)).isEqualTo(committed(7));
      assertThat(journal.status().damaged()).isZero();
    }
    disk.deleteNow("checkpoint");
    try (PaxosJournal journal = open()) {
      assertThat(journal.slot(7)).isEqualTo(committed(7));
    }
  }

  private static SlotState committed(long slot) {
    return new SlotState.Committed(slot, BALLOT, accept(slot).value());
  }

  @Test
  void aReadThatFindsDamageWritesItDown() {
    try (PaxosJournal journal = open()) {
      fill(journal, 5);
      rot(2);

      assertThat(journal.slot(2)).isInstanceOf(SlotState.Damaged.class);

      Awaitility.await().until(() -> journal.status().damaged() == 1);
    }
  }

  @Test
  void whatAReadWasToldIsDamagedIsRepairedAtOnce() {
    try (PaxosJournal journal = open()) {
      fill(journal, 50);
      for (long slot = 0; slot < 50; slot++) {
        rot(slot);
        assertThat(journal.slot(slot)).isInstanceOf(SlotState.Damaged.class);

        Operation healed = journal.repair(damaged -> Optional.of(accept(damaged))).join();

        assertThat(healed.healed()).as("slot %d", slot).isEqualTo(1);
        assertThat(journal.slot(slot)).isEqualTo(committed(slot));
      }
    }
  }

  @Test
  void wrongPositionsArePutRightFromTheLog() {
    try (PaxosJournal journal = open()) {
      fill(journal, 30);
      String positions = "positions-00000-0000000000000000000.pos";
      disk.flipBit(positions, (4 * 32 + 3) * 8L);
      disk.zero(positions, 9 * 32, 32);

      Operation rebuilt = journal.rebuild().join();

      assertThat(rebuilt.state()).isEqualTo(Operation.State.DONE);
      assertThat(rebuilt.healed()).isEqualTo(2);
      assertThat(journal.rebuild().join().healed()).isZero();
      assertThat(journal.slot(4)).isEqualTo(committed(4));
      assertThat(journal.slot(9)).isEqualTo(committed(9));
    }
  }

  @Test
  void oneOperationRunsAtATimeAndCanBeCancelled() throws InterruptedException {
    try (PaxosJournal journal = open()) {
      fill(journal, 5);
      rot(3);
      journal.verify(0).join();
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch never = new CountDownLatch(1);
      var repair =
          journal.repair(
              slot -> {
                asked.countDown();
                try {
                  never.await();
                } catch (InterruptedException interrupted) {
                  Thread.currentThread().interrupt();
                }
                return Optional.empty();
              });
      asked.await();

      assertThatThrownBy(() -> journal.verify(0).join())
          .hasCauseInstanceOf(JournalException.Busy.class);
      assertThat(journal.operation().orElseThrow().state()).isEqualTo(Operation.State.RUNNING);
      journal.cancelOperation();

      assertThat(repair.join().state()).isIn(Operation.State.CANCELLED, Operation.State.DONE);
      assertThat(journal.verify(0).join().state()).isEqualTo(Operation.State.DONE);
    }
  }

  @Test
  void closingEndsARunningOperation() {
    PaxosJournal journal = open();
    fill(journal, 30);
    var slow = journal.verify(1);
    journal.close();
    assertThat(slow.join().state()).isEqualTo(Operation.State.CANCELLED);
  }
}

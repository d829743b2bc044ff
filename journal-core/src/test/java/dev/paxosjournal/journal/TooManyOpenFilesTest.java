package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * While no file can be opened nothing is known of what it holds: nothing is called damaged for
 * good, neither by an opening, nor by a read, nor by an operation.
 */
@ExtendWith(QuietLogs.class)
class TooManyOpenFilesTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int LIVES = 4;
  private static final int SLOTS_PER_LIFE = 3;
  private static final int SLOTS = LIVES * SLOTS_PER_LIFE;

  private final MemoryDisk disk = new MemoryDisk();

  @BeforeEach
  void manySegments() {
    for (long life = 0; life < LIVES; life++) {
      try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, disk)) {
        for (long slot = 0; slot < SLOTS_PER_LIFE; slot++) {
          journal.blocking().learn(accept(life * SLOTS_PER_LIFE + slot));
        }
      }
    }
  }

  private String firstSegment() {
    return disk.names().stream().filter(n -> n.startsWith("wal-")).findFirst().orElseThrow();
  }

  private void rotFirstValue() {
    String content = new String(disk.read(firstSegment()), StandardCharsets.ISO_8859_1);
    disk.flipBit(firstSegment(), content.indexOf(accept(0).value().toUtf8()) * 8L + 1);
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("value of slot " + slot));
  }

  private static void showsAll(PaxosJournal journal, String what) {
    assertThat(journal.status().damaged()).as(what).isZero();
    for (long slot = 0; slot < SLOTS; slot++) {
      assertThat(journal.slot(slot))
          .as(what)
          .isEqualTo(new SlotState.Committed(slot, BALLOT, accept(slot).value()));
    }
  }

  /** With the checkpoint, and without it, when the whole log is read. */
  @Test
  void anOpeningIsRefusedOrWholeWhateverCannotBeOpened() {
    for (boolean checkpoint : List.of(true, false)) {
      if (!checkpoint) {
        disk.deleteNow("checkpoint");
      }
      FailingDisk quiet = new FailingDisk(disk.copyOf());
      JournalOnDisk.open(OPTIONS, quiet).close();
      for (long n = 1; n <= quiet.calls(Kind.OPEN); n++) {
        for (long times : new long[] {1, 6, 7, 8, 12, 1_000_000}) {
          String what = times + " opens fail, from number " + n + " on";
          MemoryDisk copy = disk.copyOf();
          FailingDisk failing =
              new FailingDisk(copy).failTimes(Kind.OPEN, n, times, FailingDisk::tooManyOpenFiles);
          try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
            failing.heal();
            showsAll(journal, what);
          } catch (JournalException.Unusable refused) {
            assertThat(refused.reason())
                .as(what)
                .isEqualTo(JournalException.Unusable.Reason.NO_SPACE);
          }
          try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, copy)) {
            showsAll(journal, what + ", then none");
          }
        }
      }
    }
  }

  @Test
  void aReadAnswersWithoutBytesAndNothingIsWrittenDown() {
    FailingDisk failing = new FailingDisk(disk);
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
      failing.failFiles(Kind.OPEN, "", FailingDisk::tooManyOpenFiles);
      for (long slot = 0; slot < SLOTS; slot++) {
        assertThat(journal.slot(slot)).isInstanceOf(SlotState.Damaged.class);
      }
      // Behind all that the reads asked the journal's thread to look at.
      journal.blocking().sync();
      assertThat(journal.status().damaged()).isZero();
      failing.heal();
      showsAll(journal, "afterwards");
    }
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, disk)) {
      showsAll(journal, "opened again");
    }
  }

  /** What cannot be compared now must not be replaced by what a faulty peer says. */
  @Test
  void anotherValueIsNeverLearnedBecauseTheFirstCannotBeLookedAt() {
    FailingDisk failing = new FailingDisk(disk);
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
      failing.failFiles(Kind.OPEN, "", FailingDisk::tooManyOpenFiles);
      for (long slot = 0; slot < SLOTS; slot++) {
        Accept other = new Accept(slot, BALLOT, Value.utf8("another"));
        assertThatThrownBy(() -> journal.blocking().learn(other))
            .isInstanceOf(JournalException.class);
      }
      failing.heal();
      showsAll(journal, "afterwards");
    }
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, disk)) {
      showsAll(journal, "opened again");
    }
  }

  @Test
  void operationsEndEarlyAndNothingIsWrittenDown() {
    FailingDisk failing = new FailingDisk(disk);
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
      failing.failFiles(Kind.OPEN, "", FailingDisk::tooManyOpenFiles);
      Operation verified = journal.verify(0).join();
      Operation rebuilt = journal.rebuild(false).join();
      assertThat(List.of(verified.state(), rebuilt.state())).containsOnly(Operation.State.FAILED);
      assertThat(verified.findings().toString()).contains("ended early", "cannot open");
      assertThat(journal.status().damaged()).isZero();
      assertThat(journal.repair(slot -> Optional.empty(), false).join().done()).isZero();

      failing.heal();
      assertThat(journal.verify(0).join().findings()).isEmpty();
      assertThat(journal.rebuild(false).join().findings()).isEmpty();
      showsAll(journal, "afterwards");
    }
  }

  /** An error of the disk is different: what it cannot read is damage, and verify goes on. */
  @Test
  void errorsOfTheDiskEndNoOperation() {
    FailingDisk failing = new FailingDisk(disk);
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
      failing.failFiles(Kind.READ, firstSegment(), FailingDisk::ioError);
      Operation verified = journal.verify(0).join();
      assertThat(verified.state()).isEqualTo(Operation.State.DONE);
      assertThat(journal.status().damaged()).isEqualTo(SLOTS_PER_LIFE);
      assertThat(journal.rebuild(false).join().state()).isEqualTo(Operation.State.DONE);
      failing.heal();

      Operation repaired = journal.repair(slot -> Optional.of(accept(slot)), false).join();

      assertThat(repaired.healed()).isEqualTo(SLOTS_PER_LIFE);
      showsAll(journal, "repaired");
    }
  }

  @Test
  void aDiskThatFailsUnderARepairEndsItAndTheJournalSaysSo() {
    FailingDisk failing = new FailingDisk(disk);
    rotFirstValue();
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
      journal.verify(0).join();
      long damaged = journal.status().damaged();
      assertThat(damaged).isPositive();
      failing.failFiles(Kind.FORCE, "wal-", FailingDisk::ioError);

      Operation repaired = journal.repair(slot -> Optional.of(accept(slot)), false).join();

      assertThat(repaired.healed()).isZero();
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.FAILED);
      assertThat(repaired.findings().toString()).contains("Input/output error");
      failing.heal();
      journal.reopen();
      assertThat(journal.repair(slot -> Optional.of(accept(slot)), false).join().state())
          .isEqualTo(Operation.State.DONE);
      showsAll(journal, "reopened");
    }
  }

  @Test
  void anInterruptedSourceEndsARepairAndHarmsNothing() {
    rotFirstValue();
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, disk)) {
      journal.verify(0).join();

      Operation repaired =
          journal
              .repair(
                  slot -> {
                    Thread.currentThread().interrupt();
                    return Optional.of(accept(slot));
                  },
                  false)
              .join();

      assertThat(repaired.state()).isEqualTo(Operation.State.CANCELLED);
      assertThat(journal.repair(slot -> Optional.of(accept(slot)), false).join().state())
          .isEqualTo(Operation.State.DONE);
      showsAll(journal, "repaired");
    }
  }
}

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
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.slots.SlotLocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
  private static final int HEADERS = 8192;
  private static final int GROUP = 4096;

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

  /** Slots whose commits rotted: only the positions know where their values lie. */
  private static final class Rotten {
    static final int COMMITTED = 6;
    static final long ABOVE_THE_GAP = 20;
    final MemoryDisk image = new MemoryDisk();

    /** Several lives of accepts, then of commits, each in a group of its own. */
    Rotten(boolean withCheckpoint) {
      for (long slot = 0; slot < COMMITTED; slot += 2) {
        try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, image)) {
          journal.blocking().accept(accept(slot));
          journal.blocking().accept(accept(slot + 1));
          if (slot == 0) {
            journal.blocking().learn(accept(ABOVE_THE_GAP));
          }
        }
      }
      try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, image)) {
        for (long slot = 0; slot < COMMITTED; slot++) {
          journal.blocking().commit(slot, BALLOT);
        }
      }
      List<String> segments = image.names().stream().filter(n -> n.startsWith("wal-")).toList();
      String last = segments.get(segments.size() - 1);
      if (withCheckpoint) {
        // The last group: the checkpoint covers it, but nothing tells what was in it.
        image.zero(last, HEADERS + (COMMITTED - 1) * GROUP, GROUP);
        image.deleteNow("hint");
      } else {
        // Two groups in a row: no record header of the first one is repeated anywhere.
        image.zero(last, HEADERS + GROUP, 2 * GROUP);
        image.deleteNow("checkpoint");
      }
    }

    static List<SlotState> shown(PaxosJournal journal) {
      List<SlotState> shown = new ArrayList<>();
      for (long slot = 0; slot <= ABOVE_THE_GAP; slot++) {
        shown.add(journal.slot(slot));
      }
      return shown;
    }
  }

  /** What is rotten stays the only thing that is damaged. */
  @Test
  void anOpeningThatFindsRotIsRefusedOrSaysTheSameWhateverCannotBeOpened() {
    for (boolean checkpoint : List.of(true, false)) {
      MemoryDisk rotten = new Rotten(checkpoint).image;
      FailingDisk quiet = new FailingDisk(rotten.copyOf());
      List<SlotState> expected;
      try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, quiet)) {
        expected = Rotten.shown(journal);
      }
      assertThat(expected)
          .filteredOn(SlotState.Committed.class::isInstance)
          .hasSize(Rotten.COMMITTED + 1);
      int refusals = 0;
      for (long n = 1; n <= quiet.calls(Kind.OPEN); n++) {
        for (long times : new long[] {1, 2, 3, 5, 1_000_000}) {
          String what = times + " opens fail, from number " + n + " on, checkpoint " + checkpoint;
          MemoryDisk copy = rotten.copyOf();
          FailingDisk failing =
              new FailingDisk(copy).failTimes(Kind.OPEN, n, times, FailingDisk::tooManyOpenFiles);
          try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
            failing.heal();
            assertThat(Rotten.shown(journal)).as(what).isEqualTo(expected);
          } catch (JournalException.Unusable refused) {
            refusals++;
            assertThat(refused.reason())
                .as(what)
                .isEqualTo(JournalException.Unusable.Reason.NO_SPACE);
            assertThat(refused).as(what).hasMessageContaining("Too many open files");
          }
          for (int opening = 1; opening <= 2; opening++) {
            try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, copy)) {
              assertThat(Rotten.shown(journal))
                  .as(what + ", then none, opening " + opening)
                  .isEqualTo(expected);
            }
          }
        }
      }
      assertThat(refusals).isPositive();
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

  /** An entry that leads nowhere proves nothing as long as the log cannot be searched. */
  @Test
  void anEntryThatLeadsNowhereIsNotTakenForALostRecordWhileTheLogCannotBeSearched()
      throws IOException {
    long last = SLOTS - 1;
    UUID journalId;
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, disk)) {
      journalId = journal.identity().journalId();
    }
    try (Positions positions = new Positions(disk, journalId)) {
      SlotLocation ofLast = positions.find(last).orElseThrow();
      positions.put(0, ofLast);
      positions.flush();
    }
    FailingDisk failing = new FailingDisk(disk);
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
      // This life has a segment to write to.
      journal.blocking().promise(BALLOT);
      // From now on its segment is open, and so are the positions.
      assertThat(journal.slot(last)).isInstanceOf(SlotState.Committed.class);
      failing.failFiles(Kind.OPEN, "", FailingDisk::tooManyOpenFiles);
      assertThat(journal.slot(0)).isInstanceOf(SlotState.Damaged.class);
      assertThat(journal.verify(0).join().state()).isEqualTo(Operation.State.FAILED);
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

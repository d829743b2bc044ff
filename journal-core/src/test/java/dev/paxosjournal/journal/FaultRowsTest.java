package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.Segment;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One fault at a time, on a journal of which slots 0 to 4 are pending, each in its own group. */
@ExtendWith(QuietLogs.class)
class FaultRowsTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final int SLOTS = 5;
  private static final int LAST = SLOTS - 1;
  private static final int BLOCK = 4096;
  private static final int TYPE = 0;
  private static final int LENGTH = 24;

  private final JournalOptions options = Campaigns.options(512, 40 * 4096).build();
  private MemoryDisk disk = new MemoryDisk();
  private String segment = "";
  private final long[] records = new long[SLOTS];

  @BeforeEach
  void fiveGroupsAndAnOrderlyEnd() throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk, options);
    for (int slot = 0; slot < SLOTS; slot++) {
      accept(journal, slot);
    }
    locate(journal);
    journal.close();
    disk = disk.crash(CrashStrategy.NOTHING, 0);
  }

  @Test
  void badChecksumWithAValidGroupBehindIsDamageAndNothingIsCut() throws IOException {
    disk.flipBit(segment, valueBit(2));
    int logEnd = (int) block(LAST) + BLOCK;
    byte[] before = Arrays.copyOf(disk.read(segment), logEnd);

    showsDamageOf(2);
    // The zeros behind the end may be given back.
    assertThat(Arrays.copyOf(disk.read(segment), logEnd)).isEqualTo(before);
  }

  @Test
  void badChecksumInTheLastGroupIsDamageIfTheHintSaysThatItWasForced() throws IOException {
    disk.deleteNow("checkpoint");
    disk.flipBit(segment, valueBit(LAST));

    showsDamageOf(LAST);
  }

  @Test
  void badChecksumInTheLastGroupIsATornTailIfNothingTells() throws IOException {
    disk.deleteNow("checkpoint");
    disk.deleteNow("hint");
    disk.flipBit(segment, valueBit(LAST));

    SteppedJournal journal = SteppedJournal.open(disk, options);
    assertThat(journal.slot(LAST)).isEqualTo(new SlotState.Unknown(LAST));
    assertThat(journal.slot(LAST - 1)).isEqualTo(pending(LAST - 1));
    assertThat(journal.recovery().tornBytes()).isPositive();
    journal.abandon();
  }

  @Test
  void badChecksumInTheLastGroupIsDamageIfNothingTellsAndTheOptionSaysSo() throws IOException {
    disk.deleteNow("checkpoint");
    disk.deleteNow("hint");
    disk.flipBit(segment, valueBit(LAST));

    SteppedJournal journal =
        SteppedJournal.open(
            disk,
            Campaigns.options(512, 40 * 4096)
                .undecidableTail(JournalOptions.UndecidableTail.DAMAGED)
                .build());
    assertThat(journal.slot(LAST)).isInstanceOf(SlotState.Damaged.class);
    assertThat(journal.slot(LAST - 1)).isEqualTo(pending(LAST - 1));
    journal.abandon();
  }

  @Test
  void flippedLengthIsNeverBelieved() throws IOException {
    disk.deleteNow("checkpoint");
    for (int bit = 0; bit < 32; bit++) {
      MemoryDisk harmed = disk.copyOf();
      harmed.flipBit(segment, (records[2] + LENGTH) * 8 + bit);
      showsDamageOf(harmed, 2);
    }
  }

  @Test
  void flippedTypeIsNeverBelieved() throws IOException {
    disk.deleteNow("checkpoint");
    for (int bit = 0; bit < 8; bit++) {
      MemoryDisk harmed = disk.copyOf();
      harmed.flipBit(segment, (records[2] + TYPE) * 8 + bit);
      showsDamageOf(harmed, 2);
    }
  }

  @Test
  void flippedLengthOfAGroupIsNeverBelieved() throws IOException {
    disk.deleteNow("checkpoint");
    for (int bit = 0; bit < 32; bit++) {
      MemoryDisk harmed = disk.copyOf();
      harmed.flipBit(segment, (block(2) + LENGTH) * 8 + bit);
      SteppedJournal journal = SteppedJournal.open(harmed, options);
      for (int slot = 0; slot < SLOTS; slot++) {
        assertThat(journal.slot(slot)).isEqualTo(pending(slot));
      }
      journal.abandon();
    }
  }

  @Test
  void lostWriteIsDamage() throws IOException {
    disk.zero(segment, block(2), BLOCK);

    showsDamageOf(2);
  }

  @Test
  void misdirectedWriteIsDamage() throws IOException {
    byte[] all = disk.read(segment);
    byte[] other = Arrays.copyOfRange(all, (int) block(1), (int) block(1) + BLOCK);
    disk.overwrite(segment, block(2), other);

    showsDamageOf(2);
  }

  @Test
  void blockOfAnotherJournalIsDamage() throws IOException {
    MemoryDisk foreign = new MemoryDisk();
    SteppedJournal other = SteppedJournal.open(foreign, options);
    for (int slot = 0; slot < SLOTS; slot++) {
      accept(other, slot);
    }
    String file = other.life().log.segments().get(0).fileName();
    other.close();
    byte[] all = foreign.read(file);
    disk.overwrite(
        segment, block(2), Arrays.copyOfRange(all, (int) block(2), (int) block(2) + BLOCK));

    showsDamageOf(2);
  }

  @Test
  void sectorThatCannotBeReadIsDamageOfItsRecordsOnly() throws IOException {
    long from = block(2);
    disk.setHook(
        operation -> {
          boolean within =
              operation.offset() < from + BLOCK && operation.offset() + operation.length() > from;
          if (operation.kind() == Operation.Kind.READ
              && operation.file().equals(segment)
              && within) {
            throw new IOException("Input/output error");
          }
        });

    showsDamageOf(2);
  }

  @Test
  void bitThatFlipsUnderAReaderIsDamageAndNeverAnAnswer() throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk, options);
    assertThat(journal.slot(2)).isEqualTo(pending(2));

    disk.flipBit(segment, valueBit(2));

    assertThat(journal.slot(2)).isInstanceOf(SlotState.Damaged.class);
    assertThat(journal.slot(3)).isEqualTo(pending(3));
    journal.abandon();
  }

  @Test
  void diskThatLiedAboutAForceIsFoundOutByWhatCameLater() throws IOException {
    // The force of group 2 returned and wrote nothing; the groups behind it prove it.
    disk.deleteNow("hint");
    disk.deleteNow("checkpoint");
    disk.zero(segment, block(2), BLOCK);

    showsDamageOf(2);
  }

  @Test
  void diskThatLiedAboutTheLastForceIsFoundOutByTheHint() throws IOException {
    disk.deleteNow("checkpoint");
    disk.zero(segment, block(LAST), BLOCK);

    showsDamageOf(LAST);
  }

  private void showsDamageOf(int slot) throws IOException {
    showsDamageOf(disk, slot);
  }

  /** At two openings and after a write, a checkpoint and a close. */
  private void showsDamageOf(MemoryDisk harmed, int slot) throws IOException {
    MemoryDisk present = harmed;
    for (int opening = 0; opening < 3; opening++) {
      SteppedJournal journal = SteppedJournal.open(present, options);
      for (int each = 0; each < SLOTS; each++) {
        if (each == slot) {
          assertThat(journal.slot(each)).isInstanceOf(SlotState.Damaged.class);
        } else {
          assertThat(journal.slot(each)).isEqualTo(pending(each));
        }
      }
      assertThat(journal.status().promised()).contains(BALLOT);
      accept(journal, SLOTS + opening);
      journal.close();
    }
  }

  private static void accept(SteppedJournal journal, long slot) {
    assertThat(journal.submit(List.of(Call.accept(slot, BALLOT, value(slot)))))
        .containsExactly(Answer.DONE);
  }

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  private static SlotState pending(long slot) {
    return new SlotState.Pending(slot, BALLOT, value(slot));
  }

  private long valueBit(int slot) {
    return (records[slot] + RecordHeader.BYTES) * 8 + 5;
  }

  private long block(int slot) {
    return records[slot] / BLOCK * BLOCK;
  }

  private void locate(SteppedJournal journal) {
    Life life = journal.life();
    Segment only = life.log.segments().get(0);
    segment = only.fileName();
    for (int slot = 0; slot < SLOTS; slot++) {
      long asked = slot;
      SlotLocation location = life.use(state -> state.pending().get(asked));
      records[slot] = only.offsetOf(location.pointer().position());
    }
  }
}

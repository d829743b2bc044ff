package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.wal.SegmentHeader;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both copies of a segment's header are gone, and with them what they told of the segment before:
 * which slots it names. Compaction must not free it while one of those is needed. The checkpoint is
 * there, so the opening does not read the segments in question.
 */
@ExtendWith(QuietLogs.class)
class InferredHeaderTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int HIGH = 100;
  private static final int FLOOR = 8;

  private final MemoryDisk disk = new MemoryDisk();

  /** One segment a life; the life that is picked also writes a slot far above the others. */
  private void write(int lives, int lifeWithTheHighSlot, boolean committed) throws IOException {
    for (int life = 0; life < lives; life++) {
      SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
      if (life == lifeWithTheHighSlot) {
        Call call =
            committed
                ? Call.learn(HIGH, BALLOT, value(HIGH))
                : Call.accept(HIGH, BALLOT, value(HIGH));
        assertThat(journal.submit(List.of(call))).containsExactly(Answer.DONE);
      }
      for (int slot = 2 * life; slot < 2 * life + 2; slot++) {
        assertThat(journal.submit(List.of(Call.learn(slot, BALLOT, value(slot)))))
            .containsExactly(Answer.DONE);
      }
      journal.close();
    }
    assertThat(segments()).hasSize(lives);
  }

  private static Value value(int slot) {
    return Value.utf8("value of slot " + slot);
  }

  private List<String> segments() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).toList();
  }

  private void loseHeader(int segment) {
    disk.zero(segments().get(segment), 0, SegmentHeader.AREA_BYTES);
  }

  private static void compact(SteppedJournal journal) {
    assertThat(journal.submit(List.of(Call.compact(FLOOR)))).containsExactly(Answer.floor(FLOOR));
  }

  /** Compacts below the high slot, which must be there after that, and after the next opening. */
  private void checkThatTheHighSlotSurvivesCompaction(SlotState high) throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    assertThat(journal.recovery().fromCheckpoint()).isTrue();
    compact(journal);
    assertThat(journal.slot(HIGH)).isEqualTo(high);
    journal.close();

    SteppedJournal again = SteppedJournal.open(disk, OPTIONS);
    assertThat(again.slot(HIGH)).isEqualTo(high);
    assertThat(again.slot(FLOOR - 1)).isInstanceOf(SlotState.Compacted.class);
    assertThat(again.slot(FLOOR)).isEqualTo(new SlotState.Committed(FLOOR, BALLOT, value(FLOOR)));
    again.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void pendingSlotIsNotFreedWhicheverHeadersAreGone(int lost) throws IOException {
    for (int holder = 0; holder < 4; holder++) {
      for (String name : List.copyOf(disk.names())) {
        disk.deleteNow(name);
      }
      write(6, holder, false);
      loseHeader(lost);
      checkThatTheHighSlotSurvivesCompaction(new SlotState.Pending(HIGH, BALLOT, value(HIGH)));
    }
  }

  @Test
  void committedSlotIsNotFreedIfSeveralHeadersInARowAreGone() throws IOException {
    write(6, 1, true);
    IntStream.rangeClosed(1, 4).forEach(this::loseHeader);

    checkThatTheHighSlotSurvivesCompaction(new SlotState.Committed(HIGH, BALLOT, value(HIGH)));
  }

  @Test
  void segmentsThatNobodyNeedsAreFreedAllTheSame() throws IOException {
    write(6, 5, false);
    loseHeader(2);
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);

    compact(journal);
    journal.close();

    // The one in front of the lost header is kept a while: what it names is known as a bound only.
    assertThat(segments()).hasSizeLessThan(6);
  }
}

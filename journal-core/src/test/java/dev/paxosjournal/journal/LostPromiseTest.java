package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every copy of the promise is unreadable, although the log before it is there. */
@ExtendWith(QuietLogs.class)
class LostPromiseTest {
  private static final Ballot LOW = new Ballot(1, 1);
  private static final Ballot PROMISED = new Ballot(7, 2);
  private static final Ballot HIGHEST = new Ballot(Long.MAX_VALUE, Integer.MAX_VALUE);
  private static final JournalOptions OPTIONS =
      Campaigns.options(512, 64 * 1024)
          .undecidableTail(JournalOptions.UndecidableTail.DAMAGED)
          .build();
  private static final int BLOCK = 4096;

  private final MemoryDisk disk = new MemoryDisk();

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  /** A low promise is told by the header of the last segment; the high one by its group alone. */
  private void lose() throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    journal.submit(List.of(Call.promise(LOW), Call.accept(0, LOW, value(0)), Call.commit(0, LOW)));
    journal.submit(List.of(Call.promise(PROMISED)));
    long end = journal.life().log.end();
    String segment = journal.life().log.segments().get(0).fileName();
    journal.close();
    long lastGroup = 8192 + end - 2 * BLOCK;
    for (int i = 0; i < 2 * BLOCK; i += 64) {
      disk.flipBit(segment, (lastGroup + i) * 8);
      disk.flipBit(segment, (lastGroup + i + 8) * 8);
    }
    disk.deleteNow("hint");
    disk.deleteNow("checkpoint");
  }

  private static void votesNoMore(SteppedJournal journal, long freeSlot) {
    assertThat(journal.status().state()).isEqualTo(JournalStatus.State.REPAIR_ONLY);
    for (Ballot ballot : List.of(LOW, PROMISED, HIGHEST)) {
      assertThat(
              journal.submit(
                  List.of(Call.promise(ballot), Call.accept(freeSlot, ballot, value(freeSlot)))))
          .containsOnly(Answer.of(Answer.Kind.PROMISE_UNKNOWN));
    }
  }

  @Test
  void row11NeitherReopeningNorWhatPeersTellBringsAPromiseBack() throws IOException {
    lose();

    for (int opening = 0; opening < 4; opening++) {
      SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
      votesNoMore(journal, 50);
      assertThat(journal.slot(0)).isEqualTo(new SlotState.Committed(0, LOW, value(0)));
      // What a peer teaches is committed; a ballot in it, however high, is no promise of this node.
      long slot = 1L + opening;
      journal.submit(List.of(Call.learn(slot, HIGHEST, value(slot))));
      assertThat(journal.slot(slot)).isEqualTo(new SlotState.Committed(slot, HIGHEST, value(slot)));
      votesNoMore(journal, 50);
      if (opening % 2 == 0) {
        journal.close();
      } else {
        journal.abandon();
        disk.deleteNow("hint");
      }
    }
  }
}

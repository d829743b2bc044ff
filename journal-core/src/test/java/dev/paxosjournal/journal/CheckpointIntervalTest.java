package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.Checkpoint;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietLogs.class)
class CheckpointIntervalTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final int GROUP = 1024;

  /** However short they are: an opening after a kill looks at each of them. */
  @Test
  void oneIsWrittenAfterSoManyRecords() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    SteppedJournal journal =
        SteppedJournal.open(
            disk,
            Campaigns.options(4096, 64 << 20).build(),
            SteppedJournal.Upkeep.AFTER_GROUP,
            Long.MAX_VALUE);

    for (int group = 0; group < 15; group++) {
      learn(journal, group);
    }
    assertThat(disk.list()).doesNotContain(Checkpoint.FILE);

    learn(journal, 15);
    assertThat(disk.list()).contains(Checkpoint.FILE);
  }

  private static void learn(SteppedJournal journal, int group) {
    List<Call> calls =
        LongStream.range((long) group * GROUP, (group + 1L) * GROUP)
            .mapToObj(slot -> Call.learn(slot, BALLOT, Value.utf8("v" + slot)))
            .toList();
    assertThat(journal.submit(calls)).containsOnly(Answer.DONE);
  }
}

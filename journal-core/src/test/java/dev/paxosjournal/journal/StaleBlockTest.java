package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whole groups that are valid in themselves, but of another use of the same place. */
@ExtendWith(QuietLogs.class)
class StaleBlockTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int FIRST_GROUP = 8192;

  /** A journal that was opened, written to once and killed. */
  private static MemoryDisk written(MemoryDisk begun, String text) throws IOException {
    MemoryDisk disk = begun.copyOf();
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    journal.submit(List.of(Call.accept(0, BALLOT, Value.utf8(text))));
    journal.abandon();
    return disk;
  }

  private static MemoryDisk withStaleGroup() throws IOException {
    MemoryDisk begun = new MemoryDisk();
    SteppedJournal.open(begun, OPTIONS).close();
    // The same journal, life, sequence and position; only the salt tells the two apart.
    MemoryDisk other = written(begun, "stale");
    MemoryDisk disk = written(begun, "right");
    String segment = disk.names().stream().filter(n -> n.startsWith("wal-")).toList().get(1);
    byte[] stale = other.read(segment);
    assertThat(stale).as("as long as the other").hasSameSizeAs(disk.read(segment));
    disk.overwrite(segment, FIRST_GROUP, Arrays.copyOfRange(stale, FIRST_GROUP, stale.length));
    return disk;
  }

  @Test
  void staleGroupInPlaceOfAForcedOneIsDamage() throws IOException {
    SteppedJournal journal = SteppedJournal.open(withStaleGroup(), OPTIONS);
    assertThat(journal.slot(0)).isInstanceOf(SlotState.Damaged.class);
    journal.abandon();
  }

  @Test
  void staleGroupThatNothingProvesIsTheEndOfTheLog() throws IOException {
    MemoryDisk disk = withStaleGroup();
    disk.deleteNow("hint");
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    assertThat(journal.slot(0)).isEqualTo(new SlotState.Unknown(0));
    journal.abandon();
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a recovery set aside stays, is named, and can be deleted. */
@ExtendWith(QuietLogs.class)
class QuarantineTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int TORN_BYTES = 4096;

  private final MemoryDisk disk = new MemoryDisk();

  private PaxosJournal open() {
    return JournalOnDisk.open(OPTIONS, disk);
  }

  private static void learn(PaxosJournal journal, long slot) {
    journal.blocking().learn(new Accept(slot, BALLOT, value(slot)));
  }

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  private static void shows(PaxosJournal journal, long slots) {
    for (long slot = 0; slot < slots; slot++) {
      assertThat(journal.slot(slot)).isEqualTo(new SlotState.Committed(slot, BALLOT, value(slot)));
    }
  }

  private String segment() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).findFirst().orElseThrow();
  }

  @Test
  void aTornEndIsNamedKeptInPlaceAndDeletedOnRequest() {
    try (PaxosJournal journal = open()) {
      learn(journal, 0);
      assertThat(journal.quarantine()).isEmpty();
    }
    String segment = segment();
    long end = disk.sizeOf(segment);
    byte[] torn = new byte[TORN_BYTES];
    Arrays.fill(torn, (byte) 7);
    disk.overwrite(segment, end, torn);

    try (PaxosJournal journal = open()) {
      assertThat(journal.quarantine()).hasSize(1);
      SetAside piece = journal.quarantine().get(0);
      assertThat(piece.file()).isEqualTo(segment);
      assertThat(piece.offset()).isEqualTo(end);
      assertThat(piece.lengthBytes()).isEqualTo(TORN_BYTES);
      assertThat(piece.why()).contains("nothing proves that it was forced");
      journal.deleteQuarantine();
      assertThat(journal.quarantine()).as("the end of the log is not touched").hasSize(1);
      learn(journal, 1);
    }
    try (PaxosJournal journal = open()) {
      assertThat(journal.quarantine()).as("named by the report of the opening before").hasSize(1);
      assertThat(disk.sizeOf(segment)).isEqualTo(end + TORN_BYTES);

      journal.deleteQuarantine();

      assertThat(journal.quarantine()).isEmpty();
      assertThat(disk.sizeOf(segment)).isEqualTo(end);
      shows(journal, 2);
    }
    try (PaxosJournal journal = open()) {
      shows(journal, 2);
      assertThat(journal.quarantine()).isEmpty();
    }
  }
}

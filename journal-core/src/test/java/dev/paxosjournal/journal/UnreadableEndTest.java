package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The disk cannot read the end of the log, and no hint tells what was there: a promise, perhaps.
 */
@ExtendWith(QuietLogs.class)
class UnreadableEndTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final Ballot PROMISED = new Ballot(9, 1);
  private static final int SLOTS = 3;
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();

  private final MemoryDisk disk = new MemoryDisk();
  private long lastGroup;

  @BeforeEach
  void promiseInTheLastGroup() {
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, disk)) {
      for (long slot = 0; slot < SLOTS; slot++) {
        journal.blocking().learn(new Accept(slot, BALLOT, value(slot)));
      }
      journal.blocking().promise(PROMISED);
    }
    disk.deleteNow("hint");
    disk.deleteNow("checkpoint");
    lastGroup = disk.sizeOf(segment()) - 2 * 4096;
  }

  private String segment() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).findFirst().orElseThrow();
  }

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  private Map<String, Integer> picture() {
    Map<String, Integer> files = new TreeMap<>();
    disk.names().stream()
        .filter(name -> !name.startsWith("positions-"))
        .forEach(name -> files.put(name, Arrays.hashCode(disk.read(name))));
    return files;
  }

  private void failReadsOfTheEnd() {
    String file = segment();
    disk.setHook(
        operation -> {
          if (operation.kind() == Operation.Kind.READ
              && operation.file().equals(file)
              && operation.offset() + operation.length() > lastGroup) {
            throw FailingDisk.ioError();
          }
        });
  }

  @Test
  void itIsNotOpenedNothingIsJudgedAndLaterAllIsThere() {
    failReadsOfTheEnd();
    Map<String, Integer> before = picture();

    assertThatThrownBy(() -> JournalOnDisk.open(OPTIONS, disk))
        .isInstanceOf(JournalException.Unusable.class)
        .hasMessageContaining("cannot read the end of the log")
        .hasMessageContaining("read-only");

    assertThat(picture()).isEqualTo(before);
    disk.setHook(operation -> {});
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, disk)) {
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.status().promised()).contains(PROMISED);
      assertThat(journal.status().damaged()).isZero();
    }
  }

  @Test
  void whatCanBeReadIsServedToWhoOnlyLooks() {
    failReadsOfTheEnd();
    Map<String, Integer> before = picture();

    try (ReadOnlyJournal look = ReadOnlyJournal.open(Path.of("memory"), () -> disk)) {
      for (long slot = 0; slot < SLOTS; slot++) {
        assertThat(look.slot(slot)).isEqualTo(new SlotState.Committed(slot, BALLOT, value(slot)));
      }
      assertThat(look.status().state()).isEqualTo(JournalStatus.State.REPAIR_ONLY);
      assertThat(look.recovery().findings().toString()).contains("the disk could not read it");
    }

    assertThat(picture()).isEqualTo(before);
  }
}

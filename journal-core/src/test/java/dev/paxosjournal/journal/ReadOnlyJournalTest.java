package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadOnlyJournalTest {
  private static final Ballot BALLOT = new Ballot(3, 1);

  @TempDir private Path directory;

  private PaxosJournal open() {
    return PaxosJournal.open(
        JournalOptions.builder(directory, "test", 4)
            .segmentBytes(128 * 1024)
            .maxValueBytes(4096)
            .build());
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("<the value of slot " + slot + ">"));
  }

  private static void learn(PaxosJournal journal, long first, long last) {
    for (long slot = first; slot <= last; slot++) {
      journal.blocking().learn(accept(slot));
    }
  }

  /** Name, length, time and content of every file. */
  private Map<String, String> picture() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.toList()) {
        FileTime time = Files.getLastModifiedTime(file);
        String content = HexFormat.of().formatHex(Files.readAllBytes(file));
        files.put(
            file.getFileName().toString(), time + " " + content.hashCode() + content.length());
      }
    }
    files.put(".", Files.getLastModifiedTime(directory).toString());
    return files;
  }

  static void rot(Path directory, String wanted) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.toList()) {
        byte[] content = Files.readAllBytes(file);
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(wanted);
        if (file.getFileName().toString().startsWith("wal-") && at >= 0) {
          content[at] ^= 4;
          Files.write(file, content);
          return;
        }
      }
    }
    throw new AssertionError(wanted + " is in no segment");
  }

  @Test
  void showsWhatIsThereAndChangesNothing() throws IOException {
    try (PaxosJournal journal = open()) {
      learn(journal, 0, 9);
      journal.blocking().accept(accept(11));
    }
    Map<String, String> before = picture();

    try (ReadOnlyJournal looked = PaxosJournal.openReadOnly(directory)) {
      assertThat(looked.identity().clusterId()).isEqualTo("test");
      assertThat(looked.identity().nodeId()).isEqualTo(4);
      assertThat(looked.status().committedThrough()).isEqualTo(9);
      assertThat(looked.slot(3)).isInstanceOf(SlotState.Committed.class);
      assertThat(looked.slot(11)).isInstanceOf(SlotState.Pending.class);
      assertThat(looked.slots(0, 100).slots()).hasSize(12);
      assertThat(looked.segments()).isNotEmpty();
      assertThat(looked.recoveries()).isNotEmpty();
      assertThat(looked.verify(0).damaged()).isZero();
      assertThat(looked.diskFreeBytes()).isPositive();
      try (Retransmission walk = looked.retransmit(0, 1 << 20)) {
        assertThat(walk.next()).isPresent();
      }
    }

    assertThat(picture()).isEqualTo(before);
  }

  @Test
  void needsNeitherCheckpointNorPositionsAndMakesNone() throws IOException {
    try (PaxosJournal journal = open()) {
      learn(journal, 0, 200);
    }
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.toList()) {
        if (!file.getFileName().toString().startsWith("wal-")) {
          Files.delete(file);
        }
      }
    }
    Map<String, String> before = picture();

    try (ReadOnlyJournal looked = PaxosJournal.openReadOnly(directory)) {
      assertThat(looked.status().committedThrough()).isEqualTo(200);
      assertThat(looked.slot(77)).isInstanceOf(SlotState.Committed.class);
    }

    assertThat(picture()).isEqualTo(before);
  }

  @Test
  void worksBesideARunningNodeThatRollsAndCompacts() throws Exception {
    try (PaxosJournal journal = open()) {
      learn(journal, 0, 50);
      AtomicBoolean done = new AtomicBoolean();
      Thread writer =
          new Thread(
              () -> {
                for (long slot = 51; !done.get(); slot++) {
                  journal.blocking().learn(accept(slot));
                  if (slot % 50 == 0) {
                    journal.blocking().compact(slot - 40);
                  }
                }
              });
      writer.start();
      List<String> wrong = new ArrayList<>();
      try (ReadOnlyJournal looked = PaxosJournal.openReadOnly(directory)) {
        for (int round = 0; round < 30; round++) {
          if (round % 3 == 0) {
            looked.refresh();
          }
          JournalStatus status = looked.status();
          assertThat(status.damaged()).as(looked.recovery().findings().toString()).isZero();
          for (long slot = status.firstAvailable(); slot <= status.committedThrough(); slot++) {
            SlotState state = looked.slot(slot);
            if (state instanceof SlotState.Damaged || state instanceof SlotState.Unknown) {
              wrong.add(round + ": " + state);
            }
          }
        }
      } finally {
        done.set(true);
        writer.join();
      }

      assertThat(wrong).isEmpty();
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.verify(0).join().findings()).isEmpty();
    }
  }

  @Test
  void findsRotAndNamesThePlace() throws IOException {
    try (PaxosJournal journal = open()) {
      learn(journal, 0, 9);
    }
    rot(directory, "<the value of slot 7>");

    try (ReadOnlyJournal looked = PaxosJournal.openReadOnly(directory)) {
      Operation verified = looked.verify(0);

      assertThat(verified.damaged()).isEqualTo(1);
      assertThat(verified.findings().get(0))
          .contains("slot 7", "file wal-", "offset ", "expected ", "found ");
      assertThat(looked.slot(6)).isInstanceOf(SlotState.Committed.class);
      assertThat(looked.slot(8)).isInstanceOf(SlotState.Committed.class);
    }
  }

  @Test
  void refusesADirectoryWithoutAJournal() {
    assertThatThrownBy(() -> PaxosJournal.openReadOnly(directory))
        .isInstanceOfSatisfying(
            JournalException.Unusable.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(JournalException.Unusable.Reason.MISSING));
    assertThatThrownBy(() -> PaxosJournal.openReadOnly(directory.resolve("absent")))
        .isInstanceOf(JournalException.Unusable.class);
  }
}

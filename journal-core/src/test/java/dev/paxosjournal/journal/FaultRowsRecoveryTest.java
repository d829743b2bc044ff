package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows of the fault table in DESIGN.md that have no other test: what an opening finds. */
@ExtendWith(QuietLogs.class)
class FaultRowsRecoveryTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int SLOTS = 24;

  private final MemoryDisk disk = new MemoryDisk();

  /** Committed slots in several segments, one segment a life, left without a checkpoint. */
  private void write() throws IOException {
    for (int slot = 0; slot < SLOTS; slot += 6) {
      SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
      for (int i = slot; i < slot + 6; i++) {
        assertThat(journal.submit(List.of(Call.learn(i, BALLOT, value(i)))))
            .containsExactly(Answer.DONE);
      }
      journal.submit(List.of(Call.promise(new Ballot(10 + slot, 1))));
      journal.abandon();
    }
    disk.deleteNow("checkpoint");
  }

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  private List<String> segments() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).toList();
  }

  private Map<String, String> content() {
    Map<String, String> content = new HashMap<>();
    disk.names().forEach(name -> content.put(name, Value.copyOf(disk.read(name)).toString()));
    return content;
  }

  /** No slot is missing or has another value; the promise has not fallen. */
  private void checkAfterALoss(int leastServed) throws IOException {
    for (int opening = 0; opening < 2; opening++) {
      SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
      int served = 0;
      for (int slot = 0; slot < SLOTS; slot++) {
        SlotState state = journal.slot(slot);
        if (state instanceof SlotState.Committed committed) {
          assertThat(committed.value()).isEqualTo(value(slot));
          served++;
        } else {
          assertThat(state).as("slot " + slot).isInstanceOf(SlotState.Damaged.class);
        }
      }
      assertThat(served).isGreaterThanOrEqualTo(leastServed);
      assertThat(journal.status().promised()).contains(new Ballot(10 + SLOTS - 6, 1));
      journal.abandon();
    }
  }

  @Test
  void row28TheFirstSegmentIsMissing() throws IOException {
    write();
    disk.deleteNow(segments().get(1));
    checkAfterALoss(SLOTS - 6);
  }

  @Test
  void row28ASegmentInTheMiddleIsMissing() throws IOException {
    write();
    disk.deleteNow(segments().get(2));
    checkAfterALoss(SLOTS - 6);
  }

  @Test
  void row28TheLastSegmentIsMissing() throws IOException {
    write();
    disk.deleteNow(segments().get(segments().size() - 1));
    checkAfterALoss(SLOTS - 6);
  }

  @Test
  void row28ASegmentHasNoLength() throws IOException {
    write();
    disk.truncateNow(segments().get(2), 0);
    checkAfterALoss(SLOTS - 6);
  }

  @Test
  void row28AnEmptyDirectoryIsRefusedWhereAJournalIsRequired() {
    JournalOptions required = Campaigns.options(512, 64 * 1024).create(false).build();
    assertThatThrownBy(() -> SteppedJournal.open(disk, required))
        .isInstanceOfSatisfying(
            JournalException.Unusable.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(JournalException.Unusable.Reason.MISSING))
        .hasMessageContaining("holds no journal and create is false");
    assertThat(disk.names()).isEmpty();
  }

  @Test
  void row24AReadOnlyFileSystemIsRefusedAndNothingIsChanged() throws IOException {
    write();
    Map<String, String> before = content();
    FailingDisk mounted = new FailingDisk(disk).mountReadOnly();
    assertThatThrownBy(() -> SteppedJournal.open(mounted, OPTIONS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Read-only file system");
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void row37AnErrorInTheMiddleOfAnAppendEndsWritingUntilReopening() throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    journal.submit(List.of(Call.learn(0, BALLOT, value(0))));
    disk.setHook(
        operation -> {
          if (operation.kind() == Operation.Kind.WRITE && operation.file().startsWith("wal-")) {
            throw new OutOfMemoryError("in the middle of an append");
          }
        });
    List<Answer> answers = journal.submit(List.of(Call.learn(1, BALLOT, value(1))));
    disk.setHook(operation -> {});

    assertThat(answers).extracting(Answer::kind).containsExactly(Answer.Kind.FAILED);
    assertThat(journal.status().state()).isEqualTo(JournalStatus.State.FAILED);
    assertThat(journal.slot(1)).isEqualTo(new SlotState.Unknown(1));
    journal.abandon();
    SteppedJournal reopened = SteppedJournal.open(disk, OPTIONS);
    assertThat(reopened.slot(0)).isEqualTo(new SlotState.Committed(0, BALLOT, value(0)));
    assertThat(reopened.submit(List.of(Call.learn(1, BALLOT, value(1)))))
        .containsExactly(Answer.DONE);
    reopened.abandon();
  }

  @Test
  void row40AFormatVersionFromTheFutureIsRefusedAndNothingIsChanged() throws IOException {
    write();
    String last = segments().get(segments().size() - 1);
    disk.overwrite(last, 4, new byte[] {0, 0, 0, 9});
    disk.overwrite(last, 4096 + 4, new byte[] {0, 0, 0, 9});
    Map<String, String> before = content();
    assertThatThrownBy(() -> SteppedJournal.open(disk, OPTIONS))
        .isInstanceOf(JournalException.UnsupportedVersion.class)
        .hasMessageContaining("9");
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void row41UnknownFilesAreLeftAloneAndReported() throws IOException {
    write();
    disk.put("notes.txt", new byte[] {1, 2, 3});
    disk.put("wal-copy.seg", new byte[] {4});
    disk.put("console-activity.jsonl", new byte[] {5});
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    assertThat(journal.recovery().findings())
        .anyMatch(finding -> finding.contains("notes.txt"))
        .anyMatch(finding -> finding.contains("wal-copy.seg"))
        .noneMatch(finding -> finding.contains("console-activity"));
    journal.close();
    assertThat(disk.read("console-activity.jsonl")).containsExactly(5);
    assertThat(disk.read("notes.txt")).containsExactly(1, 2, 3);
    assertThat(disk.read("wal-copy.seg")).containsExactly(4);
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The last segment has its name, and no header that can be read. Its header was forced before it
 * got the name, so that is never the trace of a crash.
 */
@ExtendWith(QuietLogs.class)
class HeadlessSegmentTest {
  private static final Ballot LOW = new Ballot(1, 1);
  private static final Ballot HIGH = new Ballot(7, 2);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();

  private MemoryDisk disk = new MemoryDisk();

  /** Slots 0 and 1 are in the first segment; 2 and 3, and the promise, in the second one. */
  private void write() throws IOException {
    SteppedJournal first = open();
    first.submit(List.of(Call.promise(LOW)));
    first.submit(List.of(Call.learn(0, LOW, value(0)), Call.accept(1, LOW, value(1))));
    first.abandon();
    SteppedJournal second = open();
    second.submit(List.of(Call.learn(2, LOW, value(2)), Call.promise(HIGH)));
    second.submit(List.of(Call.accept(3, HIGH, value(3))));
    second.abandon();
    assertThat(segments()).hasSize(2);
  }

  private SteppedJournal open() throws IOException {
    return SteppedJournal.open(disk, OPTIONS);
  }

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  private List<String> segments() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).toList();
  }

  private String last() {
    return segments().get(segments().size() - 1);
  }

  private void loseHeaders() {
    disk.zero(last(), 0, 8192);
  }

  /** Twice: the second opening must not forget what the first one found. */
  private void promisesNothingLower() throws IOException {
    for (int opening = 0; opening < 3; opening++) {
      SteppedJournal journal = open();
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.REPAIR_ONLY);
      assertThat(journal.submit(List.of(Call.promise(HIGH))).get(0).kind())
          .isEqualTo(Answer.Kind.PROMISE_UNKNOWN);
      assertThat(journal.slot(0)).isEqualTo(new SlotState.Committed(0, LOW, value(0)));
      // It may have been accepted anew where nothing can be read any more.
      assertThat(journal.slot(1)).isInstanceOf(SlotState.Damaged.class);
      journal.submit(List.of(Call.learn(10 + opening, LOW, value(opening))));
      journal.abandon();
      disk = disk.crash(CrashStrategy.NOTHING, opening);
    }
    for (int slot : IntStream.range(10, 13).toArray()) {
      SteppedJournal journal = open();
      assertThat(journal.slot(slot)).isInstanceOf(SlotState.Committed.class);
      journal.abandon();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 3886, 4096, 8191})
  void cutWithinItsHeaderAndWithoutAHintItIsLostNotTorn(int length) throws IOException {
    write();
    disk.truncateNow(last(), length);
    disk.deleteNow("hint");
    promisesNothingLower();
  }

  @Test
  void withoutHeadersAndHintItIsLostNotTorn() throws IOException {
    write();
    loseHeaders();
    // Of one group alone no salt is inferred.
    disk.zero(last(), 8192, 8192);
    disk.deleteNow("hint");
    promisesNothingLower();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3886, 8191})
  void theHintTellsWhatACutOneHeld(int length) throws IOException {
    write();
    disk.truncateNow(last(), length);
    for (int opening = 0; opening < 2; opening++) {
      SteppedJournal journal = open();
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.status().promised()).contains(HIGH);
      assertThat(journal.slot(0)).isEqualTo(new SlotState.Committed(0, LOW, value(0)));
      assertThat(journal.slot(2)).isInstanceOf(SlotState.Damaged.class);
      assertThat(journal.slot(3)).isInstanceOf(SlotState.Damaged.class);
      journal.abandon();
      disk = disk.crash(CrashStrategy.NOTHING, opening);
    }
  }

  @Test
  void whatAnOpeningCalledDamagedStaysSoWhenTheDiskCanReadAgain() throws IOException {
    write();
    String unreadable = last();
    disk.setHook(
        operation -> {
          if (operation.kind() == Operation.Kind.READ && operation.file().equals(unreadable)) {
            throw new IOException("Input/output error");
          }
        });
    open().abandon();
    disk.setHook(operation -> {});
    SteppedJournal journal = open();
    for (int slot = 1; slot <= 3; slot++) {
      assertThat(journal.slot(slot)).as("slot %d", slot).isInstanceOf(SlotState.Damaged.class);
    }
    journal.submit(List.of(Call.learn(2, LOW, value(2))));
    assertThat(journal.slot(2)).isEqualTo(new SlotState.Committed(2, LOW, value(2)));
    journal.abandon();
  }

  @Test
  void aFileThatOnlyBearsTheNameOfAnEarlierPlaceTakesNothingAway() throws IOException {
    write();
    disk.put("wal-0000000099-0000000000000000000.seg", new byte[65536]);
    SteppedJournal journal = open();
    assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
    assertThat(journal.slot(1)).isEqualTo(new SlotState.Pending(1, LOW, value(1)));
    assertThat(journal.slot(3)).isEqualTo(new SlotState.Pending(3, HIGH, value(3)));
    journal.abandon();
  }

  @Test
  void aJournalClosedInOrderHeldNoMoreThanItsCheckpointSays() throws IOException {
    write();
    open().close();
    loseHeaders();
    disk.deleteNow("hint");
    SteppedJournal journal = open();
    assertThat(journal.status().promised()).contains(HIGH);
    assertThat(journal.slot(0)).isEqualTo(new SlotState.Committed(0, LOW, value(0)));
    journal.abandon();
  }
}

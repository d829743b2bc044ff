package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.wal.RecordHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Directories in which next to nothing is left that says what the log was. */
@ExtendWith(QuietLogs.class)
class LostLogTest {
  private static final Ballot LOW = new Ballot(1, 1);
  private static final Ballot HIGH = new Ballot(7, 2);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int COPY = 4096;

  private MemoryDisk disk = new MemoryDisk();

  /** Slots 0 to 2 are committed, 3 is pending, 4 is free, 5 is committed. */
  private void write() throws IOException {
    for (int slot = 0; slot < 3; slot++) {
      SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
      journal.submit(List.of(Call.learn(slot, LOW, value(slot))));
      // Of one group alone no salt is inferred.
      journal.submit(List.of(Call.promise(new Ballot(LOW.round(), slot - 10))));
      journal.close();
    }
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    journal.submit(List.of(Call.promise(LOW)));
    journal.submit(
        List.of(Call.learn(5, LOW, value(5)), Call.promise(HIGH), Call.accept(3, HIGH, value(3))));
    journal.close();
  }

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  private List<String> segments() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).toList();
  }

  private void loseHeaders() {
    for (String segment : segments()) {
      disk.zero(segment, 0, COPY);
      disk.zero(segment, COPY, COPY);
    }
  }

  private SteppedJournal open() throws IOException {
    return SteppedJournal.open(disk, OPTIONS);
  }

  private void showsAll(SteppedJournal journal) {
    for (int slot : new int[] {0, 1, 2, 5}) {
      assertThat(journal.slot(slot)).isEqualTo(new SlotState.Committed(slot, LOW, value(slot)));
    }
    assertThat(journal.slot(3)).isEqualTo(new SlotState.Pending(3, HIGH, value(3)));
    assertThat(journal.slot(4)).isEqualTo(new SlotState.Unknown(4));
  }

  private static void votesNoMore(SteppedJournal journal) {
    assertThat(journal.status().state()).isEqualTo(JournalStatus.State.REPAIR_ONLY);
    Ballot highest = new Ballot(Long.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(journal.submit(List.of(Call.promise(highest))).get(0).kind())
        .isEqualTo(Answer.Kind.PROMISE_UNKNOWN);
    assertThat(journal.submit(List.of(Call.accept(9, highest, value(9)))).get(0).kind())
        .isEqualTo(Answer.Kind.PROMISE_UNKNOWN);
  }

  @Test
  void withoutAnyHeaderTheGroupsTellEverythingIfTheHintTellsWhose() throws IOException {
    write();
    loseHeaders();
    disk.deleteNow("checkpoint");
    for (int opening = 0; opening < 2; opening++) {
      SteppedJournal journal = open();
      showsAll(journal);
      assertThat(journal.status().promised()).contains(HIGH);
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      journal.close();
    }
  }

  @Test
  void withoutAnythingThatTellsWhoseTheLogIsItIsReadButNeverVotesAgain() throws IOException {
    write();
    loseHeaders();
    disk.deleteNow("checkpoint");
    disk.deleteNow("hint");
    for (int opening = 0; opening < 3; opening++) {
      SteppedJournal journal = open();
      showsAll(journal);
      votesNoMore(journal);
      journal.submit(List.of(Call.learn(10 + opening, LOW, value(opening))));
      journal.close();
      disk = disk.crash(CrashStrategy.NOTHING, opening);
    }
    // The verdict stands in the log.
    disk.names().stream().filter(name -> !name.startsWith("wal-")).forEach(disk::deleteNow);
    SteppedJournal journal = open();
    votesNoMore(journal);
    journal.abandon();
  }

  @Test
  void withoutAnySegmentTheHintTellsThePromiseAndWhatIsDamaged() throws IOException {
    write();
    segments().forEach(disk::deleteNow);
    for (int opening = 0; opening < 2; opening++) {
      SteppedJournal journal = open();
      for (int slot : new int[] {0, 1, 2, 3, 5}) {
        assertThat(journal.slot(slot)).isInstanceOf(SlotState.Damaged.class);
      }
      assertThat(journal.status().promised()).contains(HIGH);
      assertThat(journal.status().committedThrough()).isEqualTo(2);
      assertThat(journal.status().highestSlot()).isEqualTo(5);
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.submit(List.of(Call.promise(LOW))).get(0).kind())
          .isEqualTo(Answer.Kind.STALE_BALLOT);
      journal.close();
    }
    SteppedJournal journal = open();
    journal.submit(List.of(Call.learn(1, LOW, value(1))));
    assertThat(journal.slot(1)).isEqualTo(new SlotState.Committed(1, LOW, value(1)));
    journal.abandon();
  }

  @Test
  void withoutSegmentsAndHintNothingTellsThePromise() throws IOException {
    write();
    segments().forEach(disk::deleteNow);
    disk.deleteNow("hint");
    SteppedJournal journal = open();
    votesNoMore(journal);
    assertThat(journal.status().committedThrough()).isEqualTo(2);
    for (int slot : new int[] {0, 1, 2, 3, 5}) {
      assertThat(journal.slot(slot)).isInstanceOf(SlotState.Damaged.class);
    }
    journal.submit(List.of(Call.learn(1, LOW, value(1)), Call.learn(6, LOW, value(6))));
    journal.close();
    for (int opening = 0; opening < 2; opening++) {
      SteppedJournal again = open();
      votesNoMore(again);
      assertThat(again.slot(1)).isEqualTo(new SlotState.Committed(1, LOW, value(1)));
      assertThat(again.slot(6)).isEqualTo(new SlotState.Committed(6, LOW, value(6)));
      assertThat(again.slot(2)).isInstanceOf(SlotState.Damaged.class);
      again.abandon();
      disk = disk.crash(CrashStrategy.NOTHING, opening);
    }
  }

  @Test
  void aDirectoryOfDerivedFilesOnlyIsNoEmptyOne() throws IOException {
    for (String left : List.of("positions-", "recovery-", "spare-")) {
      disk = new MemoryDisk();
      write();
      disk.names().stream().filter(name -> !name.startsWith(left)).forEach(disk::deleteNow);
      assertThat(disk.names()).as(left).isNotEmpty();
      SteppedJournal journal = open();
      votesNoMore(journal);
      journal.abandon();
    }
  }

  @Test
  void whereTheDiskCannotReadAnySegmentNothingIsOpenedOrChanged() throws IOException {
    write();
    disk.setHook(
        operation -> {
          if (operation.kind() == Operation.Kind.READ && operation.file().startsWith("wal-")) {
            throw new IOException("Input/output error");
          }
        });
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.Unusable.class)
        .hasMessageContaining("open it again when the disk can read");
    disk.setHook(operation -> {});
    SteppedJournal journal = open();
    showsAll(journal);
    journal.abandon();
  }

  @Test
  void aForeignSegmentIsNotTakenForALogThatHintAndCheckpointTellOf() throws IOException {
    MemoryDisk other = new MemoryDisk();
    SteppedJournal journal = SteppedJournal.open(other, OPTIONS);
    journal.submit(List.of(Call.promise(LOW)));
    journal.close();
    String foreign = other.names().stream().filter(n -> n.startsWith("wal-")).findFirst().get();
    write();
    segments().forEach(disk::deleteNow);
    disk.put(foreign, other.read(foreign));
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.Unusable.class)
        .hasMessageContaining("move the files of the others away");
    disk.deleteNow(foreign);
    SteppedJournal own = open();
    assertThat(own.status().promised()).contains(HIGH);
    own.abandon();
  }

  @Test
  void withoutSegmentsAHintOfAnotherJournalIsNotBelieved() throws IOException {
    MemoryDisk other = new MemoryDisk();
    SteppedJournal journal = SteppedJournal.open(other, OPTIONS);
    journal.submit(List.of(Call.promise(LOW)));
    journal.close();
    write();
    segments().forEach(disk::deleteNow);
    disk.put("hint", other.read("hint"));
    assertThatThrownBy(this::open).isInstanceOf(JournalException.Unusable.class);
  }

  @Test
  void aBlockOfAnotherJournalInAFileOfZerosIsNotTakenForTheLog() throws IOException {
    MemoryDisk other = new MemoryDisk();
    SteppedJournal journal = SteppedJournal.open(other, OPTIONS);
    journal.submit(List.of(Call.learn(0, LOW, Value.utf8("of another journal"))));
    journal.close();
    byte[] foreign =
        other.read(other.names().stream().filter(n -> n.startsWith("wal-")).findFirst().get());
    SteppedJournal own = open();
    own.submit(List.of(Call.learn(0, LOW, value(0))));
    own.close();
    SteppedJournal next = open();
    next.submit(List.of(Call.learn(1, LOW, value(1))));
    next.close();
    String first = segments().get(0);
    byte[] content = new byte[disk.read(first).length];
    System.arraycopy(foreign, 2 * COPY, content, 2 * COPY, COPY);
    disk.overwrite(first, 0, content);
    SteppedJournal harmed = open();
    assertThat(harmed.slot(0)).isInstanceOf(SlotState.Damaged.class);
    harmed.abandon();
  }

  @Test
  void aForeignHeaderInASegmentOfThisJournalSaysNothingOfItsGroups() throws IOException {
    MemoryDisk other = new MemoryDisk();
    SteppedJournal.open(other, OPTIONS).close();
    String foreign = other.names().stream().filter(n -> n.startsWith("wal-")).findFirst().get();
    byte[] header = new byte[2 * COPY];
    System.arraycopy(other.read(foreign), 0, header, 0, header.length);
    write();
    segments().forEach(segment -> disk.overwrite(segment, 0, header));
    SteppedJournal journal = open();
    showsAll(journal);
    journal.abandon();
  }

  @Test
  void whatTheCheckpointCoversIsNotAppliedAgain() throws IOException {
    SteppedJournal journal = open();
    journal.submit(List.of(Call.accept(3, LOW, value(3)), Call.accept(4, LOW, value(4))));
    journal.submit(
        List.of(
            Call.accept(5, LOW, value(5)),
            Call.replaceSuffix(4, List.of(new Accept(4, LOW, Value.utf8("other")))),
            Call.accept(6, LOW, value(6)),
            Call.accept(5, HIGH, value(9))));
    journal.close();
    // The header of the record that holds "other" fails: none behind it is found. No hint tells.
    String segment = segments().get(segments().size() - 1);
    byte[] content = disk.read(segment);
    int at = new String(content, StandardCharsets.ISO_8859_1).lastIndexOf("other");
    assertThat(at).isGreaterThan(RecordHeader.BYTES);
    disk.flipBit(segment, (at - RecordHeader.BYTES + 8) * 8L);
    disk.deleteNow("hint");
    SteppedJournal harmed = open();
    assertThat(harmed.slot(4)).isInstanceOf(SlotState.Damaged.class);
    assertThat(harmed.slot(5)).isEqualTo(new SlotState.Pending(5, HIGH, value(9)));
    assertThat(harmed.slot(6)).isInstanceOf(SlotState.Damaged.class);
    assertThat(harmed.slot(3)).isEqualTo(new SlotState.Pending(3, LOW, value(3)));
    assertThat(harmed.status().highestSlot()).isEqualTo(6);
    harmed.abandon();
  }
}

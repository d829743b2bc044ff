package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.disk.PowerCut;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.wal.Evidence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a recovery set aside stays, is named, is copied before its file is used again, and can be
 * deleted.
 */
@ExtendWith(QuietLogs.class)
class QuarantineTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int TORN_BYTES = 4096;
  private static final byte TORN = 7;

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

  private static List<String> files(MemoryDisk on, String prefix) {
    return on.names().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  private String segment() {
    return files(disk, "wal-").get(0);
  }

  /** A journal whose last life ended in the middle of a group. */
  private long makeTornEnd() {
    try (PaxosJournal journal = open()) {
      learn(journal, 0);
      assertThat(journal.quarantine()).isEmpty();
    }
    long end = disk.sizeOf(segment());
    byte[] all = Arrays.copyOf(disk.read(segment()), (int) end + TORN_BYTES);
    Arrays.fill(all, (int) end, all.length, TORN);
    disk.put(segment(), all);
    return end;
  }

  @Test
  void aTornEndIsNamedKeptInPlaceAndDeletedOnRequest() {
    long end = makeTornEnd();
    String segment = segment();

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

  @Test
  void aTornEndIsCopiedBeforeItsSegmentIsUsedAgainAndTheCopyIsDeletedOnRequest() {
    makeTornEnd();
    String segment = segment();
    try (PaxosJournal journal = open()) {
      for (long slot = 1; slot < 4; slot++) {
        learn(journal, slot);
      }
      journal.blocking().compact(3);
    }
    try (PaxosJournal journal = open()) {
      assertThat(disk.names()).doesNotContain(segment);
      assertThat(journal.quarantine()).hasSize(1);
      SetAside copy = journal.quarantine().get(0);
      assertThat(copy.file()).startsWith("quarantine-");
      assertThat(copy.offset()).isEqualTo(Quarantine.HEAD_BYTES);
      assertThat(copy.lengthBytes()).isEqualTo(TORN_BYTES);
      assertThat(copy.why()).contains("nothing proves that it was forced").contains(segment);
      assertThat(tornBytesIn(disk, copy)).isTrue();
      assertThat(journal.recovery().findings())
          .as("it is no strange file")
          .noneMatch(finding -> finding.contains("quarantine"));

      journal.deleteQuarantine();

      assertThat(journal.quarantine()).isEmpty();
      assertThat(files(disk, "quarantine-")).isEmpty();
    }
  }

  @Test
  void withoutRoomForACopyCompactionGoesOn() {
    makeTornEnd();
    String segment = segment();
    try (PaxosJournal journal = open()) {
      learn(journal, 1);
      disk.setFreeBytes(OPTIONS.segmentBytes() + TORN_BYTES);
      journal.blocking().compact(1);
      learn(journal, 2);
    }
    assertThat(disk.names()).doesNotContain(segment);
    assertThat(files(disk, "quarantine")).isEmpty();
  }

  /** With bytes that were forced once in their middle changed, a file of the log holds evidence. */
  @Test
  void whatIsLostWithinTheLogIsNamedAndCopiedWithItsSegment() {
    try (PaxosJournal journal = open()) {
      for (long slot = 0; slot < 3; slot++) {
        learn(journal, slot);
      }
    }
    String segment = segment();
    byte[] rot = new byte[TORN_BYTES];
    Arrays.fill(rot, TORN);
    // The second group; without a checkpoint the opening reads it.
    disk.overwrite(segment, 8192 + 4096, rot);
    disk.deleteNow("checkpoint");
    try (PaxosJournal journal = open()) {
      assertThat(journal.slot(1)).isInstanceOf(SlotState.Damaged.class);
      assertThat(journal.quarantine()).hasSize(1);
      SetAside piece = journal.quarantine().get(0);
      assertThat(piece.file()).isEqualTo(segment);
      assertThat(piece.offset()).isEqualTo(8192 + 4096);
      assertThat(piece.why()).contains("were not cut off");
      journal.deleteQuarantine();
      assertThat(journal.quarantine()).as("what lies within the log stays").hasSize(1);
      assertThat(journal.slot(0)).isEqualTo(new SlotState.Committed(0, BALLOT, value(0)));
      learn(journal, 1);
      journal.blocking().compact(3);
    }
    try (PaxosJournal journal = open()) {
      assertThat(disk.names()).doesNotContain(segment);
      assertThat(journal.quarantine()).hasSize(1);
      assertThat(tornBytesIn(disk, journal.quarantine().get(0))).isTrue();
    }
  }

  @Test
  void aSegmentThatIsLeftOutIsCopiedBeforeItIsRemoved() {
    try (PaxosJournal journal = open()) {
      learn(journal, 0);
    }
    MemoryDisk begun = disk.copyOf();
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, begun)) {
      learn(journal, 1);
    }
    String second = files(begun, "wal-").get(1);
    byte[] torn = Arrays.copyOf(begun.read(second), 8192 + TORN_BYTES);
    Arrays.fill(torn, 8192, torn.length, TORN);
    disk.put(second, torn);

    try (PaxosJournal journal = open()) {
      assertThat(journal.quarantine())
          .singleElement()
          .satisfies(piece -> assertThat(piece.file()).isEqualTo(second))
          .satisfies(piece -> assertThat(piece.why()).contains("left out"));
      learn(journal, 1);
    }
    try (PaxosJournal journal = open()) {
      assertThat(disk.names()).doesNotContain(second);
      assertThat(journal.quarantine()).hasSize(1);
      assertThat(tornBytesIn(disk, journal.quarantine().get(0))).isTrue();
      shows(journal, 2);
    }
  }

  @Test
  void aPieceIsCopiedBeforeTheLastReportThatNamesItGoes() {
    makeTornEnd();
    for (int i = 0; i <= RecoveryReports.KEPT; i++) {
      try (PaxosJournal journal = open()) {
        learn(journal, i + 1);
        assertThat(journal.quarantine()).hasSize(1);
      }
    }
    try (PaxosJournal journal = open()) {
      assertThat(journal.quarantine()).hasSize(1);
      assertThat(journal.quarantine().get(0).file()).startsWith("quarantine-");
      assertThat(tornBytesIn(disk, journal.quarantine().get(0))).isTrue();
    }
  }

  @Test
  void theCopiesAreBoundedAndTheOldestGoFirst() {
    makeTornEnd();
    for (int i = 0; i < 20; i++) {
      disk.put(
          String.format("quarantine-wal-%010d-%019d-%010d.bin", 0, 0, 8192 + i),
          new byte[Quarantine.HEAD_BYTES + Quarantine.MOST_PIECE_BYTES]);
    }
    List<String> before = files(disk, "quarantine-");

    try (PaxosJournal journal = open()) {
      learn(journal, 1);
      journal.blocking().compact(1);
      learn(journal, 2);
    }

    List<String> after = files(disk, "quarantine-");
    assertThat(after.stream().mapToLong(disk::sizeOf).sum())
        .isBetween(Quarantine.MOST_BYTES / 2, Quarantine.MOST_BYTES);
    assertThat(after).last().asString().startsWith("quarantine-wal-0000000001");
    assertThat(after.subList(0, after.size() - 1)).isSubsetOf(before).doesNotContain(before.get(0));
  }

  // A power cut, or a failure, at every call.

  /** Makes a torn end, writes on, frees the segment, and has upkeep run at once. */
  private static void writeOnAndFree(MemoryDisk on) throws IOException {
    SteppedJournal journal = SteppedJournal.open(on, OPTIONS, SteppedJournal.Upkeep.AT_ONCE, 8192);
    for (long slot = 1; slot < 4; slot++) {
      journal.submit(List.of(Call.learn(slot, BALLOT, value(slot))));
    }
    journal.submit(List.of(Call.compact(3)));
    journal.submit(List.of(Call.learn(4, BALLOT, value(4))));
    journal.abandon();
  }

  @Test
  void noPowerCutTakesATornEndWithoutItsCopy() throws IOException {
    makeTornEnd();
    cutEverywhere();
  }

  /** The opening itself writes then, and what it writes hides the torn end from the next one. */
  @Test
  void noPowerCutTakesATornEndBehindAGroupThatIsWrittenAgain() throws IOException {
    makeTornEnd();
    disk.deleteNow("hint");
    disk.deleteNow("checkpoint");
    cutEverywhere();
  }

  private void cutEverywhere() throws IOException {
    MemoryDisk uncut = disk.copyOf();
    writeOnAndFree(uncut);
    assertThat(files(uncut, "quarantine-")).hasSize(1);
    assertThat(uncut.names()).doesNotContain(segment());
    for (long operation = disk.operations() + 1; operation <= uncut.operations(); operation++) {
      MemoryDisk cut = disk.copyOf();
      cut.cutPowerAt(operation);
      try {
        writeOnAndFree(cut);
      } catch (PowerCut expected) {
        // The journal's own thread takes it for an error and goes FAILED, others throw it.
      }
      for (CrashStrategy strategy : CrashStrategy.values()) {
        if (strategy == CrashStrategy.BLOCK_DESTROYED) {
          continue;
        }
        for (long seed = 0; seed < 3; seed++) {
          MemoryDisk image = cut.crash(strategy, seed);
          SteppedJournal journal = SteppedJournal.open(image, OPTIONS);
          String what = strategy + ", seed " + seed + ", before operation " + operation;
          assertThat(journal.life().quarantine.list())
              .as(what)
              .anyMatch(piece -> tornBytesIn(image, piece));
          assertThat(journal.status().damaged()).as(what).isZero();
          journal.abandon();
        }
      }
    }
  }

  private static boolean tornBytesIn(MemoryDisk on, SetAside piece) {
    byte[] all = on.read(piece.file());
    int from = (int) piece.offset();
    byte[] torn = new byte[TORN_BYTES];
    Arrays.fill(torn, TORN);
    return piece.lengthBytes() == TORN_BYTES
        && all.length >= from + TORN_BYTES
        && Arrays.equals(all, from, from + TORN_BYTES, torn, 0, TORN_BYTES);
  }

  /** Reports are believed for nothing: a bit of one must not keep a whole log from being opened. */
  @Test
  void aReportThatRottedKeepsNothingFromBeingOpened() {
    makeTornEnd();
    open().close();
    String report =
        files(disk, "recovery-").stream()
            .filter(name -> text(name).contains("nothing proves"))
            .findFirst()
            .orElseThrow();
    int at = text(report).indexOf("\"setAside\"");
    int dash = text(report).indexOf("0000000001-", at) + "0000000001-".length() - 1;
    disk.flipBit(report, dash * 8L + 1);
    assertThat(text(report)).contains("0000000001/");

    for (int opening = 0; opening < 25; opening++) {
      try (PaxosJournal journal = open()) {
        shows(journal, 1);
        assertThat(journal.quarantine()).hasSizeLessThan(2);
      }
    }
  }

  private String text(String file) {
    return new String(disk.read(file), StandardCharsets.UTF_8);
  }

  private static final String FREED = "wal-0000000001-0000000000000000000.seg";
  private static final int BLOCKS = 40;
  private long nanos;
  private int reads;

  private Quarantine ofALargePiece() {
    disk.put(FREED, new byte[8192 + BLOCKS * 4096]);
    Evidence.Piece piece = new Evidence.Piece(FREED, 8192, BLOCKS * 4096L, "made up");
    return new Quarantine(disk, 0, List.of(piece), Instant.EPOCH, () -> nanos);
  }

  private void onEachRead(long takes, Supplier<IOException> failure) {
    disk.setHook(
        operation -> {
          if (operation.kind() == Operation.Kind.READ && operation.file().equals(FREED)) {
            reads++;
            nanos += takes;
            IOException failed = failure.get();
            if (failed != null) {
              throw failed;
            }
          }
        });
  }

  /**
   * A dying disk may take seconds for each block that it cannot read, and upkeep waits for that.
   */
  @Test
  void aDiskThatCannotReadIsNotAskedForBlockAfterBlock() {
    Quarantine quarantine = ofALargePiece();
    onEachRead(1, FailingDisk::ioError);

    quarantine.beforeReuse(FREED);

    assertThat(reads).isEqualTo(Quarantine.MOST_UNREADABLE_BLOCKS);
    assertThat(files(disk, "quarantine-wal-")).hasSize(1);
    assertThat(text(files(disk, "quarantine-wal-").get(0)))
        .contains("\"unreadBytes\": " + BLOCKS * 4096);
    String next = FREED.replace("0001-", "0002-");
    disk.put(next, new byte[8192 + 4096]);
    quarantine.beforeForgetting(List.of(new SetAside(next, 8192, 4096, "made up", Instant.EPOCH)));
    assertThat(files(disk, "quarantine-wal-")).as("nor later in this life").hasSize(1);
  }

  @Test
  void aSlowDiskIsNotWaitedForForLong() {
    Quarantine quarantine = ofALargePiece();
    onEachRead(Quarantine.MOST_SLOW_NANOS / 2, () -> null);

    quarantine.beforeReuse(FREED);

    assertThat(reads).isEqualTo(2);
  }

  @Test
  void aSoundDiskIsReadToTheEnd() {
    Quarantine quarantine = ofALargePiece();
    onEachRead(1_000_000, () -> null);

    quarantine.beforeReuse(FREED);

    assertThat(reads).isEqualTo(BLOCKS);
    assertThat(disk.sizeOf(files(disk, "quarantine-wal-").get(0)))
        .isEqualTo(Quarantine.HEAD_BYTES + BLOCKS * 4096L);
  }

  @Test
  void evidenceThatCannotBeCopiedStopsNothing() throws IOException {
    makeTornEnd();
    for (Operation.Kind kind :
        List.of(
            Operation.Kind.CREATE,
            Operation.Kind.WRITE,
            Operation.Kind.FORCE,
            Operation.Kind.RENAME,
            Operation.Kind.READ,
            Operation.Kind.OPEN)) {
      for (Supplier<IOException> failure :
          List.<Supplier<IOException>>of(
              FailingDisk::ioError, FailingDisk::noSpace, FailingDisk::tooManyOpenFiles)) {
        MemoryDisk copy = disk.copyOf();
        FailingDisk failing = new FailingDisk(copy).failFiles(kind, "quarantine", failure);
        try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, failing)) {
          learn(journal, 1);
          journal.blocking().compact(1);
          learn(journal, 2);
          assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
        }
        assertThat(files(copy, "wal-0000000001-")).as("%s failed", kind).isEmpty();
        try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, copy)) {
          assertThat(journal.slot(2)).isEqualTo(new SlotState.Committed(2, BALLOT, value(2)));
        }
      }
    }
  }
}

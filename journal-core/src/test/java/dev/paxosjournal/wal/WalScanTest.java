package dev.paxosjournal.wal;

import static dev.paxosjournal.wal.SampleLog.BLOCK;
import static dev.paxosjournal.wal.SampleLog.SEGMENT_BLOCKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.wal.SampleLog.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalScanTest {
  private static final long AREA = SegmentHeader.AREA_BYTES;

  private final SampleLog log = new SampleLog();
  private final String firstFile = log.segment().fileName();

  private static void assertCleanEnd(Scan scan, long position) {
    assertThat(scan.end()).isEqualTo(new ScanEnd.CleanEnd(position));
    assertThat(scan.lost()).isEmpty();
  }

  private static void assertTornTail(Scan scan, long position, String file, long tornBytes) {
    assertThat(scan.end())
        .isEqualTo(new ScanEnd.TornTail(position, file, AREA + position, tornBytes));
    assertThat(scan.lost()).isEmpty();
  }

  private static LostStretch onlyLoss(Scan scan) {
    assertThat(scan.lost()).hasSize(1);
    return scan.lost().get(0);
  }

  @Test
  void groupsAreVisitedInOrderThroughAllSegments() throws IOException {
    log.append(Value.utf8("a"), Value.utf8("b"));
    log.appendBlocks(3);
    log.roll();
    log.append(Value.utf8("c"));
    log.roll();
    log.append(Value.utf8("d"));

    Scan scan = log.scan();

    assertThat(scan.positions()).containsExactly(0L, (long) BLOCK, 4L * BLOCK, 5L * BLOCK);
    assertThat(scan.groups()).allMatch(ParsedGroup::complete);
    assertCleanEnd(scan, 6 * BLOCK);
  }

  @Test
  void scanMayStartAtAnyGroup() throws IOException {
    log.appendBlocks(2);
    log.roll();
    log.append(Value.utf8("a"));

    assertThat(log.scan(log.disk, 2 * BLOCK, null, 0).positions()).containsExactly(2L * BLOCK);
    assertCleanEnd(log.scan(log.disk, 3 * BLOCK, null, 0), 3 * BLOCK);
  }

  @Test
  void whatLiesBehindTheNextSegmentsBaseIsNotPartOfTheLog() throws IOException {
    log.append(Value.utf8("a"));
    log.roll();
    log.append(Value.utf8("b"));
    byte[] laterGroup = new byte[BLOCK];
    System.arraycopy(log.disk.read(firstFile), (int) AREA, laterGroup, 0, BLOCK);
    log.disk.overwrite(firstFile, AREA + BLOCK, laterGroup);
    log.disk.overwrite(firstFile, AREA + 2 * BLOCK, new byte[] {1, 2, 3});

    Scan scan = log.scan();

    assertThat(scan.positions()).containsExactly(0L, (long) BLOCK);
    assertCleanEnd(scan, 2 * BLOCK);
  }

  // --- clean ends

  @Test
  void segmentWithoutGroupsEndsCleanly() throws IOException {
    assertCleanEnd(log.scan(), 0);
  }

  @Test
  void zerosEndTheLogCleanly() throws IOException {
    log.append(Value.utf8("a"));

    assertCleanEnd(log.scan(), BLOCK);
  }

  @Test
  void endOfTheFileEndsTheLogCleanly() throws IOException {
    log.append(Value.utf8("a"));
    log.disk.truncateNow(firstFile, AREA + BLOCK);

    assertCleanEnd(log.scan(), BLOCK);
  }

  @Test
  void groupThatFillsTheFileEndsTheLogCleanly() throws IOException {
    log.appendBlocks(SEGMENT_BLOCKS);

    assertCleanEnd(log.scan(), SEGMENT_BLOCKS * BLOCK);
  }

  @Test
  void groupOfAnEarlierUseOfTheFileEndsTheLogCleanly() throws IOException {
    GroupBuilder earlier = new GroupBuilder();
    earlier.begin(BLOCK, log.segment().salt() + 1);
    earlier.add(RecordType.ACCEPT, (byte) 0, 0, SampleLog.BALLOT, Value.utf8("stale"));
    byte[] stale = new byte[BLOCK];
    earlier.finish(false, 0, ShardState.EMPTY).get(stale);
    log.append(Value.utf8("a"));
    log.disk.overwrite(firstFile, AREA + BLOCK, stale);

    assertCleanEnd(log.scan(), BLOCK);
  }

  // --- torn tails

  @Test
  void unreadableHeaderAtTheEndIsATornTail() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    log.damage(BLOCK, 1);

    Scan scan = log.scan();

    assertThat(scan.positions()).containsExactly(0L);
    assertTornTail(scan, BLOCK, firstFile, BLOCK);
  }

  @Test
  void groupWithAnUnreadableRecordAtTheEndIsATornTail() throws IOException {
    log.append(Value.utf8("a"));
    log.appendBlocks(3);
    log.damage(2 * BLOCK, 1);

    assertTornTail(log.scan(), BLOCK, firstFile, 3 * BLOCK);
  }

  @Test
  void groupWithoutItsTrailerAtTheEndIsATornTail() throws IOException {
    log.appendBlocks(2);
    log.damage(2 * BLOCK - 1, 1);

    assertTornTail(log.scan(), 0, firstFile, 2 * BLOCK);
  }

  @Test
  void groupThatReachesBeyondTheFileIsATornTail() throws IOException {
    log.appendBlocks(3);
    log.disk.truncateNow(firstFile, AREA + 2 * BLOCK);

    assertTornTail(log.scan(), 0, firstFile, BLOCK);
  }

  @Test
  void anyBytesBehindTheEndAreATornTail() throws IOException {
    log.append(Value.utf8("a"));
    log.disk.overwrite(firstFile, AREA + 2 * BLOCK - 1, new byte[] {1});

    assertTornTail(log.scan(), BLOCK, firstFile, BLOCK);
  }

  @Test
  void hintOrCheckpointThatEndsThereProvesNothing() throws IOException {
    log.append(Value.utf8("a"));
    Hint hint = log.hint();
    log.append(Value.utf8("b"));
    log.damage(BLOCK, BLOCK);

    assertTornTail(log.scan(hint, BLOCK), BLOCK, firstFile, BLOCK);
  }

  // --- what was forced is lost, not torn

  @Test
  void laterGroupProvesTheForce() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    log.append(Value.utf8("c"));
    log.damage(BLOCK, 1);

    Scan scan = log.scan();

    LostStretch lost = onlyLoss(scan);
    assertThat(lost.proof()).isEqualTo("a valid group lies behind it at position 8192");
    assertThat(lost.from()).isEqualTo(BLOCK);
    assertThat(lost.to()).isEqualTo(2 * BLOCK);
    assertThat(lost.file()).isEqualTo(firstFile);
    assertThat(lost.offset()).isEqualTo(AREA + BLOCK);
    assertThat(scan.positions()).containsExactly(0L, 2L * BLOCK);
    assertThat(scan.end()).isEqualTo(new ScanEnd.CleanEnd(3 * BLOCK));
  }

  @Test
  void laterGroupProvesTheForceHoweverFarBehindItLies() throws IOException {
    log.append(Value.utf8("a"));
    log.appendBlocks(SEGMENT_BLOCKS - 2);
    log.append(Value.utf8("c"));
    log.damage(BLOCK, (SEGMENT_BLOCKS - 2) * BLOCK);

    Scan scan = log.scan();

    assertThat(onlyLoss(scan).proof()).startsWith("a valid group lies behind it");
    assertThat(onlyLoss(scan).to()).isEqualTo((SEGMENT_BLOCKS - 1) * BLOCK);
  }

  @Test
  void laterSegmentProvesTheForce() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    log.damage(BLOCK, 1);
    SegmentHeader second = log.roll();

    Scan scan = log.scan();

    assertThat(onlyLoss(scan).proof())
        .isEqualTo("segment " + second.fileName() + " begins behind it");
    assertThat(scan.end()).isEqualTo(new ScanEnd.CleanEnd(2 * BLOCK));
  }

  @Test
  void hintProvesTheForce() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    log.damage(BLOCK, BLOCK);

    Scan scan = log.scan(log.hint(), 0);

    assertThat(onlyLoss(scan).proof())
        .isEqualTo("the hint says that the log was forced through position 8192");
    assertThat(scan.end().position()).isEqualTo(2 * BLOCK);
  }

  @Test
  void checkpointProvesTheForce() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    log.damage(BLOCK, BLOCK);

    Scan scan = log.scan(null, 2 * BLOCK);

    assertThat(onlyLoss(scan).proof())
        .isEqualTo("a checkpoint covers the log through position 8192");
    assertThat(scan.end().position()).isEqualTo(2 * BLOCK);
  }

  @Test
  void zerosWhereTheHintSaysThatTheLogWasForcedAreALoss() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    Hint hint = log.hint();
    log.disk.zero(firstFile, AREA + BLOCK, BLOCK);

    assertThat(onlyLoss(log.scan(hint, 0)).from()).isEqualTo(BLOCK);
  }

  @Test
  void fileThatEndsWhereTheHintSaysThatTheLogGoesOnIsALoss() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    Hint hint = log.hint();
    log.disk.truncateNow(firstFile, AREA + BLOCK);

    assertThat(onlyLoss(log.scan(hint, 0)).from()).isEqualTo(BLOCK);
    assertThat(onlyLoss(log.scan(null, 2 * BLOCK)).from()).isEqualTo(BLOCK);
  }

  @Test
  void fileThatEndsBeforeTheNextSegmentIsALoss() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    log.roll();
    log.append(Value.utf8("c"));
    log.disk.truncateNow(firstFile, AREA + BLOCK);

    Scan scan = log.scan();

    assertThat(onlyLoss(scan).from()).isEqualTo(BLOCK);
    assertThat(onlyLoss(scan).to()).isEqualTo(2 * BLOCK);
    assertThat(scan.positions()).containsExactly(0L, 2L * BLOCK);
  }

  // --- what the disk cannot read

  /** Fails every read of the first segment that touches a block. */
  private FailingDisk failingAt(MemoryDisk disk, long position) {
    disk.setHook(
        operation -> {
          long from = operation.offset();
          if (operation.kind() == Kind.READ
              && operation.file().equals(firstFile)
              && from < AREA + position + BLOCK
              && AREA + position < from + Math.max(1, operation.length())) {
            throw FailingDisk.ioError();
          }
        });
    return new FailingDisk(disk);
  }

  @Test
  void readErrorIsALossEvenAtTheEnd() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));

    Scan scan = log.scan(failingAt(log.disk, BLOCK), 0, null, 0);

    assertThat(scan.positions()).containsExactly(0L);
    assertThat(onlyLoss(scan).proof()).isEqualTo("the disk could not read it");
    assertThat(onlyLoss(scan).from()).isEqualTo(BLOCK);
  }

  @Test
  void readErrorWhereNothingWasWrittenIsNoTornTail() throws IOException {
    log.append(Value.utf8("a"));

    Scan scan = log.scan(failingAt(log.disk, BLOCK), 0, null, 0);

    assertThat(scan.end()).isInstanceOf(ScanEnd.CleanEnd.class);
    assertThat(onlyLoss(scan).proof()).isEqualTo("the disk could not read it");
  }

  @Test
  void readErrorInTheMiddleCostsOneGroup() throws IOException {
    log.append(Value.utf8("a"));
    log.append(Value.utf8("b"));
    log.append(Value.utf8("c"));

    Scan scan = log.scan(failingAt(log.disk, BLOCK), 0, null, 0);

    assertThat(scan.positions()).containsExactly(0L, 2L * BLOCK);
    assertThat(onlyLoss(scan).from()).isEqualTo(BLOCK);
    assertThat(onlyLoss(scan).to()).isEqualTo(2 * BLOCK);
  }

  // --- what no length may do

  @Test
  void groupAsLongAsALaterBaseAllowsIsNotReadIntoMemory() throws IOException {
    log.append(Value.utf8("a"));
    log.rollAt(1L << 40);
    byte[] header = new byte[BLOCK];
    new GroupHeader(
            (short) 0,
            BLOCK,
            0x7FFFF000,
            1,
            0,
            0,
            0,
            0,
            -1,
            -1,
            GroupHeader.BYTES + 40,
            ShardState.EMPTY)
        .encode(ByteBuffer.wrap(header), 0, SampleLog.FIRST_SALT, new Crc());
    log.disk.overwrite(firstFile, AREA + BLOCK, header);

    Scan scan = log.scan();

    assertThat(scan.positions()).isEqualTo(List.of(0L));
    assertThat(scan.lost()).isNotEmpty();
  }
}

package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.wal.SampleLog.Scan;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Bytes that nobody wrote, also with good checksums: reading them ends, fails in no other way than
 * the documented one, and takes no more memory than their own length justifies.
 */
class GroupFuzzTest {
  private static final int BLOCK = GroupHeader.BLOCK_BYTES;
  private static final long[] ABSURD = {
    0,
    1,
    -1,
    7,
    40,
    128,
    129,
    4096,
    8192,
    1 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x7FFFF000,
    0x7FFFFFFFFFFFF000L
  };

  private final Crc crc = new Crc();

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /** Changes some bytes, to random or to extreme numbers. */
  private static void mutate(Random random, ByteBuffer bytes, int from, int before) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      int width = 1 << random.nextInt(4);
      if (before - from < width) {
        continue;
      }
      int at = from + random.nextInt(before - from - width + 1) / width * width;
      long number =
          random.nextBoolean() ? ABSURD[random.nextInt(ABSURD.length)] : random.nextLong();
      for (int b = 0; b < width; b++) {
        bytes.put(at + b, (byte) (number >>> (8 * (width - 1 - b))));
      }
    }
  }

  private void fixHeader(ByteBuffer group) {
    group.putInt(120, crc.of(group, 0, 120));
  }

  private void fixRecord(ByteBuffer group, int record, long salt, long position) {
    group.putInt(record + 36, crc.of(salt, position + record, group, record, 36));
  }

  @Test
  void randomBytesAreNoGroup() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[BLOCK * (1 + random.nextInt(3))];
      random.nextBytes(bytes);

      assertThat(ParsedGroup.parse(ByteBuffer.wrap(bytes), 0, random.nextLong(), 0, 1L << 40, crc))
          .as("seed %s", seed)
          .isNull();
    }
  }

  @Test
  void anyHeaderAndRecordWithGoodChecksumsIsReadOrRefused() {
    long complete = 0;
    for (long seed = 0; seed < 30_000; seed++) {
      Random random = new Random(seed);
      RandomGroups groups = new RandomGroups(random);
      groups.next(6, 10);
      RandomGroups.Group group = groups.next(10, 200);
      ByteBuffer bytes = group.bytes();
      int record = 128 + bytes.getInt(32) * 40;
      if (random.nextBoolean()) {
        // Past magic, salt and position, which only lead to the same refusal.
        mutate(random, bytes, 24, 120);
        fixHeader(bytes);
      }
      if (random.nextBoolean()) {
        mutate(random, bytes, record, record + 36);
        fixRecord(bytes, record, groups.salt, group.position());
      }
      long before = allocatedBytes();

      ParsedGroup found = ParsedGroup.parse(bytes, 0, groups.salt, group.position(), 1L << 40, crc);

      assertThat(allocatedBytes() - before).as("seed %s", seed).isLessThan(1 << 20);
      if (found != null) {
        complete += found.complete() ? 1 : 0;
        assertUsable(found, seed);
      }
    }
    assertThat(complete).isGreaterThan(100);
  }

  /** Everything that a group gives out lies within it. */
  private static void assertUsable(ParsedGroup found, long seed) {
    GroupHeader header = found.header();
    assertThat(header.groupBytes()).as("seed %s", seed).isBetween(BLOCK, found.source().limit());
    assertThat(found.echo()).as("seed %s", seed).hasSize(header.echoCount() * 40);
    assertThat(found.recordHeaders()).as("seed %s", seed).hasSize(found.records().size() * 40);
    for (RecordHeader record : found.records()) {
      assertThat(found.value(record).remaining())
          .as("seed %s", seed)
          .isEqualTo(record.valueBytes());
    }
  }

  @Test
  void scanOfAnyDamageEndsInOrder() {
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      SampleLog log = randomLog(random);
      Hint hint = random.nextBoolean() ? log.hint() : null;
      long checkpointEnd = random.nextInt(4) == 0 ? log.end() : 0;
      damage(random, log);
      String what = "seed " + seed;
      Assertions.assertTimeout(
          Duration.ofSeconds(20), () -> assertInOrder(log.scan(hint, checkpointEnd), what), what);
    }
  }

  private static SampleLog randomLog(Random random) {
    SampleLog log = new SampleLog();
    for (int i = 3 + random.nextInt(10); i >= 0; i--) {
      int blocks = 1 + random.nextInt(3);
      boolean full = log.offsetOf(log.end()) + (long) blocks * BLOCK > log.fileBytes();
      if (full || random.nextInt(6) == 0) {
        log.roll();
      }
      log.appendBlocks(blocks);
    }
    return log;
  }

  /** Of the log's bytes, some are changed, and some of the checksums made good again. */
  private void damage(Random random, SampleLog log) {
    for (SegmentHeader segment : log.headers()) {
      byte[] content = log.disk.read(segment.fileName());
      ByteBuffer bytes = ByteBuffer.wrap(content);
      for (int at = SegmentHeader.AREA_BYTES; at < content.length; at += BLOCK) {
        if (random.nextInt(3) > 0) {
          continue;
        }
        mutate(random, bytes, at, at + BLOCK);
        if (random.nextBoolean()) {
          mutate(random, bytes, at + 24, at + 120);
          bytes.putInt(at + 120, crc.of(bytes, at, 120));
        }
      }
      log.disk.overwrite(segment.fileName(), 0, content);
      if (random.nextInt(8) == 0) {
        log.disk.truncateNow(segment.fileName(), random.nextInt(content.length));
      }
    }
  }

  /** Each group and each loss begins where what came before it ended. */
  private static void assertInOrder(Scan scan, String what) {
    long position = 0;
    int group = 0;
    int lost = 0;
    while (position < scan.end().position()) {
      if (group < scan.groups().size()
          && scan.groups().get(group).header().position() == position) {
        position = scan.groups().get(group++).header().end();
      } else if (lost < scan.lost().size() && scan.lost().get(lost).from() == position) {
        position = scan.lost().get(lost++).to();
      } else {
        Assertions.fail(what + ": nothing begins at " + position + ": " + scan);
      }
    }
    assertThat(position).as(what).isEqualTo(scan.end().position());
    assertThat(group + lost).as(what).isEqualTo(scan.groups().size() + scan.lost().size());
  }

  @Test
  void pointersToAnywhereAreReadOrRefused() throws IOException {
    SampleLog log = randomLog(new Random(1));
    Segments segments = log.segments(log.disk, new ReadHandles(log.disk));
    LogReader reader = new LogReader(() -> segments);
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      long position =
          random.nextBoolean() ? random.nextInt(200_000) : ABSURD[random.nextInt(ABSURD.length)];
      int length = (int) (random.nextBoolean() ? random.nextInt(5000) : ABSURD[random.nextInt(16)]);
      long before = allocatedBytes();

      LogReader.Read read =
          reader.read(
              new WalPointer(position, length, random.nextInt()),
              random.nextInt(10),
              new Ballot(7, 2));

      assertThat(read).as("seed %s", seed).isNotInstanceOf(LogReader.Found.class);
      assertThat(allocatedBytes() - before).as("seed %s", seed).isLessThan(1 << 20);
    }
  }
}

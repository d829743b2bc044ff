package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.wal.SegmentHeader.Verdict;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SegmentHeaderTest {
  private static final int COPY = SegmentHeader.COPY_BYTES;
  private static final int HEADER_BYTES = 140 + "cluster".length() + 4;
  private static final SegmentHeader HEADER = header("cluster");

  private static SegmentHeader header(String clusterId) {
    return new SegmentHeader(
        new LogIdentity(clusterId, -3, new UUID(-1, 2), 4),
        5,
        8192,
        -6,
        4,
        4096,
        77,
        1_700_000_000_000L,
        new ShardState(new Ballot(-7, -8), true, 9, 10, 11));
  }

  private static ByteBuffer area() {
    return HEADER.encode();
  }

  /** The area with one number of both copies changed, and good checksums. */
  private static ByteBuffer areaWithInt(int offset, int value) {
    ByteBuffer area = area();
    for (int at : new int[] {0, COPY}) {
      area.putInt(at + offset, value);
      fixChecksum(area, at);
    }
    return area;
  }

  private static void fixChecksum(ByteBuffer area, int at) {
    int end = at + HEADER_BYTES - 4;
    area.putInt(end, new Crc().of(area, at, HEADER_BYTES - 4));
  }

  @Test
  void bothCopiesSayWhatWasEncoded() {
    assertThat(SegmentHeader.parse(area(), 0).header()).contains(HEADER);
    assertThat(SegmentHeader.parse(area(), COPY).header()).contains(HEADER);
    assertThat(SegmentHeader.parse(area()))
        .isEqualTo(SegmentHeader.parse(area(), 0))
        .extracting(SegmentHeader.Read::verdict, SegmentHeader.Read::version)
        .containsExactly(Verdict.VALID, 1);
  }

  @Test
  void shortestAndLongestClusterIdFit() {
    for (String id : new String[] {"c", "ü".repeat(32)}) {
      assertThat(SegmentHeader.parse(header(id).encode()).header()).contains(header(id));
    }
  }

  @Test
  void fileIsNamedByItsSequenceAndBase() {
    assertThat(HEADER.fileName()).isEqualTo("wal-0000000005-0000000000000008192.seg");
    assertThat(SegmentHeader.parseName(HEADER.fileName()))
        .isEqualTo(new SegmentHeader.Name(5, 8192));
  }

  @Test
  void otherNamesAreNotSegments() {
    for (String name :
        new String[] {
          "wal-000000005-0000000000000008192.seg",
          "wal-0000000005-000000000000008192.seg",
          "wal-0000000005-0000000000000008192.tmp",
          "wal-0000000005-9999999999999999999.seg",
          "WAL-0000000005-0000000000000008192.seg",
          "wal-0000000005-0000000000000008192.seg.old",
          "spare-5.seg",
          ""
        }) {
      assertThat(SegmentHeader.parseName(name)).as(name).isNull();
    }
  }

  @Test
  void eitherCopyIsEnough() {
    for (int damagedCopy : new int[] {0, COPY}) {
      for (int bit = 0; bit < HEADER_BYTES * 8; bit++) {
        ByteBuffer area = area();
        flip(area, damagedCopy, bit);

        assertThat(SegmentHeader.parse(area).header())
            .as("bit %s of the copy at %s", bit, damagedCopy)
            .contains(HEADER);
      }
    }
  }

  // --- errors

  private static void flip(ByteBuffer area, int at, int bit) {
    int index = at + bit / 8;
    area.put(index, (byte) (area.get(index) ^ 1 << bit % 8));
  }

  private static void assertUnreadable(ByteBuffer area) {
    assertThat(SegmentHeader.parse(area))
        .extracting(SegmentHeader.Read::verdict, SegmentHeader.Read::header)
        .containsExactly(Verdict.UNREADABLE, Optional.empty());
  }

  @Test
  void otherMagicIsUnreadable() {
    assertUnreadable(areaWithInt(0, 0x50584A47));
  }

  @Test
  void higherVersionIsNewerWhateverFollows() {
    ByteBuffer area = areaWithInt(4, 2);
    for (int at : new int[] {0, COPY}) {
      for (int i = 8; i < COPY; i++) {
        area.put(at + i, (byte) 0xEE);
      }
    }

    assertThat(SegmentHeader.parse(area))
        .extracting(SegmentHeader.Read::verdict, SegmentHeader.Read::version)
        .containsExactly(Verdict.NEWER, 2);
  }

  @Test
  void higherVersionInOneCopyOnlyIsDamage() {
    ByteBuffer area = areaWithInt(4, 2);
    area.putInt(COPY, 0);

    assertUnreadable(area);
  }

  @Test
  void versionZeroAndNegativeOnesAreUnreadable() {
    assertUnreadable(areaWithInt(4, 0));
    assertUnreadable(areaWithInt(4, -1));
    assertUnreadable(areaWithInt(4, Integer.MIN_VALUE));
  }

  @Test
  void lengthThatDisagreesWithTheClusterIdIsUnreadable() {
    for (int length : new int[] {0, -1, HEADER_BYTES - 1, HEADER_BYTES + 1, Integer.MAX_VALUE}) {
      assertUnreadable(areaWithInt(8, length));
    }
  }

  @Test
  void otherShardCountIsUnreadable() {
    assertUnreadable(areaWithInt(96, 0 << 16 | 7));
    assertUnreadable(areaWithInt(96, 2 << 16 | 7));
  }

  @Test
  void clusterIdWithoutBytesIsUnreadable() {
    for (int bytes : new int[] {0, 0xFFFF}) {
      ByteBuffer area = areaWithInt(96, 1 << 16 | bytes);
      for (int at : new int[] {0, COPY}) {
        int length = 144 + (short) bytes;
        area.putInt(at + 8, length);
        area.putInt(at + length - 4, new Crc().of(area, at, length - 4));
      }
      assertUnreadable(area);
    }
  }

  @Test
  void headerThatReachesBeyondItsBlockIsUnreadable() {
    int length = COPY + 4;
    ByteBuffer area = area();
    area.putInt(8, length).putShort(98, (short) (length - 144));
    area.putInt(length - 4, new Crc().of(area, 0, length - 4));

    assertThat(SegmentHeader.parse(area, 0).verdict()).isEqualTo(Verdict.UNREADABLE);
  }

  @Test
  void everyFlippedBitOfACopyIsNoticed() {
    for (int bit = 0; bit < HEADER_BYTES * 8; bit++) {
      ByteBuffer area = area();
      flip(area, 0, bit);

      assertThat(SegmentHeader.parse(area, 0).header()).as("bit %s", bit).isEmpty();
    }
  }

  @Test
  void everyShorterAreaIsUnreadable() {
    for (int length = 0; length < HEADER_BYTES; length++) {
      assertThat(SegmentHeader.parse(area().limit(length)).verdict())
          .as("length %s", length)
          .isEqualTo(Verdict.UNREADABLE);
    }
    assertThat(SegmentHeader.parse(area().limit(HEADER_BYTES)).header()).contains(HEADER);
  }

  @Test
  void randomBytesAreUnreadable() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(SegmentHeader.AREA_BYTES + 1)];
      random.nextBytes(bytes);

      assertThat(SegmentHeader.parse(ByteBuffer.wrap(bytes)).verdict())
          .as("seed %s", seed)
          .isEqualTo(Verdict.UNREADABLE);
    }
  }

  /** Any number may stand anywhere: what is read has been checked against the length it has. */
  @Test
  void randomNumbersWithAGoodChecksumAreReadOrRefused() {
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      ByteBuffer area = area();
      int bytes = 1 + random.nextInt(8);
      int from = random.nextInt(HEADER_BYTES - 4 - bytes);
      for (int i = 0; i < bytes; i++) {
        area.put(from + i, (byte) random.nextInt());
      }
      fixChecksum(area, 0);

      SegmentHeader.Read read = SegmentHeader.parse(area, 0);

      assertThat(read.header().isPresent())
          .as("seed %s", seed)
          .isEqualTo(read.verdict() == Verdict.VALID);
    }
  }
}

package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Ballot;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupHeaderTest {
  private static final int BLOCK = GroupHeader.BLOCK_BYTES;
  private static final int CRC = 120;
  private static final long SALT = -5;
  private static final long POSITION = 40960;
  private static final GroupHeader HEADER =
      new GroupHeader(
          GroupHeader.COPY,
          POSITION,
          2 * BLOCK,
          3,
          2,
          0xCAFE,
          36864,
          4096,
          17,
          19,
          128 + 2 * 40 + 3 * 40 + 8,
          new ShardState(new Ballot(-7, -8), false, 9, 10, 19));

  private final Crc crc = new Crc();
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK);

  private ByteBuffer encoded() {
    HEADER.encode(block, 0, SALT, crc);
    return block;
  }

  private @Nullable GroupHeader parsed() {
    return GroupHeader.parse(block, 0, SALT, POSITION, 4 * BLOCK, crc);
  }

  private @Nullable GroupHeader parsedWithInt(int offset, int value) {
    encoded().putInt(offset, value);
    fixChecksum();
    return parsed();
  }

  private @Nullable GroupHeader parsedWithShort(int offset, int value) {
    encoded().putShort(offset, (short) value);
    fixChecksum();
    return parsed();
  }

  private void fixChecksum() {
    block.putInt(CRC, crc.of(block, 0, CRC));
  }

  @Test
  void everythingEncodedIsReadBack() {
    encoded();

    assertThat(parsed()).isEqualTo(HEADER);
    assertThat(HEADER.end()).isEqualTo(POSITION + 2 * BLOCK);
    assertThat(HEADER.bodyStart()).isEqualTo(128 + 2 * 40);
  }

  @Test
  void groupMayFillWhatIsLeftOfTheSegment() {
    encoded();

    assertThat(GroupHeader.parse(block, 0, SALT, POSITION, 2 * BLOCK, crc)).isEqualTo(HEADER);
    assertThat(GroupHeader.parse(block, 0, SALT, POSITION, 2 * BLOCK - 1, crc)).isNull();
  }

  @Test
  void headerOfAnotherUseOfTheFileIsKnownAsOne() {
    encoded();

    assertThat(GroupHeader.isOfAnotherUse(block, 0, SALT + 1, crc)).isTrue();
    assertThat(GroupHeader.isOfAnotherUse(block, 0, SALT, crc)).isFalse();
    block.put(50, (byte) 1);
    assertThat(GroupHeader.isOfAnotherUse(block, 0, SALT + 1, crc)).isFalse();
  }

  @Test
  void trailerBelongsToOnePlaceAndLength() {
    GroupHeader.encodeTrailer(block, 16, SALT, POSITION, BLOCK, crc);

    assertThat(GroupHeader.isTrailer(block, 16, SALT, POSITION, BLOCK, crc)).isTrue();
    assertThat(GroupHeader.isTrailer(block, 16, SALT + 1, POSITION, BLOCK, crc)).isFalse();
    assertThat(GroupHeader.isTrailer(block, 16, SALT, POSITION + 1, BLOCK, crc)).isFalse();
    assertThat(GroupHeader.isTrailer(block, 16, SALT, POSITION, 2 * BLOCK, crc)).isFalse();
    assertThat(GroupHeader.isTrailer(block, 15, SALT, POSITION, BLOCK, crc)).isFalse();
  }

  // --- errors: each of these is no header

  @Test
  void zeros() {
    assertThat(parsed()).isNull();
  }

  @Test
  void everyFlippedBitOfTheHeader() {
    for (int bit = 0; bit < (CRC + 4) * 8; bit++) {
      encoded().put(bit / 8, (byte) (block.get(bit / 8) ^ 1 << bit % 8));

      assertThat(parsed()).as("bit %s", bit).isNull();
    }
  }

  @Test
  void otherMagicOrVersionOrShardCount() {
    assertThat(parsedWithInt(0, 0x50584A53)).isNull();
    assertThat(parsedWithShort(4, 0)).isNull();
    assertThat(parsedWithShort(4, 2)).isNull();
    assertThat(parsedWithShort(76, 0)).isNull();
    assertThat(parsedWithShort(76, 2)).isNull();
  }

  @Test
  void otherSaltOrPosition() {
    encoded();

    assertThat(GroupHeader.parse(block, 0, SALT + 1, POSITION, 4 * BLOCK, crc)).isNull();
    assertThat(GroupHeader.parse(block, 0, SALT, POSITION + BLOCK, 4 * BLOCK, crc)).isNull();
  }

  @Test
  void lengthThatIsNoNumberOfBlocksInTheSegment() {
    for (int length :
        new int[] {
          0, -1, -BLOCK, Integer.MIN_VALUE, BLOCK - 1, 2 * BLOCK + 8, 5 * BLOCK, 0x7FFFF000
        }) {
      assertThat(parsedWithInt(24, length)).as("length %s", length).isNull();
    }
  }

  @Test
  void recordCountThatDoesNotFitTheLength() {
    for (int count : new int[] {0, -1, 4, 205, 1 << 26, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThat(parsedWithInt(28, count)).as("count %s", count).isNull();
    }
  }

  @Test
  void echoCountThatDoesNotFitTheBody() {
    for (int count : new int[] {-1, 3, 128, 129, 1 << 27, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThat(parsedWithInt(32, count)).as("count %s", count).isNull();
    }
  }

  @Test
  void bodyEndOutsideTheBody() {
    int first = HEADER.bodyStart() + 3 * 40;
    int last = 2 * BLOCK - 16 - 128;
    for (int end : new int[] {-1, 0, first - 1, last + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThat(parsedWithInt(72, end)).as("body end %s", end).isNull();
    }
    assertThat(parsedWithInt(72, first)).isNotNull();
    assertThat(parsedWithInt(72, last)).isNotNull();
  }

  @Test
  void tableThatLeavesNoRoomForTheBody() {
    encoded().putShort(6, (short) (GroupHeader.COPY | GroupHeader.TABLE));
    int last = 2 * BLOCK - 16 - 128 - 3 * 40;
    block.putInt(72, last);
    fixChecksum();
    assertThat(parsed()).isNotNull();

    block.putInt(72, last + 1);
    fixChecksum();
    assertThat(parsed()).isNull();
  }
}

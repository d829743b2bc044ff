package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Ballot;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordHeaderTest {
  private static final int AT = 8;
  private static final int CRC = 36;
  private static final long SALT = -5;
  private static final long POSITION = 40960 + 128;
  private static final RecordHeader HEADER =
      new RecordHeader(
          RecordType.ACCEPT, (byte) 0, (short) 0, 17, new Ballot(-7, -8), 5, 0xCAFE, 128);

  private final Crc crc = new Crc();
  private final ByteBuffer buffer = ByteBuffer.allocate(64);

  private ByteBuffer encoded(RecordHeader header) {
    RecordHeader.encode(
        buffer,
        AT,
        header.type(),
        header.flags(),
        header.shard(),
        header.slot(),
        header.ballot(),
        header.valueBytes(),
        header.valueChecksum(),
        header.offset(),
        SALT,
        POSITION,
        crc);
    return buffer;
  }

  private @Nullable RecordHeader parsed() {
    return RecordHeader.parse(buffer, AT, SALT, POSITION, crc);
  }

  private void fixChecksum() {
    buffer.putInt(AT + CRC, crc.of(SALT, POSITION, buffer, AT, CRC));
  }

  @Test
  void everythingEncodedIsReadBack() {
    RecordHeader extreme =
        new RecordHeader(
            RecordType.JUDGED,
            (byte) 1,
            (short) 0,
            Long.MAX_VALUE,
            new Ballot(Long.MIN_VALUE, Integer.MAX_VALUE),
            Integer.MAX_VALUE,
            -1,
            1 << 20);
    for (RecordHeader header : new RecordHeader[] {HEADER, extreme}) {
      encoded(header);

      assertThat(parsed()).isEqualTo(header);
    }
    assertThat(RecordHeader.offsetOf(buffer, AT)).isEqualTo(1 << 20);
  }

  @Test
  void everyKnownTypeIsRead() {
    for (byte type = RecordType.PROMISE; type <= RecordType.JUDGED; type++) {
      encoded(HEADER).put(AT, type);
      fixChecksum();

      assertThat(parsed()).extracting(RecordHeader::type).isEqualTo(type);
    }
  }

  @Test
  void recordTakesAMultipleOfEightBytes() {
    assertThat(RecordHeader.recordBytes(0)).isEqualTo(40);
    assertThat(RecordHeader.recordBytes(1)).isEqualTo(48);
    assertThat(RecordHeader.recordBytes(8)).isEqualTo(48);
    assertThat(RecordHeader.recordBytes(9)).isEqualTo(56);
  }

  // --- errors: each of these is no header

  @Test
  void everyFlippedBit() {
    for (int bit = 0; bit < RecordHeader.BYTES * 8; bit++) {
      int index = AT + bit / 8;
      encoded(HEADER).put(index, (byte) (buffer.get(index) ^ 1 << bit % 8));

      assertThat(parsed()).as("bit %s", bit).isNull();
    }
  }

  @Test
  void headerOfAnotherPlaceOrUse() {
    encoded(HEADER);

    assertThat(RecordHeader.parse(buffer, AT, SALT, POSITION + 8, crc)).isNull();
    assertThat(RecordHeader.parse(buffer, AT, SALT + 1, POSITION, crc)).isNull();
  }

  @Test
  void unknownType() {
    for (int type : new int[] {0, 10, 127, -1, -128}) {
      encoded(HEADER).put(AT, (byte) type);
      fixChecksum();

      assertThat(parsed()).as("type %s", type).isNull();
    }
  }

  @Test
  void negativeLength() {
    for (int length : new int[] {-1, Integer.MIN_VALUE}) {
      encoded(HEADER).putInt(AT + 24, length);
      fixChecksum();

      assertThat(parsed()).as("length %s", length).isNull();
    }
  }

  @Test
  void zeros() {
    assertThat(parsed()).isNull();
  }
}

package dev.paxosjournal.paxos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class ValueTest {
  private static final byte[] BYTES = {1, 2, 3};

  @Test
  void equalByContent() {
    Value value = Value.copyOf(BYTES);

    assertThat(value)
        .isEqualTo(Value.copyOf(BYTES.clone()))
        .hasSameHashCodeAs(Value.copyOf(ByteBuffer.wrap(BYTES)))
        .isNotEqualTo(Value.copyOf(new byte[] {1, 2, 4}))
        .isNotEqualTo(Value.copyOf(new byte[] {1, 2}))
        .isNotEqualTo(BYTES);
  }

  @Test
  void changingTheSourceLeavesTheValueAlone() {
    byte[] source = BYTES.clone();
    Value value = Value.copyOf(source);
    Value fromBuffer = Value.copyOf(ByteBuffer.wrap(source));

    source[0] = 9;

    assertThat(value.toByteArray()).isEqualTo(BYTES);
    assertThat(fromBuffer.toByteArray()).isEqualTo(BYTES);
  }

  @Test
  void changingWhatItGivesOutLeavesTheValueAlone() {
    Value value = Value.copyOf(BYTES);

    value.toByteArray()[0] = 9;

    assertThat(value.toByteArray()).isEqualTo(BYTES);
    assertThatThrownBy(() -> value.asReadOnlyBuffer().put((byte) 9))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void takesWhatRemainsOfABufferAndLeavesItWhereItIs() {
    ByteBuffer source = ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4}).position(1).limit(4);

    Value value = Value.copyOf(source);

    assertThat(value).isEqualTo(Value.copyOf(BYTES));
    assertThat(source.position()).isEqualTo(1);
    assertThat(source.limit()).isEqualTo(4);
  }

  @Test
  void takesDirectAndReadOnlyBuffers() {
    ByteBuffer direct = ByteBuffer.allocateDirect(3).put(BYTES).flip();

    assertThat(Value.copyOf(direct)).isEqualTo(Value.copyOf(BYTES));
    assertThat(Value.copyOf(direct.asReadOnlyBuffer())).isEqualTo(Value.copyOf(BYTES));
  }

  @Test
  void putsItsBytesWhereTheBufferIs() {
    ByteBuffer target = ByteBuffer.allocate(5).position(1);

    Value.copyOf(BYTES).putTo(target);

    assertThat(target.position()).isEqualTo(4);
    assertThat(target.array()).containsExactly(0, 1, 2, 3, 0);
  }

  @Test
  void bufferWithoutRoomIsRefused() {
    assertThatThrownBy(() -> Value.copyOf(BYTES).putTo(ByteBuffer.allocate(2)))
        .isInstanceOf(BufferOverflowException.class);
  }

  /** The check value of the CRC catalogues. */
  @Test
  void checksumIsCrc32c() {
    assertThat(Value.utf8("123456789").checksum()).isEqualTo(0xE3069283);
    assertThat(Value.utf8("").checksum()).isZero();
  }

  @Test
  void noBytesAreAValue() {
    Value empty = Value.copyOf(new byte[0]);

    assertThat(empty.length()).isZero();
    assertThat(empty).isEqualTo(Value.utf8(""));
  }

  @Test
  void textGoesInAndComesOut() {
    assertThat(Value.utf8("größer").toByteArray()).isEqualTo("größer".getBytes(UTF_8));
    assertThat(Value.utf8("größer").toUtf8()).isEqualTo("größer");
    assertThat(Value.copyOf(new byte[] {'a', (byte) 0xFF}).toUtf8()).isEqualTo("a\uFFFD");
  }

  @Test
  void printsLengthAndChecksumAndNoContent() {
    assertThat(Value.utf8("secret"))
        .hasToString("Value[6 bytes, crc32c " + "%08x]".formatted(Value.utf8("secret").checksum()));
  }
}

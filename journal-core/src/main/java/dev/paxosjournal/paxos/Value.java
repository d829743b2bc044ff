package dev.paxosjournal.paxos;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes a proposer proposes: immutable, opaque to the journal, equal by content. Zero bytes are
 * a value. Prints its length and checksum, never its content.
 */
public final class Value {
  private final byte[] bytes;
  private final int checksum;

  private Value(byte[] bytes) {
    this.bytes = bytes;
    this.checksum = crc32c(bytes);
  }

  /** A value with a copy of these bytes. */
  public static Value copyOf(byte[] bytes) {
    return new Value(bytes.clone());
  }

  /** A value with a copy of the buffer's remaining bytes; the buffer does not move. */
  public static Value copyOf(ByteBuffer source) {
    byte[] bytes = new byte[source.remaining()];
    source.duplicate().get(bytes);
    return new Value(bytes);
  }

  /** A value with the UTF-8 bytes of a text. */
  public static Value utf8(String text) {
    return new Value(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes this value has. */
  public int length() {
    return bytes.length;
  }

  /** The CRC-32C of the bytes. */
  public int checksum() {
    return checksum;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** The bytes, without a copy, as a buffer that cannot be written. */
  public ByteBuffer asReadOnlyBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** Puts the bytes into a buffer that has room for them. */
  public void putTo(ByteBuffer target) {
    target.put(bytes);
  }

  /** The bytes read as UTF-8; what is not UTF-8 becomes U+FFFD. */
  public String toUtf8() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value value
        && value.checksum == checksum
        && Arrays.equals(value.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return checksum;
  }

  @Override
  public String toString() {
    return "Value[" + bytes.length + " bytes, crc32c " + String.format("%08x", checksum) + "]";
  }

  private static int crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }
}

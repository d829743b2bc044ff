package dev.paxosjournal.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C over stretches of a buffer, optionally after a salt and a position. */
public final class Crc {
  private final CRC32C crc = new CRC32C();
  private final byte[] seed = new byte[16];
  private final ByteBuffer seedBuffer = ByteBuffer.wrap(seed);

  /** Over {@code length} bytes from {@code offset}; the buffer does not move. */
  public int of(ByteBuffer buffer, int offset, int length) {
    crc.reset();
    return over(buffer, offset, length);
  }

  /**
   * The same after salt and position: bytes that were written for another place, or for an earlier
   * use of the file, do not match.
   */
  public int of(long salt, long position, ByteBuffer buffer, int offset, int length) {
    seedBuffer.putLong(0, salt).putLong(8, position);
    crc.reset();
    crc.update(seed, 0, 16);
    return over(buffer, offset, length);
  }

  private int over(ByteBuffer buffer, int offset, int length) {
    if (buffer.hasArray()) {
      crc.update(buffer.array(), buffer.arrayOffset() + offset, length);
    } else {
      int position = buffer.position();
      int limit = buffer.limit();
      buffer.limit(offset + length).position(offset);
      crc.update(buffer);
      buffer.limit(limit).position(position);
    }
    return (int) crc.getValue();
  }
}

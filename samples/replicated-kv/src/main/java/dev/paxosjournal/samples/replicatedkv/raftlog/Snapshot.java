package dev.paxosjournal.samples.replicatedkv.raftlog;

import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What stands for the beginning of a log. As bytes, in a file and between nodes: index (8), term
 * (8), state, CRC-32C of all that (4).
 *
 * @param index the last that it includes
 * @param term of the entry there
 * @param state what the engine made of all entries through there
 */
public record Snapshot(long index, long term, Value state) {
  private static final int HEADER_BYTES = 16;
  private static final int CRC_BYTES = 4;

  /** The snapshot as bytes. */
  public byte[] encode() {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + state.length() + CRC_BYTES)
            .putLong(index)
            .putLong(term)
            .put(state.asReadOnlyBuffer());
    return bytes.putInt(checksum(bytes.duplicate().flip())).array();
  }

  /**
   * The snapshot that these bytes are.
   *
   * @throws IOException if they are none, or damaged
   */
  public static Snapshot decode(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int end = buffer.limit() - CRC_BYTES;
    if (end < HEADER_BYTES || buffer.getInt(end) != checksum(buffer.duplicate().limit(end))) {
      throw new IOException("the snapshot is damaged");
    }
    Value state = Value.copyOf(buffer.slice(HEADER_BYTES, end - HEADER_BYTES));
    return new Snapshot(buffer.getLong(0), buffer.getLong(8), state);
  }

  private static int checksum(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}

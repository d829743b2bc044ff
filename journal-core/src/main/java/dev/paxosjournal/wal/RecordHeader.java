package dev.paxosjournal.wal;

import dev.paxosjournal.paxos.Ballot;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The 40 bytes before each value in the log (FORMAT.md, section 6).
 *
 * @param type one of {@link RecordType}
 * @param flags by type
 * @param shard 0 in this release
 * @param slot the slot, or 0 where the type has none
 * @param ballot the ballot, or 0.0 where the type has none
 * @param valueBytes length of the value that follows
 * @param valueChecksum CRC-32C of that value
 * @param offset of this header in its group
 */
public record RecordHeader(
    byte type,
    byte flags,
    short shard,
    long slot,
    Ballot ballot,
    int valueBytes,
    int valueChecksum,
    int offset) {

  /** Length of an encoded header. */
  public static final int BYTES = 40;

  private static final int NODE = 4;
  private static final int SLOT = 8;
  private static final int ROUND = 16;
  private static final int VALUE_BYTES = 24;
  private static final int VALUE_CRC = 28;
  private static final int OFFSET = 32;
  private static final int CRC = 36;

  /** What a record takes in a group, with its value and the zeros behind it. */
  public static int recordBytes(int valueBytes) {
    return (BYTES + valueBytes + 7) & ~7;
  }

  static void encode(
      ByteBuffer target,
      int at,
      byte type,
      byte flags,
      short shard,
      long slot,
      Ballot ballot,
      int valueBytes,
      int valueChecksum,
      int offset,
      long salt,
      long position,
      Crc crc) {
    target
        .put(at, type)
        .put(at + 1, flags)
        .putShort(at + 2, shard)
        .putInt(at + NODE, ballot.node())
        .putLong(at + SLOT, slot)
        .putLong(at + ROUND, ballot.round())
        .putInt(at + VALUE_BYTES, valueBytes)
        .putInt(at + VALUE_CRC, valueChecksum)
        .putInt(at + OFFSET, offset);
    target.putInt(at + CRC, crc.of(salt, position, target, at, CRC));
  }

  /** The header at this place, or null if it is not one written for this position and salt. */
  static @Nullable RecordHeader parse(
      ByteBuffer source, int at, long salt, long position, Crc crc) {
    if (source.getInt(at + CRC) != crc.of(salt, position, source, at, CRC)) {
      return null;
    }
    byte type = source.get(at);
    int valueBytes = source.getInt(at + VALUE_BYTES);
    if (!RecordType.isKnown(type) || valueBytes < 0) {
      return null;
    }
    return new RecordHeader(
        type,
        source.get(at + 1),
        source.getShort(at + 2),
        source.getLong(at + SLOT),
        new Ballot(source.getLong(at + ROUND), source.getInt(at + NODE)),
        valueBytes,
        source.getInt(at + VALUE_CRC),
        source.getInt(at + OFFSET));
  }

  /** Whether the record of a slot's value, just this one, begins at a place; makes no object. */
  static boolean isOfSlot(
      ByteBuffer source,
      int at,
      long salt,
      long position,
      long slot,
      long round,
      int node,
      int valueBytes,
      int valueChecksum,
      Crc crc) {
    return source.getInt(at + CRC) == crc.of(salt, position, source, at, CRC)
        && RecordType.holdsSlotValue(source.get(at))
        && source.getLong(at + SLOT) == slot
        && source.getLong(at + ROUND) == round
        && source.getInt(at + NODE) == node
        && source.getInt(at + VALUE_BYTES) == valueBytes
        && source.getInt(at + VALUE_CRC) == valueChecksum;
  }

  /** Reads only where in its group a header says it lies; for headers repeated elsewhere. */
  static int offsetOf(ByteBuffer source, int at) {
    return source.getInt(at + OFFSET);
  }
}

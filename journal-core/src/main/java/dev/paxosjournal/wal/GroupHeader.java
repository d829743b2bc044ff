package dev.paxosjournal.wal;

import dev.paxosjournal.paxos.Registration;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The start of a group (FORMAT.md, section 4).
 *
 * @param flags {@link #COPY}, {@link #TABLE}, {@link #REGISTER}
 * @param position of the group in the log
 * @param groupBytes length of the whole group, a multiple of {@link #BLOCK_BYTES}
 * @param recordCount 1 and up
 * @param echoCount how many record headers of the group before are repeated
 * @param echoChecksum CRC-32C over them
 * @param previousPosition of the group before; -1 for none
 * @param logStart no group below this position is needed
 * @param lowestSlot named by a record of this group; -1 for none
 * @param highestSlot likewise
 * @param bodyEnd offset in the group at which the records end
 * @param state of the acceptor after this group
 */
public record GroupHeader(
    short flags,
    long position,
    int groupBytes,
    int recordCount,
    int echoCount,
    int echoChecksum,
    long previousPosition,
    long logStart,
    long lowestSlot,
    long highestSlot,
    int bodyEnd,
    ShardState state) {

  /** Groups begin and end on multiples of this. */
  public static final int BLOCK_BYTES = 4096;

  /** Length of an encoded header with one shard. */
  public static final int BYTES = 80 + ShardState.BYTES + 8;

  static final int TRAILER_BYTES = 16;

  /** Up to so many record headers are repeated by the next group and the hint. */
  public static final int MOST_ECHOED = 128;

  /** The header stands a second time before the trailer. */
  static final short COPY = 1;

  /** The record headers stand a second time near the end. */
  static final short TABLE = 2;

  /** The last register record stands a second time, before what else is repeated at the end. */
  static final short REGISTER = 4;

  /** What the second register record takes, whatever its length. */
  public static final int REGISTER_BYTES = RecordHeader.BYTES + Registration.MOST_VOTE_BYTES;

  private static final int MAGIC = 0x50584A47;
  private static final short VERSION = 1;
  static final int CRC = 80 + ShardState.BYTES;

  /** Position behind this group. */
  public long end() {
    return position + groupBytes;
  }

  /** Offset in the group of the first record. */
  int bodyStart() {
    return BYTES + echoCount * RecordHeader.BYTES;
  }

  void encode(ByteBuffer target, int at, long salt, Crc crc) {
    target
        .putInt(at, MAGIC)
        .putShort(at + 4, VERSION)
        .putShort(at + 6, flags)
        .putLong(at + 8, salt)
        .putLong(at + 16, position)
        .putInt(at + 24, groupBytes)
        .putInt(at + 28, recordCount)
        .putInt(at + 32, echoCount)
        .putInt(at + 36, echoChecksum)
        .putLong(at + 40, previousPosition)
        .putLong(at + 48, logStart)
        .putLong(at + 56, lowestSlot)
        .putLong(at + 64, highestSlot)
        .putInt(at + 72, bodyEnd)
        .putShort(at + 76, (short) 1)
        .putShort(at + 78, (short) 0);
    state.encode(target, at + 80);
    target.putInt(at + CRC, crc.of(target, at, CRC)).putInt(at + CRC + 4, 0);
  }

  static void encodeTrailer(
      ByteBuffer target, int at, long salt, long position, int groupBytes, Crc crc) {
    target.putLong(at, position).putInt(at + 8, groupBytes);
    target.putInt(at + 12, crc.of(salt, position, target, at + 8, 4));
  }

  static boolean isTrailer(
      ByteBuffer source, int at, long salt, long position, int groupBytes, Crc crc) {
    return source.getLong(at) == position
        && source.getInt(at + 8) == groupBytes
        && source.getInt(at + 12) == crc.of(salt, position, source, at + 8, 4);
  }

  /** Whether a block begins like a group of any use of the file. */
  static boolean looksLikeGroup(ByteBuffer source, int at, Crc crc) {
    return source.getInt(at) == MAGIC && source.getInt(at + CRC) == crc.of(source, at, CRC);
  }

  /** Whether a block begins with a whole group header that another use of the file wrote. */
  static boolean isOfAnotherUse(ByteBuffer source, int at, long salt, Crc crc) {
    return looksLikeGroup(source, at, crc) && source.getLong(at + 8) != salt;
  }

  /**
   * The header at this place, or null if it is not one of this segment for this position.
   *
   * @param mostBytes what is left of the segment's part of the log from this position on
   */
  static @Nullable GroupHeader parse(
      ByteBuffer source, int at, long salt, long position, long mostBytes, Crc crc) {
    if (!looksLikeGroup(source, at, crc)
        || source.getShort(at + 4) != VERSION
        || source.getShort(at + 76) != 1
        || source.getLong(at + 8) != salt
        || source.getLong(at + 16) != position) {
      return null;
    }
    GroupHeader header =
        new GroupHeader(
            source.getShort(at + 6),
            position,
            source.getInt(at + 24),
            source.getInt(at + 28),
            source.getInt(at + 32),
            source.getInt(at + 36),
            source.getLong(at + 40),
            source.getLong(at + 48),
            source.getLong(at + 56),
            source.getLong(at + 64),
            source.getInt(at + 72),
            ShardState.parse(source, at + 80));
    return header.fits(mostBytes) ? header : null;
  }

  /** Bounds every number that is used to allocate or to loop, before it is used. */
  private boolean fits(long mostBytes) {
    if (groupBytes < BLOCK_BYTES || groupBytes % BLOCK_BYTES != 0 || groupBytes > mostBytes) {
      return false;
    }
    if (echoCount < 0 || echoCount > MOST_ECHOED || recordCount < 1) {
      return false;
    }
    int most = (groupBytes - BYTES - TRAILER_BYTES) / RecordHeader.BYTES;
    return recordCount <= most
        && bodyEnd <= groupBytes - tailBytes(flags, recordCount)
        && bodyEnd >= bodyStart() + recordCount * RecordHeader.BYTES;
  }

  /** What stands behind the records and the zeros. */
  static int tailBytes(short flags, int recordCount) {
    return TRAILER_BYTES
        + ((flags & COPY) != 0 ? BYTES : 0)
        + ((flags & TABLE) != 0 ? recordCount * RecordHeader.BYTES : 0)
        + ((flags & REGISTER) != 0 ? REGISTER_BYTES : 0);
  }

  /** Offset in the group of the second register record. */
  int registerCopy() {
    return groupBytes - tailBytes(flags, recordCount);
  }

  /** Offset in the group of the table. */
  int table() {
    return registerCopy() + ((flags & REGISTER) != 0 ? REGISTER_BYTES : 0);
  }
}

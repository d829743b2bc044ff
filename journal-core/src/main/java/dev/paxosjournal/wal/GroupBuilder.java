package dev.paxosjournal.wal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes one group after another into one reused buffer (FORMAT.md, section 4). Used by one
 * thread.
 *
 * <p>A group is {@link #begin begun}, {@link #add filled} and {@link #finish finished}; only when
 * it was forced does {@link #forced()} make it the one that the next group repeats.
 */
public final class GroupBuilder {
  private static final int BLOCK = GroupHeader.BLOCK_BYTES;
  private static final int FIRST_CAPACITY = 64 * 1024;
  private static final byte[] ZEROS = new byte[BLOCK];

  private final Crc crc = new Crc();
  private ByteBuffer buffer = aligned(FIRST_CAPACITY);

  private byte[] echo = new byte[GroupHeader.MOST_ECHOED * RecordHeader.BYTES];
  private int echoCount;
  private long previousPosition = -1;

  private byte[] headers = new byte[GroupHeader.MOST_ECHOED * RecordHeader.BYTES];
  private int count;
  private long position;
  private long salt;
  private long lowestSlot;
  private long highestSlot;
  private int at;

  /** Where in the group its last register record is; 0 if it has none. */
  private int registerAt;

  private int registerBytes;

  /** An upper bound of what a group of such records takes, whatever came before it. */
  public static long mostBytes(long recordCount, long recordBytes) {
    long plain =
        GroupHeader.BYTES
            + (long) GroupHeader.MOST_ECHOED * RecordHeader.BYTES
            + recordBytes
            + recordCount * RecordHeader.BYTES
            + GroupHeader.BYTES
            + GroupHeader.TRAILER_BYTES;
    return (plain / BLOCK + 2) * BLOCK;
  }

  /** What a register record may add to a group, with its copy a block further on. */
  public static long mostRegisterBytes() {
    return 2L * GroupHeader.REGISTER_BYTES + BLOCK;
  }

  /** Starts a group at this position, in a segment with this salt. */
  public void begin(long groupPosition, long segmentSalt) {
    position = groupPosition;
    salt = segmentSalt;
    count = 0;
    lowestSlot = -1;
    highestSlot = -1;
    registerAt = 0;
    at = GroupHeader.BYTES;
    ensure(echoCount * RecordHeader.BYTES);
    buffer.put(at, echo, 0, echoCount * RecordHeader.BYTES);
    at += echoCount * RecordHeader.BYTES;
  }

  /** How many records the group has so far. */
  public int count() {
    return count;
  }

  /**
   * Adds a record.
   *
   * @param value null where the type has none
   * @return the position of the record
   */
  public long add(byte type, byte flags, long slot, Ballot ballot, @Nullable Value value) {
    int valueBytes = value == null ? 0 : value.length();
    int checksum = value == null ? 0 : value.checksum();
    int recordBytes = RecordHeader.recordBytes(valueBytes);
    ensure(recordBytes);
    long recordPosition = position + at;
    RecordHeader.encode(
        buffer,
        at,
        type,
        flags,
        (short) 0,
        slot,
        ballot,
        valueBytes,
        checksum,
        at,
        salt,
        recordPosition,
        crc);
    if ((count + 1) * RecordHeader.BYTES > headers.length) {
      headers = Arrays.copyOf(headers, headers.length * 2);
    }
    buffer.get(at, headers, count * RecordHeader.BYTES, RecordHeader.BYTES);
    count++;
    if (value != null) {
      buffer.position(at + RecordHeader.BYTES);
      value.putTo(buffer);
      buffer.clear();
    }
    zero(at + RecordHeader.BYTES + valueBytes, at + recordBytes);
    if (type == RecordType.REGISTER) {
      registerAt = at;
      registerBytes = RecordHeader.BYTES + valueBytes;
    }
    at += recordBytes;
    if (RecordType.namesSlot(type)) {
      lowestSlot = lowestSlot < 0 ? slot : Math.min(lowestSlot, slot);
      highestSlot = Math.max(highestSlot, slot);
    }
    return recordPosition;
  }

  /** Whether the group has a register record so far. */
  boolean holdsRegister() {
    return registerAt > 0;
  }

  /**
   * Ends the group.
   *
   * @param twice whether promise and register must lie in it twice
   * @param logStart no group below this position is needed
   * @param state of the acceptor after this group
   * @return the whole group, ready to be written; valid until the next {@link #begin}
   */
  public ByteBuffer finish(boolean twice, long logStart, ShardState state) {
    boolean table = count > GroupHeader.MOST_ECHOED;
    boolean copy = table || twice;
    boolean register = copy && registerAt > 0;
    short flags =
        (short)
            ((copy ? GroupHeader.COPY : 0)
                | (table ? GroupHeader.TABLE : 0)
                | (register ? GroupHeader.REGISTER : 0));
    int bodyEnd = at;
    int tailBytes = GroupHeader.tailBytes(flags, count);
    // A promise, and a register, is on disk twice, in different blocks, before it is acknowledged.
    int leastEnd = copy ? 2 * BLOCK : 0;
    if (register) {
      leastEnd = Math.max(leastEnd, registerAt + registerBytes + BLOCK + tailBytes);
    }
    int groupBytes = (Math.max(leastEnd, bodyEnd + tailBytes) + BLOCK - 1) / BLOCK * BLOCK;
    ensure(groupBytes - at);
    zero(bodyEnd, groupBytes - tailBytes);
    GroupHeader header =
        new GroupHeader(
            flags,
            position,
            groupBytes,
            count,
            echoCount,
            crc.of(buffer, GroupHeader.BYTES, echoCount * RecordHeader.BYTES),
            previousPosition,
            logStart,
            lowestSlot,
            highestSlot,
            bodyEnd,
            state);
    int tail = groupBytes - tailBytes;
    if (register) {
      buffer.put(tail, buffer, registerAt, registerBytes);
      zero(tail + registerBytes, tail + GroupHeader.REGISTER_BYTES);
      tail += GroupHeader.REGISTER_BYTES;
    }
    if (table) {
      buffer.put(tail, headers, 0, count * RecordHeader.BYTES);
      tail += count * RecordHeader.BYTES;
    }
    header.encode(buffer, 0, salt, crc);
    if (copy) {
      header.encode(buffer, tail, salt, crc);
      tail += GroupHeader.BYTES;
    }
    GroupHeader.encodeTrailer(buffer, tail, salt, position, groupBytes, crc);
    at = groupBytes;
    return buffer.duplicate().position(0).limit(groupBytes);
  }

  /** The group just finished is durable: from now on it is the one before. */
  public void forced() {
    byte[] last = headers;
    headers = echo;
    echo = last;
    echoCount = count > GroupHeader.MOST_ECHOED ? 0 : count;
    previousPosition = position;
  }

  /** After an opening: what the first group of this life has to repeat. */
  void follow(long groupPosition, byte[] recordHeaders, int recordCount) {
    previousPosition = groupPosition;
    echoCount = recordCount > GroupHeader.MOST_ECHOED ? 0 : recordCount;
    System.arraycopy(recordHeaders, 0, echo, 0, echoCount * RecordHeader.BYTES);
  }

  /** Position of the group that was forced last; -1 for none. */
  long previousPosition() {
    return previousPosition;
  }

  /** How many record headers {@link #putEcho} puts. */
  int echoCount() {
    return echoCount;
  }

  /** The record headers of the group forced last, for the hint. */
  void putEcho(ByteBuffer target) {
    target.put(echo, 0, echoCount * RecordHeader.BYTES);
  }

  private void zero(int from, int before) {
    for (int i = from; i < before; i += BLOCK) {
      buffer.put(i, ZEROS, 0, Math.min(BLOCK, before - i));
    }
  }

  private void ensure(int more) {
    long needed = (long) at + more + BLOCK;
    if (needed <= buffer.capacity()) {
      return;
    }
    if (needed > Integer.MAX_VALUE - BLOCK) {
      throw new AssertionError("a group of " + needed + " bytes");
    }
    long doubled = Math.max(needed, Math.min(2L * buffer.capacity(), 1 << 30));
    ByteBuffer larger = aligned((int) ((doubled + BLOCK - 1) / BLOCK * BLOCK));
    larger.put(0, buffer, 0, at);
    buffer = larger;
  }

  private static ByteBuffer aligned(int capacity) {
    return ByteBuffer.allocateDirect(capacity + BLOCK).alignedSlice(BLOCK);
  }
}

package dev.paxosjournal.wal;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was forced last, as two small copies written in turn tell (FORMAT.md, section 8). Written
 * after the force, so it never claims too much; not forced itself, so it may lag after a power cut.
 *
 * @param counter the higher one counts
 * @param journalId whose hint it is
 * @param sequence of the segment written to
 * @param salt of that segment
 * @param group position of the group forced last; -1 for none
 * @param end position behind it
 * @param state of the acceptor after it
 * @param recordHeaders the group's record headers, encoded
 */
public record Hint(
    long counter,
    UUID journalId,
    long sequence,
    long salt,
    long group,
    long end,
    ShardState state,
    ByteBuffer recordHeaders) {

  /** The file's name. */
  public static final String FILE = "hint";

  static final int FILE_BYTES = 16384;
  static final int COPY_BYTES = 8192;
  private static final int MAGIC = 0x50584A48;
  private static final int VERSION = 1;
  private static final int ENTRIES = 68 + ShardState.BYTES;

  /** Puts a copy at the buffer's start; the result is the buffer, ready to be written. */
  static ByteBuffer encode(
      ByteBuffer target,
      long counter,
      SegmentHeader segment,
      long end,
      ShardState state,
      GroupBuilder groups,
      Crc crc) {
    UUID id = segment.identity().journalId();
    target.clear();
    target.putInt(MAGIC).putInt(VERSION).putLong(counter);
    target.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    target.putLong(segment.sequence()).putLong(segment.salt());
    target.putLong(groups.previousPosition()).putLong(end);
    target.putShort((short) 1).putShort((short) groups.echoCount());
    state.putTo(target);
    groups.putEcho(target);
    target.putInt(crc.of(target, 0, target.position()));
    return target.flip();
  }

  /** The better copy of the file's content, or null if neither can be used. */
  static @Nullable Hint parse(ByteBuffer file) {
    Hint first = parseCopy(file, 0);
    Hint second = parseCopy(file, COPY_BYTES);
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return first.counter > second.counter ? first : second;
  }

  static @Nullable Hint parseCopy(ByteBuffer file, int at) {
    if (file.limit() < at + ENTRIES + 4
        || file.getInt(at) != MAGIC
        || file.getInt(at + 4) != VERSION
        || file.getShort(at + 64) != 1) {
      return null;
    }
    int count = file.getShort(at + 66);
    int length = ENTRIES + count * RecordHeader.BYTES;
    if (count < 0 || count > GroupHeader.MOST_ECHOED || at + length + 4 > file.limit()) {
      return null;
    }
    if (file.getInt(at + length) != new Crc().of(file, at, length)) {
      return null;
    }
    byte[] headers = new byte[count * RecordHeader.BYTES];
    file.get(at + ENTRIES, headers);
    return new Hint(
        file.getLong(at + 8),
        new UUID(file.getLong(at + 16), file.getLong(at + 24)),
        file.getLong(at + 32),
        file.getLong(at + 40),
        file.getLong(at + 48),
        file.getLong(at + 56),
        ShardState.parse(file, at + 68),
        ByteBuffer.wrap(headers).asReadOnlyBuffer());
  }
}

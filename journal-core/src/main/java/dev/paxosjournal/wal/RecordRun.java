package dev.paxosjournal.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads records that lie one behind another, through a stretch of the log in memory that is read
 * ahead. Verifies each record as {@link LogReader} does, and says nothing of one that it cannot
 * vouch for: then {@link LogReader} knows why. Used by one thread.
 */
public final class RecordRun {
  /** As long as nobody knows whether the next records are wanted, little is read. */
  private static final int FIRST_BYTES = 16 * 1024;

  private static final int MOST_BYTES = 128 * 1024;

  private final Supplier<Segments> segments;
  private final Crc crc = new Crc();
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private long salt;
  private long first;
  private long before;
  private int aheadBytes = FIRST_BYTES;

  RecordRun(Supplier<Segments> segments) {
    this.segments = segments;
  }

  /**
   * The value of a slot accepted or learned at a ballot, not yet compared with its checksum; valid
   * until the next call.
   *
   * @return null if the record is not there, or not the one that was asked for
   */
  public @Nullable ByteBuffer value(
      long position, int lengthBytes, int checksum, long slot, long round, int node) {
    int recordBytes = RecordHeader.BYTES + lengthBytes;
    if (lengthBytes < 0 || recordBytes < 0) {
      return null;
    }
    boolean held = holds(position, recordBytes);
    if (!held) {
      readAhead(position, recordBytes);
    }
    while (holds(position, recordBytes)) {
      int at = (int) (position - first);
      if (RecordHeader.isOfSlot(
          bytes, at, salt, position, slot, round, node, lengthBytes, checksum, crc)) {
        return bytes.slice(at + RecordHeader.BYTES, lengthBytes);
      }
      if (!held) {
        return null;
      }
      // It may have been written after this stretch was read.
      held = false;
      load(position, recordBytes);
    }
    return null;
  }

  private boolean holds(long position, int recordBytes) {
    // A difference, not a sum: a position near the highest long would make it overflow.
    return position >= first && recordBytes <= before - position;
  }

  private void readAhead(long position, int recordBytes) {
    boolean follows = before > first && position >= first && position <= before + MOST_BYTES;
    aheadBytes = follows ? Math.min(MOST_BYTES, aheadBytes * 2) : FIRST_BYTES;
    load(position, recordBytes);
  }

  private void load(long position, int recordBytes) {
    before = first;
    Segments now = segments.get();
    Segment wanted = position < 0 ? null : now.at(position);
    if (wanted == null || recordBytes > wanted.mostEnd() - position || !wanted.pin()) {
      return;
    }
    try {
      int wish = Math.max(recordBytes, aheadBytes);
      if (wish > bytes.capacity()) {
        bytes = ByteBuffer.allocate(wish);
      }
      bytes.clear().limit(wish);
      int read = wanted.read(bytes, position);
      first = position;
      // What lies behind the base of the next segment counts for nothing here.
      before = Math.min(position + read, now.baseBehind(position));
      salt = wanted.header().salt();
    } catch (IOException unreadable) {
      // One record may be readable where a long stretch is not.
      before = first;
    } finally {
      wanted.unpin();
      bytes.clear();
    }
  }
}

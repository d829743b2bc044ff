package dev.paxosjournal.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the groups of a log forward and ends with a verdict. Everything it passes on was verified;
 * nothing read is used for a length or a loop before its checksum was.
 */
final class WalScan {

  /** Hears of each complete group, in order. */
  interface Visitor {
    void group(ParsedGroup group) throws IOException;
  }

  private static final int BLOCK = GroupHeader.BLOCK_BYTES;

  private final Segments segments;
  private final @Nullable Hint hint;
  private final long checkpointEnd;
  private final SegmentWindow window = new SegmentWindow();
  private final Crc crc = new Crc();
  private long groupCount;

  /**
   * A scan of these segments.
   *
   * @param hint what was forced last, if it is known
   * @param checkpointEnd the position through which a checkpoint proves the log was forced, or 0
   */
  WalScan(Segments segments, @Nullable Hint hint, long checkpointEnd) {
    this.segments = segments;
    this.hint = hint;
    this.checkpointEnd = checkpointEnd;
  }

  /** How many groups were passed on so far. */
  long groupCount() {
    return groupCount;
  }

  /** Whether something outside the group that ends here shows that it was forced. */
  boolean isProved(long groupEnd) {
    return checkpointEnd >= groupEnd || (hint != null && hint.end() >= groupEnd);
  }

  /** Walks from the start of a group. */
  ScanEnd scan(long from, Visitor visitor) throws IOException {
    long position = from;
    while (true) {
      Segment segment = segments.at(position);
      if (segment == null) {
        return new ScanEnd.Corruption(position, "", -1, "no segment holds this position");
      }
      Segment next = segments.after(segment);
      long limit = next == null ? segment.mostEnd() : next.header().base();
      if (position > limit) {
        return new ScanEnd.Corruption(
            position,
            segment.fileName(),
            segment.offsetOf(position),
            "the log was forced through this position, but the file ends before it");
      }
      while (position < limit) {
        ParsedGroup group;
        try {
          group = read(segment, position, limit);
          if (group == null || !group.complete()) {
            return judge(segment, position, next, group);
          }
        } catch (IOException failure) {
          return new ScanEnd.Corruption(
              position,
              segment.fileName(),
              segment.offsetOf(position),
              "the disk could not read it: " + failure.getMessage());
        }
        groupCount++;
        visitor.group(group);
        position = group.header().end();
      }
      if (next == null) {
        return new ScanEnd.CleanEnd(position);
      }
    }
  }

  /** The group at a position, or null if there is no valid header. */
  @Nullable ParsedGroup read(Segment segment, long position, long limit) throws IOException {
    int at = window.at(segment, position, BLOCK);
    if (at < 0) {
      return null;
    }
    GroupHeader header =
        GroupHeader.parse(
            window.buffer(), at, segment.header().salt(), position, limit - position, crc);
    if (header == null) {
      return null;
    }
    at = window.at(segment, position, header.groupBytes());
    if (at < 0) {
      return null;
    }
    return ParsedGroup.parse(
        window.buffer(), at, segment.header().salt(), position, limit - position, crc);
  }

  private ScanEnd judge(
      Segment segment, long position, @Nullable Segment next, @Nullable ParsedGroup group)
      throws IOException {
    String proof = proofBeyond(segment, position, next);
    long offset = segment.offsetOf(position);
    if (proof != null) {
      return new ScanEnd.Corruption(position, segment.fileName(), offset, proof);
    }
    if (group == null && endsCleanly(segment, position)) {
      return new ScanEnd.CleanEnd(position);
    }
    long tornBytes = group == null ? BLOCK : group.header().groupBytes();
    return new ScanEnd.TornTail(position, segment.fileName(), offset, tornBytes);
  }

  private @Nullable String proofBeyond(Segment segment, long position, @Nullable Segment next)
      throws IOException {
    if (next != null) {
      return "segment " + next.fileName() + " begins behind it";
    }
    if (hint != null && hint.end() > position) {
      return "the hint says that the log was forced through position " + hint.end();
    }
    if (checkpointEnd > position) {
      return "a checkpoint covers the log through position " + checkpointEnd;
    }
    // One thread writes groups, each only after the one before was forced: a header behind this
    // place proves that what should be here was durable.
    for (long at = position + BLOCK; at < segment.mostEnd(); at += BLOCK) {
      int index = window.at(segment, at, BLOCK);
      if (index < 0) {
        return null;
      }
      if (GroupHeader.parse(
              window.buffer(), index, segment.header().salt(), at, segment.mostEnd() - at, crc)
          != null) {
        return "a valid group lies behind it at position " + at;
      }
    }
    return null;
  }

  private boolean endsCleanly(Segment segment, long position) throws IOException {
    int at = window.at(segment, position, BLOCK);
    if (at < 0) {
      return true;
    }
    ByteBuffer buffer = window.buffer();
    if (GroupHeader.isOfAnotherUse(buffer, at, segment.header().salt(), crc)) {
      return true;
    }
    for (int i = 0; i < BLOCK; i += 8) {
      if (buffer.getLong(at + i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The segments this scan walks. */
  List<Segment> segments() {
    return segments.all();
  }
}

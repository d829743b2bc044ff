package dev.paxosjournal.wal;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks the log forward: passes on each group that can be read and each stretch that cannot
 * although it was forced, and tells at last how the log ends. Everything passed on was verified;
 * nothing read is used for a length or a loop before its checksum was.
 */
final class WalScan {

  /** Hears of the log, in order. */
  interface Visitor {
    /** A complete group. */
    void group(ParsedGroup group) throws IOException;

    /** Something that was acknowledged cannot be read. */
    void lost(LostStretch stretch) throws IOException;
  }

  private static final int BLOCK = GroupHeader.BLOCK_BYTES;

  private final Segments segments;
  private final @Nullable Hint hint;
  private final long checkpointEnd;
  private final boolean tornIsLost;
  private final SegmentWindow window;
  private final Crc crc = new Crc();
  private final Salvage salvage;
  private long groupCount;

  /**
   * A scan of these segments.
   *
   * @param hint what was forced last, if it is known
   * @param checkpointEnd the position through which a checkpoint proves the log was forced, or 0
   * @param tornIsLost whether an unreadable end counts as lost even if nothing proves its force
   */
  WalScan(Segments segments, @Nullable Hint hint, long checkpointEnd, boolean tornIsLost) {
    this.segments = segments;
    this.hint = hint;
    this.checkpointEnd = checkpointEnd;
    this.tornIsLost = tornIsLost;
    this.window = new SegmentWindow(segments.mostFileBytes());
    this.salvage = new Salvage(segments, hint, checkpointEnd, window, crc);
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
        throw new AssertionError("no segment holds position " + position);
      }
      // Where the next segment begins, this file ends: what it holds behind is not of the log.
      Segment next = segments.after(segment);
      long limit = next == null ? segment.mostEnd() : next.header().base();
      if (position == limit && next == null && !provedBeyond(position)) {
        return new ScanEnd.CleanEnd(position);
      }
      ParsedGroup group = position < limit ? read(segment, position, limit) : null;
      if (group != null && group.complete()) {
        groupCount++;
        visitor.group(group);
        position = group.header().end();
        continue;
      }
      long through = group == null ? position + BLOCK : group.header().end();
      boolean error = window.hasErrorWithin(position, through);
      String proof = proofBeyond(segment, position, next);
      if (proof == null && !error) {
        ScanEnd end = endAt(segment, position, group);
        if (!(end instanceof ScanEnd.TornTail) || !tornIsLost) {
          return end;
        }
        proof = "nothing proves its force, but the options count an unreadable end as lost";
      } else if (proof == null) {
        proof = "the disk could not read it";
      }
      LostStretch stretch = salvage.stretchAt(segment, position, limit, next, group, proof);
      visitor.lost(stretch);
      position = stretch.to();
    }
  }

  /** Whether a segment holds a group, or anything proves that it did. */
  boolean holdsSomething(Segment segment) {
    long base = segment.header().base();
    ParsedGroup group = read(segment, base, segment.mostEnd());
    if (group != null && group.complete()) {
      return true;
    }
    return window.hasErrorWithin(base, base + BLOCK)
        || proofBeyond(segment, base, null) != null
        || (tornIsLost && endAt(segment, base, group) instanceof ScanEnd.TornTail);
  }

  /** The group at a position, or null if there is no valid header. */
  @Nullable ParsedGroup read(Segment segment, long position, long limit) {
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

  /** What is known of the log from a position on that cannot be read although it was forced. */
  LostStretch stretchAt(
      Segment segment,
      long position,
      long limit,
      @Nullable Segment next,
      @Nullable ParsedGroup group) {
    return salvage.stretchAt(segment, position, limit, next, group, "the log goes on behind it");
  }

  /** What was read last. */
  SegmentWindow window() {
    return window;
  }

  private boolean provedBeyond(long position) {
    return checkpointEnd > position || (hint != null && hint.end() > position);
  }

  private @Nullable String proofBeyond(Segment segment, long position, @Nullable Segment next) {
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
    Optional<GroupHeader> behind = salvage.nextHeader(segment, position + BLOCK);
    return behind
        .map(header -> "a valid group lies behind it at position " + header.position())
        .orElse(null);
  }

  private ScanEnd endAt(Segment segment, long position, @Nullable ParsedGroup group) {
    if (group == null && endsCleanly(segment, position)) {
      return new ScanEnd.CleanEnd(position);
    }
    long tornBytes = group == null ? BLOCK : group.header().groupBytes();
    return new ScanEnd.TornTail(
        position, segment.fileName(), segment.offsetOf(position), tornBytes);
  }

  private boolean endsCleanly(Segment segment, long position) {
    int bytes = (int) Math.min(BLOCK, segment.mostEnd() - position);
    int at = bytes <= 0 ? -1 : window.at(segment, position, bytes);
    if (at < 0) {
      return true;
    }
    if (bytes == BLOCK
        && GroupHeader.isOfAnotherUse(window.buffer(), at, segment.header().salt(), crc)) {
      return true;
    }
    for (int i = 0; i < bytes; i++) {
      if (window.buffer().get(at + i) != 0) {
        return false;
      }
    }
    return true;
  }
}

package dev.paxosjournal.wal;

import java.io.IOException;
import java.util.List;
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
  private static final long MOST_LOST_BYTES = 1 << 20;

  private final Segments segments;
  private final @Nullable Hint hint;
  private final long checkpointEnd;
  private final boolean tornIsLost;
  private final SegmentWindow window;
  private final Crc crc = new Crc();
  private final Salvage salvage;
  private final @Nullable HeadlessFile headless;
  private long lastBoundary = -1;
  private boolean headlessIsTold;
  private boolean diskHidTheEnd;
  private long groupCount;

  /**
   * A scan of these segments.
   *
   * @param hint what was forced last, if it is known
   * @param checkpointEnd the position through which a checkpoint proves the log was forced, or 0
   * @param tornIsLost whether an unreadable end counts as lost even if nothing proves its force
   */
  WalScan(Segments segments, @Nullable Hint hint, long checkpointEnd, boolean tornIsLost) {
    this(segments, hint, new Covered(checkpointEnd, Optional.empty()), tornIsLost, null);
  }

  /**
   * The same.
   *
   * @param headless a file that was named after all of these segments, if there is one
   */
  WalScan(
      Segments segments,
      @Nullable Hint hint,
      Covered covered,
      boolean tornIsLost,
      @Nullable HeadlessFile headless) {
    this.headless = headless;
    this.segments = segments;
    this.hint = hint;
    this.checkpointEnd = covered.end();
    this.tornIsLost = tornIsLost;
    this.window = new SegmentWindow(segments.mostFileBytes());
    this.salvage = new Salvage(segments, hint, covered, window, crc);
  }

  /** How many groups were passed on so far. */
  long groupCount() {
    return groupCount;
  }

  /** Whether the disk failed to read where the log ends, and nothing else tells what was there. */
  boolean diskHidTheEnd() {
    return diskHidTheEnd;
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
      ParsedGroup group = position < limit ? read(segment, position, limit) : null;
      PlaceInLog place = new PlaceInLog(segment, position, limit, next, group);
      ScanRow row = ScanRow.of(place);
      switch (row.verdict()) {
        case APPLY -> {
          ParsedGroup complete = place.completeGroup();
          lastBoundary = position;
          groupCount++;
          visitor.group(complete);
          position = complete.header().end();
        }
        case LOST -> {
          LostStretch stretch =
              row == ScanRow.BEFORE_FILE
                  ? lostWithFile(position, place.proof(row))
                  : salvage.stretchAt(segment, position, limit, next, group, place.proof(row));
          lastBoundary = position;
          diskHidTheEnd |= row == ScanRow.READ_ERROR && stretch.state().isEmpty();
          visitor.lost(stretch);
          position = stretch.to();
        }
        case END -> {
          return new ScanEnd.CleanEnd(position);
        }
        case TORN -> {
          return new ScanEnd.TornTail(
              position, segment.fileName(), segment.offsetOf(position), tornBytes(group));
        }
      }
    }
  }

  /** Nothing tells what it held, nor how much: one block stands for all of it. */
  private LostStretch lostWithFile(long position, String proof) {
    headlessIsTold = true;
    return new LostStretch(
        position,
        position + BLOCK,
        "",
        -1,
        proof,
        List.of(),
        false,
        Optional.empty(),
        Optional.empty());
  }

  /** Whether a segment holds a group, or anything proves that it did. */
  boolean holdsSomething(Segment segment) {
    long base = segment.header().base();
    long limit = segment.mostEnd();
    ScanRow.Verdict verdict =
        ScanRow.of(new PlaceInLog(segment, base, limit, null, read(segment, base, limit)))
            .verdict();
    return verdict == ScanRow.Verdict.APPLY || verdict == ScanRow.Verdict.LOST;
  }

  /** How many bytes of a torn group a segment begins with that holds nothing; 0 for none. */
  long tornBytesIn(Segment segment) {
    long base = segment.header().base();
    long limit = segment.mostEnd();
    ParsedGroup group = read(segment, base, limit);
    ScanRow.Verdict verdict =
        ScanRow.of(new PlaceInLog(segment, base, limit, null, group)).verdict();
    return verdict == ScanRow.Verdict.TORN ? tornBytes(group) : 0;
  }

  private static long tornBytes(@Nullable ParsedGroup group) {
    return group == null ? BLOCK : group.header().groupBytes();
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

  /**
   * What a group tells which is torn, or lost, where the log ends: what it says of slots counts for
   * nothing, but any valid copy of a promise, or of term and vote, counts.
   */
  Optional<TornGroup> tornGroup(long position, boolean clean) {
    Segment segment = segments.at(position);
    if (segment == null || position >= segment.mostEnd()) {
      return Optional.empty();
    }
    ParsedGroup group = read(segment, position, segment.mostEnd());
    // Behind zeros there is most likely nothing: the rest of a segment is not read for it.
    long most = clean ? position + MOST_LOST_BYTES : Long.MAX_VALUE;
    Optional<GroupHeader> header =
        group != null
            ? Optional.of(group.header())
            : salvage.headerCopy(segment, position, Math.min(most, segment.mostEnd()));
    return header.map(found -> new TornGroup(found.state(), salvage.registers(segment, found)));
  }

  /** One position of the log, as the recovery table asks about it. */
  private final class PlaceInLog implements ScanRow.Place {
    private final Segment segment;
    private final long position;
    private final long limit;
    private final @Nullable Segment next;
    private final @Nullable ParsedGroup group;
    private final boolean diskFailed;
    private long headerBehind = -1;

    /** Call it right after the group was read: the window still knows of errors. */
    PlaceInLog(
        Segment segment,
        long position,
        long limit,
        @Nullable Segment next,
        @Nullable ParsedGroup group) {
      this.segment = segment;
      this.position = position;
      this.limit = limit;
      this.next = next;
      this.group = group;
      this.diskFailed =
          window.hasErrorWithin(position, group == null ? position + BLOCK : group.header().end());
    }

    ParsedGroup completeGroup() {
      if (group == null) {
        throw new AssertionError("no group at " + position);
      }
      return group;
    }

    @Override
    public boolean fileEnds() {
      return position >= limit;
    }

    @Override
    public boolean groupIsComplete() {
      return group != null && group.complete();
    }

    @Override
    public boolean segmentFollows() {
      return next != null;
    }

    @Override
    public boolean hintEndsBehind() {
      return hint != null && hint.end() > position;
    }

    @Override
    public boolean checkpointEndsBehind() {
      return checkpointEnd > position;
    }

    @Override
    public boolean headerLiesBehind() {
      headerBehind =
          salvage.nextHeader(segment, position + BLOCK).map(GroupHeader::position).orElse(-1L);
      return headerBehind >= 0;
    }

    @Override
    public boolean headlessFileFollows() {
      return headless != null
          && !headlessIsTold
          && headless.heldMoreThan(lastBoundary, position, hint);
    }

    @Override
    public boolean diskFailed() {
      return diskFailed;
    }

    @Override
    public boolean isBlank() {
      return group == null && endsCleanly(segment, position);
    }

    @Override
    public boolean tornIsLost() {
      return tornIsLost;
    }

    /** For people: why what is here counts as lost. */
    String proof(ScanRow row) {
      return switch (row) {
        case BEFORE_SEGMENT ->
            "segment " + (next == null ? "" : next.fileName() + " ") + "begins behind it";
        case BEFORE_HINT ->
            "the hint says that the log was forced through position "
                + (hint == null ? position : hint.end());
        case BEFORE_CHECKPOINT -> "a checkpoint covers the log through position " + checkpointEnd;
        case BEFORE_GROUP -> "a valid group lies behind it at position " + headerBehind;
        case BEFORE_FILE ->
            (headless == null ? "" : headless.fileName() + " ")
                + "has the name of a later segment, but no header that can be read";
        case READ_ERROR -> "the disk could not read it";
        case UNDECIDABLE_LOST ->
            "nothing proves its force, but the options count an unreadable end" + " as lost";
        case FILE_ENDS, GROUP, BLANK, TORN -> throw new AssertionError(row + " loses nothing");
      };
    }
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

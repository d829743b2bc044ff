package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A log being opened: first looked at, then scanned, then opened for writing. Looking and scanning
 * change nothing on disk.
 */
public final class LogOpening implements Closeable {

  /** Hears of each record of the log, in order. */
  public interface Visitor {
    /** A group follows, all of whose records will be visited. */
    default void group(GroupHeader header) throws IOException {}

    /** One record; the value is valid during the call only. */
    void record(RecordHeader header, long position, ByteBuffer value);
  }

  /**
   * A file with a segment's name that cannot be used.
   *
   * @param fileName the file
   * @param newerVersion the format version it claims, if that is newer than this release; else 0
   * @param reason for people
   */
  public record UnusableFile(String fileName, int newerVersion, String reason) {}

  private final Disk disk;
  private final ReadHandles handles;
  private final List<UnusableFile> unusable = new ArrayList<>();
  private final List<String> spareNames = new ArrayList<>();
  private final List<String> unfinishedNames = new ArrayList<>();
  private final List<String> otherNames = new ArrayList<>();
  private final List<String> superseded = new ArrayList<>();
  private final Crc crc = new Crc();
  private Segments segments = Segments.NONE;
  private @Nullable Hint hint;
  private long highestSequence;
  private @Nullable WalScan scan;
  private long lastPosition = -1;
  private long lastEnd;
  private byte[] lastHeaders = new byte[0];
  private int lastCount;
  private long tornBytes;
  private boolean handedOver;

  private LogOpening(Disk disk) {
    this.disk = disk;
    this.handles = new ReadHandles(disk);
  }

  /** Looks at a directory. */
  public static LogOpening look(Disk disk) throws IOException {
    LogOpening opening = new LogOpening(disk);
    try {
      opening.lookAtFiles();
      return opening;
    } catch (IOException | RuntimeException failure) {
      opening.close();
      throw failure;
    }
  }

  private void lookAtFiles() throws IOException {
    List<Segment> found = new ArrayList<>();
    for (String name : disk.list()) {
      SegmentHeader.Name parsed = SegmentHeader.parseName(name);
      if (parsed != null) {
        highestSequence = Math.max(highestSequence, parsed.sequence());
        Segment segment = lookAtSegment(name, parsed);
        if (segment != null) {
          found.add(segment);
        }
      } else if (Spares.isSpare(name)) {
        spareNames.add(name);
      } else if (name.endsWith(".tmp")) {
        unfinishedNames.add(name);
      } else if (!name.equals(Hint.FILE)) {
        otherNames.add(name);
      }
    }
    found.sort(
        Comparator.comparingLong((Segment segment) -> segment.header().base())
            .thenComparingLong(segment -> segment.header().sequence()));
    for (Segment segment : found) {
      for (Segment later : found) {
        if (later.header().previousSequence() == segment.header().sequence()) {
          segment.raiseHighestSlot(later.header().previousHighestSlot());
        }
      }
    }
    segments = new Segments(found);
    hint = HintFile.read(disk);
  }

  private @Nullable Segment lookAtSegment(String name, SegmentHeader.Name parsed)
      throws IOException {
    ByteBuffer area = ByteBuffer.allocate(SegmentHeader.AREA_BYTES);
    long fileBytes;
    try (DiskFile file = disk.open(name, Disk.Access.READ)) {
      file.read(area, 0);
      fileBytes = file.size();
    }
    area.flip();
    SegmentHeader.Read read = SegmentHeader.parse(area, 0);
    if (read.verdict() == SegmentHeader.Verdict.UNREADABLE) {
      read = SegmentHeader.parse(area, SegmentHeader.COPY_BYTES);
    }
    if (read.verdict() == SegmentHeader.Verdict.NEWER) {
      unusable.add(new UnusableFile(name, read.version(), "a newer release wrote it"));
      return null;
    }
    if (read.header().isEmpty()) {
      unusable.add(new UnusableFile(name, 0, "both copies of its header are unreadable"));
      return null;
    }
    SegmentHeader header = read.header().get();
    if (header.sequence() != parsed.sequence() || header.base() != parsed.base()) {
      unusable.add(new UnusableFile(name, 0, "its header says that it is " + header.fileName()));
      return null;
    }
    return new Segment(header, handles, fileBytes, -1);
  }

  /** Whether there is no trace of a log. */
  public boolean isEmpty() {
    return segments.isEmpty() && unusable.isEmpty() && hint == null;
  }

  /** Files with a segment's name that cannot be used. */
  public List<UnusableFile> unusable() {
    return List.copyOf(unusable);
  }

  /** Files that are not the log's; the positions files and the checkpoint are among them. */
  public List<String> otherNames() {
    return List.copyOf(otherNames);
  }

  /** The headers of the segments, oldest first. */
  public List<SegmentHeader> headers() {
    return segments.all().stream().map(Segment::header).toList();
  }

  /** The state of the acceptor before the first group. */
  public ShardState firstState() {
    Segment first = segments.at(firstPosition());
    return first == null ? ShardState.EMPTY : first.header().state();
  }

  /** Instead of a scan, for a directory that holds no log. */
  public void scanNothing() {
    lastPosition = -1;
    lastEnd = 0;
  }

  /** What was forced last, if it is known. */
  public Optional<Hint> hint() {
    return Optional.ofNullable(hint);
  }

  /** A hint of another journal, or one that cannot be believed, is no hint. */
  public void ignoreHint() {
    hint = null;
  }

  /** Position of the first group of the oldest segment. */
  public long firstPosition() {
    return segments.isEmpty() ? 0 : segments.all().get(0).header().base();
  }

  /**
   * Reads the log from the start of a group.
   *
   * @param from where to start
   * @param previousGroup position of the group before, if {@code from} is not the first; else -1
   * @param checkpointEnd the position through which a checkpoint proves the log was forced, or 0
   */
  public ScanEnd scan(long from, long previousGroup, long checkpointEnd, Visitor visitor)
      throws IOException {
    lastPosition = -1;
    lastEnd = from;
    leaveOutInterruptedRolls(from, checkpointEnd);
    WalScan walk = new WalScan(segments, hint, checkpointEnd);
    scan = walk;
    if (previousGroup >= 0) {
      rememberGroupAt(walk, previousGroup);
    }
    ScanEnd end = walk.scan(from, group -> visit(group, visitor));
    tornBytes = end instanceof ScanEnd.TornTail torn ? torn.tornBytes() : 0;
    return end;
  }

  /**
   * A crash between making a segment and forcing its first group leaves a segment that holds
   * nothing; what the segment before it holds then still counts, also behind the new one's base.
   */
  private void leaveOutInterruptedRolls(long from, long checkpointEnd) throws IOException {
    while (segments.all().size() > 1) {
      Segment last = segments.last();
      long base = last.header().base();
      if (base < from) {
        return;
      }
      ScanEnd end =
          new WalScan(new Segments(List.of(last)), hint, checkpointEnd).scan(base, group -> {});
      if (end.position() > base || end instanceof ScanEnd.Corruption) {
        return;
      }
      superseded.add(last.fileName());
      segments = segments.without(List.of(last));
    }
  }

  private void rememberGroupAt(WalScan walk, long position) throws IOException {
    Segment segment = segments.at(position);
    if (segment == null) {
      return;
    }
    ParsedGroup group = walk.read(segment, position, segment.mostEnd());
    if (group != null && group.records().size() == group.header().recordCount()) {
      remember(group);
    }
  }

  private void visit(ParsedGroup group, Visitor visitor) throws IOException {
    visitRecords(group, visitor);
    Segment segment = segments.at(group.header().position());
    if (segment != null) {
      segment.raiseHighestSlot(group.header().highestSlot());
    }
    remember(group);
  }

  static void visitRecords(ParsedGroup group, Visitor visitor) throws IOException {
    visitor.group(group.header());
    for (RecordHeader record : group.records()) {
      visitor.record(record, group.header().position() + record.offset(), group.value(record));
    }
  }

  private void remember(ParsedGroup group) {
    lastPosition = group.header().position();
    lastEnd = group.header().end();
    lastCount = group.records().size();
    lastHeaders = lastCount > GroupHeader.MOST_ECHOED ? new byte[0] : group.recordHeaders();
  }

  /** How many groups were read. */
  public long groupCount() {
    return scan == null ? 0 : scan.groupCount();
  }

  /** Raises the highest slot of the segment that holds a position, as a checkpoint remembers it. */
  public void raiseHighestSlot(long position, long slot) {
    Segment segment = segments.at(position);
    if (segment != null) {
      segment.raiseHighestSlot(slot);
    }
  }

  /** The highest slot named by the segment that holds a position. */
  public long highestSlotAt(long position) {
    Segment segment = segments.at(position);
    return segment == null ? -1 : segment.highestSlot();
  }

  /** Whether the last group was read whole but nothing proves that it was forced. */
  public boolean lastGroupIsUnproved() {
    return lastPosition >= 0 && scan != null && !scan.isProved(lastEnd);
  }

  /**
   * Opens the log for writing where the scan ended. A last group that nothing proves to be forced
   * is written again, in a new segment, and forced there: after a killed process or a failed force
   * it may exist in the page cache only, and forcing old pages again can lie.
   *
   * @param identity whose log it is, with the open counter of this life
   * @param logStart no group below this position is needed
   * @param before the acceptor's state before the last group, for the header of a new segment
   */
  public WriteAheadLog open(
      LogIdentity identity,
      long segmentBytes,
      boolean preallocate,
      Executor upkeep,
      long logStart,
      ShardState before)
      throws IOException {
    for (String name : unfinishedNames) {
      disk.delete(name);
    }
    Spares spares = new Spares(disk, segmentBytes, preallocate);
    for (String name : spareNames) {
      try (DiskFile file = disk.open(name, Disk.Access.READ)) {
        spares.found(name, file.size());
      }
    }
    ParsedGroup unproved = lastGroupIsUnproved() ? readLast() : null;
    GroupBuilder groups = new GroupBuilder();
    if (unproved != null) {
      GroupHeader header = unproved.header();
      groups.follow(header.previousPosition(), unproved.echo(), header.echoCount());
    } else if (lastPosition >= 0) {
      groups.follow(lastPosition, lastHeaders, lastCount);
    }
    WriteAheadLog log =
        new WriteAheadLog(
            disk,
            handles,
            identity,
            spares,
            upkeep,
            segmentBytes,
            HintFile.open(disk, hint),
            groups,
            segments,
            unproved == null ? lastEnd : unproved.header().position(),
            logStart,
            highestSequence + 1,
            superseded,
            tornBytes);
    handedOver = true;
    if (unproved != null) {
      log.writeAgain(unproved, before);
    }
    return log;
  }

  private ParsedGroup readLast() throws IOException {
    Segment segment = segments.at(lastPosition);
    if (segment == null) {
      throw new IOException("no segment holds position " + lastPosition);
    }
    int bytes = (int) (lastEnd - lastPosition);
    ByteBuffer copy = ByteBuffer.allocate(bytes);
    segment.read(copy, lastPosition);
    ParsedGroup group =
        ParsedGroup.parse(copy.flip(), 0, segment.header().salt(), lastPosition, bytes, crc);
    if (group == null || !group.complete()) {
      throw new IOException(
          disk.path(segment.fileName())
              + " changed while it was read, at offset "
              + segment.offsetOf(lastPosition));
    }
    return group;
  }

  @Override
  public void close() throws IOException {
    if (!handedOver) {
      handles.close();
    }
  }
}

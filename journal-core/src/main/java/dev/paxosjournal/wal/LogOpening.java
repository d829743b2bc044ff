package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    /** Something that was acknowledged cannot be read. */
    default void lost(LostStretch stretch) throws IOException {}
  }

  private final Disk disk;
  private final ReadHandles handles;
  private final List<SegmentFile> segmentFiles = new ArrayList<>();
  private final List<String> spareNames = new ArrayList<>();
  private final List<String> unfinishedNames = new ArrayList<>();
  private final List<String> otherNames = new ArrayList<>();
  private final List<String> superseded = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final Crc crc = new Crc();
  private Segments segments = Segments.NONE;
  private @Nullable Hint hint;
  private @Nullable Hint ignoredHint;
  private boolean diskHidHint;
  private long highestSequence;
  private @Nullable WalScan scan;
  private long lastPosition = -1;
  private long lastEnd;
  private byte[] lastHeaders = new byte[0];
  private int lastCount;
  private long tornBytes;
  private ScanTally tally = new ScanTally();
  private final List<TornGroup> tornGroups = new ArrayList<>();
  private long scannedFrom;
  private long followPosition = -1;
  private ByteBuffer followHeaders = ByteBuffer.allocate(0);
  private @Nullable WriteAheadLog opened;
  private @Nullable HeadlessFile headless;
  private boolean handedOver;

  private record LeftOut(Segment segment, long tornBytes, String why) {}

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
    for (String name : disk.list()) {
      SegmentHeader.Name parsed = SegmentHeader.parseName(name);
      if (parsed != null) {
        highestSequence = Math.max(highestSequence, parsed.sequence());
        segmentFiles.add(SegmentFile.look(disk, name, parsed));
      } else if (Spares.isSpare(name)) {
        spareNames.add(name);
      } else if (name.endsWith(".tmp")) {
        unfinishedNames.add(name);
      } else if (!name.equals(Hint.FILE)) {
        otherNames.add(name);
      }
    }
    HintFile.Found found = HintFile.look(disk);
    hint = found.hint();
    diskHidHint = found.diskFailed();
  }

  /** What was found under the segments' names, in order of name. */
  public List<SegmentFile> segmentFiles() {
    return List.copyOf(segmentFiles);
  }

  /**
   * Chooses the files that make up the log. Others with a segment's name are left alone.
   *
   * @param unreadable those whose headers nobody knows
   * @return one sentence for each file that is left out or not where its name says
   */
  public List<String> use(List<SegmentFile> chosen, List<SegmentFile> unreadable) {
    List<String> findings = new ArrayList<>();
    TreeMap<Long, SegmentFile> bySequence = new TreeMap<>();
    for (SegmentFile file : chosen) {
      if (file.header().isEmpty()) {
        continue;
      }
      SegmentHeader header = file.header().get();
      highestSequence = Math.max(highestSequence, header.sequence());
      boolean named = header.fileName().equals(file.fileName());
      if (!named) {
        findings.add(file.fileName() + " is " + header.fileName() + " by what its header says");
      }
      if (named || !bySequence.containsKey(header.sequence())) {
        bySequence.put(header.sequence(), file);
      }
    }
    List<SegmentFile> lost = new ArrayList<>(unreadable);
    // The last segment is left out if it holds nothing, but not if it was cut to hold nothing.
    while (!bySequence.isEmpty()
        && bySequence.lastEntry().getValue().fileBytes() < SegmentHeader.AREA_BYTES) {
      lost.add(bySequence.pollLastEntry().getValue());
    }
    headless =
        HeadlessFile.after(bySequence.isEmpty() ? 0 : bySequence.lastKey(), lost).orElse(null);
    List<Segment> found = new ArrayList<>();
    for (SegmentFile file : bySequence.values()) {
      found.add(new Segment(file.header().get(), file.fileName(), handles, file.fileBytes(), -1));
    }
    found.sort(
        Comparator.comparingLong((Segment segment) -> segment.header().base())
            .thenComparingLong(segment -> segment.header().sequence()));
    Map<Long, Segment> known = new HashMap<>();
    found.forEach(segment -> known.put(segment.header().sequence(), segment));
    for (Segment later : found) {
      Segment before = known.get(later.header().previousSequence());
      if (before != null) {
        before.raiseHighestSlot(later.header().previousHighestSlot());
      }
    }
    for (int i = 0; i + 1 < found.size(); i++) {
      SegmentHeader next = found.get(i + 1).header();
      if (next.previousSequence() != found.get(i).header().sequence()) {
        // The segment that told of this one is gone: whatever was named before the next one began.
        found.get(i).raiseHighestSlot(next.state().highestSlot());
      }
    }
    segments = new Segments(found);
    return findings;
  }

  /**
   * Whether there is no trace of a log. Spares are one: a journal makes them once it has a segment.
   */
  public boolean isEmpty() {
    return segmentFiles.isEmpty() && spareNames.isEmpty() && hint == null;
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

  /**
   * Instead of a scan, for a directory that holds no log, or no log any more.
   *
   * @param end where the log goes on
   * @param sequence the highest number that a segment may have had
   */
  public void scanNothing(long end, long sequence) {
    lastPosition = -1;
    lastEnd = end;
    highestSequence = Math.max(highestSequence, sequence);
  }

  /** The highest number that a name or header gives to a segment; 0 for none. */
  public long highestSequence() {
    return highestSequence;
  }

  /** What was forced last, if it is known. */
  public Optional<Hint> hint() {
    return Optional.ofNullable(hint);
  }

  /** A hint of another journal, or one that cannot be believed, is no hint. */
  public void ignoreHint() {
    ignoredHint = hint;
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
   * @param covered what a checkpoint proves to have been forced, whether or not the scan starts
   *     there
   * @param tornIsLost whether an unreadable end counts as lost even if nothing proves its force
   * @throws dev.paxosjournal.disk.NoSpaceException if too many files are open to read the log
   */
  public ScanEnd scan(
      long from, long previousGroup, Covered covered, boolean tornIsLost, Visitor visitor)
      throws IOException {
    try {
      return scanAll(from, previousGroup, covered, tornIsLost, visitor);
    } catch (UncheckedIOException tooManyOpenFiles) {
      throw tooManyOpenFiles.getCause();
    }
  }

  private ScanEnd scanAll(
      long from, long previousGroup, Covered covered, boolean tornIsLost, Visitor visitor)
      throws IOException {
    lastPosition = -1;
    lastEnd = from;
    scannedFrom = from;
    tally = new ScanTally();
    leaveOutInterruptedRolls(from, covered.end(), tornIsLost);
    WalScan walk = new WalScan(segments, hint, covered, tornIsLost, headless);
    scan = walk;
    // A last group that a checkpoint covers is looked at all the same: what proves it today, the
    // checkpoint and the hint, may be gone tomorrow, and its damage would then pass for a torn
    // tail.
    boolean suspect = previousGroup >= 0 && !rememberGroupAt(walk, previousGroup);
    ScanEnd end =
        walk.scan(
            suspect ? previousGroup : from,
            new WalScan.Visitor() {
              @Override
              public void group(ParsedGroup group) throws IOException {
                visit(group, visitor);
              }

              @Override
              public void lost(LostStretch stretch) throws IOException {
                visitLost(stretch, visitor);
              }
            });
    lastEnd = end.position();
    Segment endsIn = segments.at(lastEnd);
    if (endsIn != null) {
      tally.end(endsIn, end);
    }
    tornBytes = end instanceof ScanEnd.TornTail torn ? torn.tornBytes() : 0;
    walk.tornGroup(lastEnd, end instanceof ScanEnd.CleanEnd).ifPresent(tornGroups::add);
    return end;
  }

  /**
   * A crash between making a segment and forcing its first group leaves a segment that holds
   * nothing; what the segment before it holds then still counts, also behind the new one's base.
   * And if the group before that was written again, the next segment begins even lower.
   */
  private void leaveOutInterruptedRolls(long from, long checkpointEnd, boolean tornIsLost)
      throws IOException {
    List<Segment> latestFirst = new ArrayList<>(segments.all());
    latestFirst.sort(
        Comparator.comparingLong((Segment segment) -> segment.header().sequence()).reversed());
    Map<Segment, Long> holdNothing = new LinkedHashMap<>();
    long logEnd = Long.MAX_VALUE;
    for (Segment segment : latestFirst) {
      long base = segment.header().base();
      if (logEnd == Long.MAX_VALUE
          && base >= from
          && holdNothing.size() < latestFirst.size() - 1
          && holdsNothing(segment, checkpointEnd, tornIsLost)) {
        holdNothing.put(segment, alone(segment, checkpointEnd, tornIsLost).tornBytesIn(segment));
      } else if (base >= logEnd) {
        // A later opening found that the log ended before it, and kept what it set aside of it.
        holdNothing.put(segment, 0L);
      } else {
        logEnd = base;
      }
    }
    holdNothing.forEach(
        (segment, tornBytesIn) -> {
          superseded.add(segment.fileName());
          leftOut.add(
              new LeftOut(
                  segment,
                  tornBytesIn,
                  "left out: it holds no group of the log, and nothing proves it did"));
        });
    // Also in a further scan, which does not meet them any more.
    leftOut.forEach(each -> tally.leftOut(each.segment(), each.tornBytes(), each.why()));
    segments = segments.without(List.copyOf(holdNothing.keySet()));
  }

  private WalScan alone(Segment segment, long checkpointEnd, boolean tornIsLost) {
    return new WalScan(new Segments(List.of(segment)), hint, checkpointEnd, tornIsLost);
  }

  private boolean holdsNothing(Segment segment, long checkpointEnd, boolean tornIsLost)
      throws IOException {
    WalScan alone = alone(segment, checkpointEnd, tornIsLost);
    if (alone.holdsSomething(segment)) {
      return false;
    }
    alone.tornGroup(segment.header().base(), true).ifPresent(tornGroups::add);
    return true;
  }

  /**
   * Groups that are torn: only what they say of the promise, and of term and vote, counts, which
   * may be further on than what the log says.
   */
  public List<TornGroup> tornGroups() {
    return List.copyOf(tornGroups);
  }

  /** Leaves out the segments that end at or before a position: nothing in them is needed. */
  public void leaveOutBefore(long position) {
    List<Segment> freed = new ArrayList<>();
    for (Segment segment : segments.all()) {
      Segment next = segments.after(segment);
      if (next == null || next.header().base() > position) {
        break;
      }
      freed.add(segment);
      superseded.add(segment.fileName());
    }
    segments = segments.without(freed);
  }

  /** False if the group is there but cannot be read whole. */
  private boolean rememberGroupAt(WalScan walk, long position) {
    Segment segment = segments.at(position);
    if (segment == null) {
      return true;
    }
    ParsedGroup group = walk.read(segment, position, segment.mostEnd());
    if (group == null || !group.complete()) {
      return false;
    }
    remember(group);
    return true;
  }

  private void visit(ParsedGroup group, Visitor visitor) throws IOException {
    visitRecords(group, visitor);
    Segment segment = segments.at(group.header().position());
    if (segment != null) {
      segment.raiseHighestSlot(group.header().highestSlot());
      tally.kept(segment, group.header());
    }
    remember(group);
  }

  private void visitLost(LostStretch stretch, Visitor visitor) throws IOException {
    visitor.lost(stretch);
    Segment segment = segments.at(stretch.from());
    if (segment != null) {
      tally.lost(segment, stretch);
      stretch.state().ifPresent(state -> segment.raiseHighestSlot(state.highestSlot()));
      for (LostStretch.Remains record : stretch.records()) {
        segment.raiseHighestSlot(record.header().slot());
      }
    }
    lastPosition = -1;
    lastEnd = stretch.to();
    followPosition = stretch.from();
    followHeaders = segment == null ? ByteBuffer.allocate(0) : stretch.encodeHeaders(segment);
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

  /** What the last scan found in each segment; call it when the log was opened. */
  public List<ScannedSegment> scannedSegments() {
    return tally.segments();
  }

  /** What the last scan set aside, or could not read, of files that are here. */
  public List<Evidence.Piece> evidence() {
    return tally.evidence();
  }

  /** Whether the disk failed to read where the log ends, and nothing else tells what was there. */
  public boolean diskHidTheEnd() {
    return scan != null && scan.diskHidTheEnd();
  }

  /** Whether the disk failed to read a copy of the hint. */
  public boolean diskHidHint() {
    return diskHidHint;
  }

  /** Where the last scan began. */
  public long scannedFrom() {
    return scannedFrom;
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
   * @param evidence keeps what was set aside
   * @param logStart no group below this position is needed
   * @param before the acceptor's state before the last group, for the header of a new segment
   */
  public WriteAheadLog open(
      LogIdentity identity,
      long segmentBytes,
      boolean preallocate,
      Upkeep upkeep,
      Evidence evidence,
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
    } else if (followPosition >= 0) {
      byte[] headers = new byte[followHeaders.remaining()];
      followHeaders.get(headers);
      groups.follow(followPosition, headers, headers.length / RecordHeader.BYTES);
    }
    WriteAheadLog log =
        new WriteAheadLog(
            disk,
            handles,
            identity,
            spares,
            upkeep,
            evidence,
            segmentBytes,
            HintFile.open(disk, hint == null ? ignoredHint : hint),
            groups,
            segments,
            unproved == null ? lastEnd : unproved.header().position(),
            logStart,
            highestSequence + 1,
            superseded,
            tornBytes);
    opened = log;
    if (unproved != null) {
      log.writeAgain(unproved, before);
      Segment earlier = segments.at(unproved.header().position());
      if (earlier != null) {
        tally.rewritten(earlier, unproved.header());
      }
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

  /** The log that was opened stays open when this is closed. */
  public void handOver() {
    handedOver = true;
  }

  @Override
  public void close() throws IOException {
    if (handedOver) {
      return;
    }
    if (opened != null) {
      opened.close();
    } else {
      handles.close();
    }
  }
}

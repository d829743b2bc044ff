package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Value;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups of records, appended at the end of the last segment and forced one after another.
 *
 * <p>One thread appends. Any thread may read, through {@link #reader()}, what was forced. Never
 * writes to a segment of an earlier life: the first group of a life begins a new one.
 */
public final class WriteAheadLog implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(WriteAheadLog.class);

  /** At most so much at the end of a segment is kept for promises, in case the disk is full. */
  private static final long MOST_RESERVED_BYTES = 128 * 1024;

  /** So much of what lies behind the end of an earlier segment is kept to look at. */
  private static final long MOST_EVIDENCE_BYTES = 16 * 1024;

  /** The first group of a life waits until so many files of earlier lives are cut or removed. */
  private static final int MOST_TIDIED_AT_ONCE = 4;

  private final Disk disk;
  private final ReadHandles handles;
  private final LogIdentity identity;
  private final SegmentMaker maker;
  private final Spares spares;
  private final Upkeep upkeep;
  private final Evidence evidence;
  private final long segmentBytes;
  private final HintFile hint;
  private final GroupBuilder groups;
  private final LogReader reader;

  private volatile Segments segments;
  private volatile long end;
  private volatile long logStart;
  private @Nullable Segment current;
  private @Nullable DiskFile writer;
  private int groupBytes;
  private final ArrayDeque<String> superseded;
  private @Nullable Segment beforeThisLife;
  private boolean forcedInThisLife;
  private final long tornBytes;

  WriteAheadLog(
      Disk disk,
      ReadHandles handles,
      LogIdentity identity,
      Spares spares,
      Upkeep upkeep,
      Evidence evidence,
      long segmentBytes,
      HintFile hint,
      GroupBuilder groups,
      Segments segments,
      long end,
      long logStart,
      long nextSequence,
      List<String> superseded,
      long tornBytes) {
    this.disk = disk;
    this.handles = handles;
    this.identity = identity;
    this.spares = spares;
    this.upkeep = upkeep;
    this.evidence = evidence;
    this.segmentBytes = segmentBytes;
    this.hint = hint;
    this.groups = groups;
    this.segments = segments;
    this.end = end;
    this.logStart = logStart;
    this.maker = new SegmentMaker(disk, handles, identity, spares, segmentBytes, nextSequence);
    this.superseded = new ArrayDeque<>(superseded);
    this.tornBytes = tornBytes;
    this.reader = new LogReader(() -> this.segments);
  }

  /** Reads records; for any thread. */
  public LogReader reader() {
    return reader;
  }

  /** Reads records in the order of the log; for one thread. */
  public RecordRun run() {
    return new RecordRun(() -> segments);
  }

  /** Whose log it is. */
  public LogIdentity identity() {
    return identity;
  }

  /** The position at which the durable log ends. */
  public long end() {
    return end;
  }

  /** No group below this position is needed. */
  public long logStart() {
    return logStart;
  }

  /** Position of the group forced last; -1 for none. For the thread that appends. */
  public long lastGroup() {
    return groups.previousPosition();
  }

  /** The segments in order, oldest first. */
  public List<Segment> segments() {
    return segments.all();
  }

  /** The segment that holds a position, or null if that was given up. */
  public @Nullable Segment segmentAt(long position) {
    return position < 0 ? null : segments.at(position);
  }

  /**
   * Says of the bytes of one segment file what each is, on the calling thread.
   *
   * @param firstAvailable the compaction floor
   * @return null if the segment is being given up
   */
  public SegmentSurvey.@Nullable Survey survey(
      Segment segment, long fromOffset, long maxBytes, long firstAvailable) throws IOException {
    if (!segment.pin()) {
      return null;
    }
    try {
      return new SegmentSurvey(segments, segment, () -> end, firstAvailable)
          .from(fromOffset, maxBytes);
    } catch (UncheckedIOException tooManyOpenFiles) {
      throw tooManyOpenFiles.getCause();
    } finally {
      segment.unpin();
    }
  }

  /**
   * Bytes of the log from the beginning of its first segment to its end. Not the length of the
   * files, which also have room for more: that depends on what happened to the process.
   */
  public long keptBytes() {
    List<Segment> kept = segments.all();
    return kept.isEmpty() ? 0 : end - kept.get(0).header().base();
  }

  /**
   * Starts a group, in a new segment if the present one has no room for it.
   *
   * @param recordCount how many records it may get
   * @param recordBytes what they may take, by {@link RecordHeader#recordBytes(int)}
   * @param reserved whether it may use what is kept for promises
   * @param state of the acceptor before the group
   */
  public GroupBuilder begin(long recordCount, long recordBytes, boolean reserved, ShardState state)
      throws IOException {
    long most = GroupBuilder.mostBytes(recordCount, recordBytes);
    Segment segment = current;
    long kept = reserved ? 0 : reserveBytes();
    if (segment == null || end + most + kept > segment.mostEnd()) {
      roll(most + kept, state);
    }
    groups.begin(end, currentSegment().header().salt());
    return groups;
  }

  private long reserveBytes() {
    // An eighth in a small segment: there must be room for groups, too.
    return Math.min(
        MOST_RESERVED_BYTES, segmentBytes / 8 / GroupHeader.BLOCK_BYTES * GroupHeader.BLOCK_BYTES);
  }

  /** Begins the first segment of a new log, so that the directory has an identity. */
  public void establish() throws IOException {
    roll(GroupHeader.BLOCK_BYTES, ShardState.EMPTY);
  }

  /**
   * Writes the group begun, and its records, where the log ends.
   *
   * @param raises whether the promise or the register is higher after the group than before
   * @param state of the acceptor after the group
   * @return the length of the group
   */
  public int write(boolean raises, long newLogStart, ShardState state) throws IOException {
    // What lies before a segment may be freed: its first group alone must keep the register safe.
    boolean alone = groups.holdsRegister() && end == currentSegment().header().base();
    return writeGroup(raises || alone, newLogStart, state);
  }

  private int writeGroup(boolean twice, long newLogStart, ShardState state) throws IOException {
    ByteBuffer group = groups.finish(twice, newLogStart, state);
    groupBytes = group.remaining();
    long offset = currentSegment().offsetOf(end);
    try {
      currentWriter().write(group, offset);
    } catch (NoSpaceException full) {
      wipe(offset);
      throw full;
    }
    return groupBytes;
  }

  /** A group that is refused must not tell its promise later: what was made of it is no header. */
  private void wipe(long offset) throws IOException {
    DiskFile file = currentWriter();
    long made = Math.min(GroupHeader.BLOCK_BYTES, file.size() - offset);
    if (made > 0) {
      ByteBuffer zeros =
          ByteBuffer.allocateDirect(2 * GroupHeader.BLOCK_BYTES)
              .alignedSlice(GroupHeader.BLOCK_BYTES);
      file.write(zeros.limit((int) made), offset);
      file.force();
    }
  }

  /**
   * Forces the group written, then notes in the hint that it was. Only now is it part of the log.
   *
   * @param highestSlot that its records name
   */
  public void force(long highestSlot, long newLogStart, ShardState state) throws IOException {
    currentWriter().forceGroup();
    groups.forced();
    currentSegment().raiseHighestSlot(highestSlot);
    long newEnd = end + groupBytes;
    end = newEnd;
    logStart = newLogStart;
    // After the force, so that it never claims too much; before any future completes, so that a
    // killed process leaves no doubt about its last group.
    try {
      hint.write(currentSegment().header(), end, state, groups);
    } catch (NoSpaceException full) {
      // The group is durable and cannot be refused any more; the hint lags until the next group.
      log.warn("the hint could not be written", full);
    }
    if (!forcedInThisLife) {
      forcedInThisLife = true;
      Segment last = beforeThisLife;
      // Some at once: of lives that are killed as soon as they answered, none gets to its upkeep,
      // and each would leave a whole file behind.
      removeSuperseded(MOST_TIDIED_AT_ONCE);
      giveBackUnused(last, MOST_TIDIED_AT_ONCE);
      upkeep.execute(() -> tidyEarlierLives(last));
    }
  }

  /** Writes a group of an earlier life once more, in a segment of this one, and forces it. */
  void writeAgain(ParsedGroup group, ShardState before) throws IOException {
    GroupHeader header = group.header();
    long recordBytes =
        (long) header.bodyEnd() - header.bodyStart() + GroupBuilder.mostRegisterBytes();
    GroupBuilder builder = begin(header.recordCount(), recordBytes, true, before);
    for (RecordHeader record : group.records()) {
      builder.add(
          record.type(),
          record.flags(),
          record.slot(),
          record.ballot(),
          record.valueBytes() == 0 ? null : Value.copyOf(group.value(record)));
    }
    int written =
        writeGroup((header.flags() & GroupHeader.COPY) != 0, header.logStart(), header.state());
    if (written != header.groupBytes()) {
      throw new AssertionError("rewritten as " + written + " bytes: " + header);
    }
    force(header.highestSlot(), header.logStart(), header.state());
  }

  /**
   * What is durable of the log now, to be read from its start on the calling thread. Its files stay
   * as they are until it is closed: none is freed under a reader, and then used again.
   */
  public LogSnapshot snapshot() {
    long durableEnd = end;
    List<Segment> pinned = new ArrayList<>();
    for (Segment segment : segments.all()) {
      if (segment.pin()) {
        pinned.add(segment);
      } else {
        // Only a beginning is given up: with it goes what lies before it.
        pinned.forEach(Segment::unpin);
        pinned.clear();
      }
    }
    return new LogSnapshot(new Segments(pinned), durableEnd);
  }

  /** The position below which no group is needed once all slots below a floor are given up. */
  public long logStartFor(long firstAvailable) {
    long start = logStart;
    for (Segment segment : segments.all()) {
      Segment next = segments.after(segment);
      if (next == null || segment.highestSlot() >= firstAvailable) {
        break;
      }
      start = Math.max(start, next.header().base());
    }
    return start;
  }

  /** The highest slot named by the segment that holds a position; -1 for none. */
  public long highestSlotAt(long position) {
    Segment segment = segments.at(position);
    return segment == null ? -1 : segment.highestSlot();
  }

  /** Frees the segments that lie wholly below the durable log start. */
  public void dropFreed() {
    List<Segment> freed = new ArrayList<>();
    for (Segment segment : segments.all()) {
      Segment next = segments.after(segment);
      if (next == null || next.header().base() > logStart) {
        break;
      }
      freed.add(segment);
    }
    drop(freed);
  }

  private void drop(List<Segment> freed) {
    if (freed.isEmpty()) {
      return;
    }
    segments = segments.without(freed);
    for (Segment segment : freed) {
      log.info("compacted segment {}", segment.fileName());
      segment.retire(() -> recycleLater(segment));
    }
  }

  private void recycleLater(Segment segment) {
    try {
      upkeep.execute(() -> recycle(segment));
    } catch (RejectedExecutionException ended) {
      // A reader kept the file until this life was over: the next opening frees it.
      log.debug("{} is freed at the next start", segment.fileName());
    }
  }

  private void recycle(Segment segment) {
    try {
      evidence.beforeReuse(segment.fileName());
      segment.close();
      spares.recycle(segment.fileName(), segment.fileBytes());
    } catch (IOException failure) {
      log.warn(
          "could not free {}; it will be tried at the next start", segment.fileName(), failure);
    }
  }

  private void roll(long mostGroupBytes, ShardState state) throws IOException {
    Segment before = segments.isEmpty() ? null : segments.last();
    boolean firstOfLife = current == null;
    SegmentMaker.Made made = maker.make(end, mostGroupBytes, before, firstOfLife, logStart, state);
    DiskFile sealed = writer;
    current = made.segment();
    writer = made.writer();
    segments = segments.with(made.segment());
    if (sealed != null) {
      sealed.close();
    }
    if (firstOfLife) {
      beforeThisLife = before;
    }
    upkeep.executeLong(this::prepareSpare);
  }

  private void prepareSpare() {
    try {
      spares.prepare();
    } catch (IOException failure) {
      log.warn("could not prepare a spare segment; small ones are used instead", failure);
    }
  }

  /**
   * Removes what only the start of this life still needed. Not before its first group was forced: a
   * group written again exists only in the earlier segment until then.
   */
  private void tidyEarlierLives(@Nullable Segment last) {
    try {
      while (!superseded.isEmpty()) {
        evidence.beforeReuse(superseded.element());
        disk.delete(superseded.element());
        superseded.remove();
      }
    } catch (IOException failure) {
      log.warn("could not tidy up after an earlier life; the next start will", failure);
    }
    giveBackUnused(last, Integer.MAX_VALUE);
  }

  /** Removes so many files of which nothing is to be copied before. */
  private void removeSuperseded(int most) {
    try {
      for (int i = 0; i < most && !superseded.isEmpty(); i++) {
        if (evidence.endIn(superseded.element()) > 0) {
          return;
        }
        disk.delete(superseded.element());
        superseded.remove();
      }
    } catch (IOException failure) {
      log.warn("could not remove {}; it will be tried again", superseded.peek(), failure);
    }
  }

  /** Gives back unused space of so many segments, the newest first. */
  private void giveBackUnused(@Nullable Segment last, int most) {
    Segments now = segments;
    List<Segment> all = now.all();
    int left = most;
    try {
      for (int i = all.size() - 1; i >= 0 && left > 0; i--) {
        Segment segment = all.get(i);
        Segment next = now.after(segment);
        // Where the header was inferred from a group, that group may lie behind the end.
        if (next != null
            && !segment.header().isInferred()
            && giveBack(segment, next.header().base(), segment == last)) {
          left--;
        }
      }
    } catch (IOException failure) {
      log.warn("could not give back unused space of an earlier life; the next start will", failure);
    }
  }

  /**
   * What a torn tail holds stays as evidence; the zeros behind it are given back, so that disk use
   * stays bounded over any number of restarts. A power cut can take that back, so segments before
   * the last are looked at, too.
   *
   * @return whether there was something to give back
   */
  private boolean giveBack(Segment segment, long end, boolean last) throws IOException {
    long unused = segment.fileBytes() - segment.offsetOf(end);
    if (!last && unused <= segment.fileBytes() / 2 && unused <= segmentBytes / 8) {
      return false;
    }
    // A torn end lies behind the base of the next segment by as much as was written again there.
    long kept = segment.positionOf(evidence.endIn(segment.fileName()));
    return segment.giveBackFrom(
        disk, Math.max(end + (last ? tornBytes : MOST_EVIDENCE_BYTES), kept));
  }

  /** Cuts a segment where the log has ended in it, if it goes on in the next one; else nothing. */
  public void cutOffBehind(Segment segment, long position) throws IOException {
    Segment next = segments.after(segment);
    boolean goesOn = next != null && next.header().base() <= position && end > position;
    if (goesOn && !segment.header().isInferred() && segment.pin()) {
      try {
        segment.giveBackFrom(disk, position);
      } finally {
        segment.unpin();
      }
    }
  }

  private Segment currentSegment() {
    if (current == null) {
      throw new AssertionError("no segment of this life");
    }
    return current;
  }

  private DiskFile currentWriter() {
    if (writer == null) {
      throw new AssertionError("no segment of this life");
    }
    return writer;
  }

  /** Makes the hint durable, so that an orderly end leaves no doubt even after a power cut. */
  public void forceHint() throws IOException {
    hint.force();
  }

  /** Gives back what the last segment has behind the end of the log; nothing is appended after. */
  public void seal() throws IOException {
    Segment last = current;
    if (last != null) {
      last.giveBackFrom(disk, end);
    }
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
    hint.close();
    handles.close();
  }
}

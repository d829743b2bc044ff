package dev.paxosjournal.wal;

import dev.paxosjournal.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Looks at the bytes of one segment file and says of each what it is. Used by one thread. */
public final class SegmentSurvey {
  private static final int BLOCK = GroupHeader.BLOCK_BYTES;
  private static final int MOST_SLOTS = 1000;

  private final Segment segment;
  private final @Nullable Segment next;
  private final LongSupplier durableEnd;
  private final long firstAvailable;
  private final WalScan scan;
  private final Crc crc = new Crc();
  private final List<Stretch> stretches = new ArrayList<>();
  private long groups;
  private long records;
  private long lowestSlot = -1;
  private long highestSlot = -1;
  private boolean usedBefore;

  /** What a stretch is. */
  public enum Kind {
    /** The segment's own header. */
    HEADER,
    /** Whole groups that are needed. */
    GOOD,
    /** Unreadable, behind the end of the log. */
    TORN,
    /** Unreadable although it was forced. */
    DAMAGED,
    /** Whole groups that name only slots below the floor. */
    COMPACTED,
    /** Left from an earlier use of the file. */
    REUSED,
    /** Zeros behind the end of the log. */
    FREE
  }

  /** Neighbouring bytes of one kind; checksums are of the first broken part. */
  public record Stretch(
      Kind kind,
      long fromOffset,
      long before,
      String what,
      OptionalInt expectedChecksum,
      OptionalInt foundChecksum,
      List<Long> slots) {}

  /** What was found; slots are -1 for none, {@code nextOffset} is -1 at the end of the file. */
  public record Survey(
      List<Stretch> stretches,
      long groups,
      long records,
      long lowestSlot,
      long highestSlot,
      long nextOffset) {}

  /** One checksum that should be and one that is. */
  private record Mismatch(OptionalInt expected, OptionalInt found, String what) {
    static Mismatch of(int expected, int found, String what) {
      return new Mismatch(OptionalInt.of(expected), OptionalInt.of(found), what);
    }
  }

  SegmentSurvey(Segments segments, Segment segment, LongSupplier durableEnd, long firstAvailable) {
    this.segment = segment;
    this.next = segments.after(segment);
    this.durableEnd = durableEnd;
    this.firstAvailable = firstAvailable;
    this.scan = new WalScan(segments, null, durableEnd.getAsLong(), false);
  }

  Survey from(long fromOffset, long maxBytes) throws IOException {
    long offset = fromOffset;
    long stop = fromOffset > Long.MAX_VALUE - maxBytes ? Long.MAX_VALUE : fromOffset + maxBytes;
    if (offset < SegmentHeader.AREA_BYTES) {
      header();
      offset = SegmentHeader.AREA_BYTES;
    } else {
      offset = beginOfGroupAt(offset / BLOCK * BLOCK);
    }
    while (offset < Math.min(stop, segment.fileBytes())) {
      offset = classify(offset);
    }
    boolean more = offset < segment.fileBytes();
    return new Survey(
        List.copyOf(stretches), groups, records, lowestSlot, highestSlot, more ? offset : -1);
  }

  private long positionOf(long offset) {
    return segment.header().base() + offset - SegmentHeader.AREA_BYTES;
  }

  private long logEnd() {
    return next == null ? durableEnd.getAsLong() : next.header().base();
  }

  private void header() throws IOException {
    ByteBuffer area = ByteBuffer.allocate(SegmentHeader.AREA_BYTES);
    try {
      segment.readFile(area, 0);
    } catch (NoSpaceException tooManyOpenFiles) {
      throw tooManyOpenFiles;
    } catch (IOException failure) {
      damaged(
          0,
          SegmentHeader.AREA_BYTES,
          "the disk cannot read the segment header",
          new Mismatch(OptionalInt.empty(), OptionalInt.empty(), ""),
          List.of());
      return;
    }
    area.flip();
    ByteBuffer wanted = segment.header().encode();
    for (int at = 0; at < SegmentHeader.AREA_BYTES; at += SegmentHeader.COPY_BYTES) {
      SegmentHeader.Read copy = SegmentHeader.parse(area, at);
      long before = at + (long) SegmentHeader.COPY_BYTES;
      if (copy.header().filter(segment.header()::equals).isPresent()) {
        add(Kind.HEADER, at, before, "segment header");
      } else {
        int length = Math.max(0, Math.min(SegmentHeader.COPY_BYTES, area.limit() - at));
        damaged(
            at,
            before,
            "one copy of the segment header is unreadable; the other copy serves",
            segment.header().isInferred()
                ? new Mismatch(OptionalInt.empty(), OptionalInt.empty(), "")
                : Mismatch.of(
                    crc.of(wanted, at, SegmentHeader.COPY_BYTES),
                    length == 0 ? 0 : crc.of(area, at, length),
                    ""),
            List.of());
      }
    }
  }

  /** An offset within a group is taken for that group's begin. */
  private long beginOfGroupAt(long offset) {
    long position = positionOf(offset);
    for (long at = position; at >= segment.header().base(); at -= BLOCK) {
      ParsedGroup group = at < logEnd() ? scan.read(segment, at, logEnd()) : null;
      if (group != null) {
        return group.header().end() > position ? segment.offsetOf(at) : offset;
      }
    }
    return offset;
  }

  /** Says what begins at an offset; the result is where it ends. */
  private long classify(long offset) throws IOException {
    long position = positionOf(offset);
    long end = logEnd();
    if (position >= end) {
      return behindTheEnd(offset, position);
    }
    ParsedGroup group = scan.read(segment, position, end);
    if (group != null && group.complete()) {
      return whole(offset, group.header());
    }
    LostStretch lost = scan.stretchAt(segment, position, end, next, group);
    Mismatch mismatch = mismatch(position, end, group, lost);
    List<Long> slots =
        lost.records().stream()
            .filter(record -> !record.readable())
            .filter(record -> RecordType.holdsSlotValue(record.header().type()))
            .map(record -> record.header().slot())
            .distinct()
            .limit(MOST_SLOTS)
            .toList();
    long before = segment.offsetOf(Math.min(Math.max(lost.to(), position + BLOCK), end));
    damaged(offset, before, mismatch.what(), mismatch, slots);
    return before;
  }

  private long whole(long offset, GroupHeader header) {
    groups++;
    records += header.recordCount();
    if (header.lowestSlot() >= 0) {
      lowestSlot = lowestSlot < 0 ? header.lowestSlot() : Math.min(lowestSlot, header.lowestSlot());
      highestSlot = Math.max(highestSlot, header.highestSlot());
    }
    boolean compacted = header.lowestSlot() >= 0 && header.highestSlot() < firstAvailable;
    long before = offset + header.groupBytes();
    if (compacted) {
      add(Kind.COMPACTED, offset, before, "groups that name only slots below the floor");
    } else {
      add(Kind.GOOD, offset, before, "groups, read whole");
    }
    return before;
  }

  private Mismatch mismatch(
      long position, long end, @Nullable ParsedGroup group, LostStretch lost) {
    int at = scan.window().at(segment, position, (int) Math.min(BLOCK, end - position));
    if (at < 0 || scan.window().hasErrorWithin(position, position + BLOCK)) {
      return new Mismatch(OptionalInt.empty(), OptionalInt.empty(), "the disk cannot read it");
    }
    if (group == null) {
      int stored = scan.window().buffer().getInt(at + GroupHeader.CRC);
      int found = crc.of(scan.window().buffer(), at, GroupHeader.CRC);
      return Mismatch.of(stored, found, "no valid group header where one was forced");
    }
    for (LostStretch.Remains record : lost.records()) {
      RecordHeader header = record.header();
      int bytes = RecordHeader.BYTES + header.valueBytes();
      at = record.readable() ? -1 : scan.window().at(segment, record.position(), bytes);
      if (at >= 0) {
        int found = crc.of(scan.window().buffer(), at + RecordHeader.BYTES, header.valueBytes());
        return found != header.valueChecksum()
            ? Mismatch.of(header.valueChecksum(), found, "a value fails its checksum")
            : new Mismatch(
                OptionalInt.empty(), OptionalInt.empty(), "a record header fails its checksum");
      }
    }
    return new Mismatch(
        OptionalInt.empty(),
        OptionalInt.empty(),
        "a repeated header or the end of a group is changed; every record is unharmed");
  }

  private long behindTheEnd(long offset, long position) {
    long before = Math.min(offset + BLOCK, segment.fileBytes());
    int bytes = (int) (before - offset);
    int at = scan.window().at(segment, position, bytes);
    if (at < 0) {
      add(Kind.FREE, offset, before, "behind the end of the log");
      return before;
    }
    ByteBuffer buffer = scan.window().buffer();
    boolean zeros = true;
    for (int i = 0; zeros && i < bytes; i++) {
      zeros = buffer.get(at + i) == 0;
    }
    boolean header = bytes == BLOCK && GroupHeader.looksLikeGroup(buffer, at, crc);
    boolean own = header && !GroupHeader.isOfAnotherUse(buffer, at, segment.header().salt(), crc);
    usedBefore |= header && !own;
    if (zeros) {
      add(Kind.FREE, offset, before, "zeros behind the end of the log");
    } else if (own || !usedBefore) {
      add(Kind.TORN, offset, before, "behind the end of the log: never acknowledged");
    } else {
      add(Kind.REUSED, offset, before, "left from an earlier use of the file");
    }
    return before;
  }

  private void damaged(long from, long before, String what, Mismatch mismatch, List<Long> slots) {
    stretches.add(
        new Stretch(
            Kind.DAMAGED, from, before, what, mismatch.expected(), mismatch.found(), slots));
  }

  private void add(Kind kind, long from, long before, String what) {
    int last = stretches.size() - 1;
    long begin = from;
    if (last >= 0 && stretches.get(last).kind() == kind) {
      begin = stretches.remove(last).fromOffset();
    }
    stretches.add(
        new Stretch(
            kind, begin, before, what, OptionalInt.empty(), OptionalInt.empty(), List.of()));
  }
}

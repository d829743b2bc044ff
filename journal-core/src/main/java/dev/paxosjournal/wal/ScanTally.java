package dev.paxosjournal.wal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts, for the report of a recovery, what a scan found in each segment. */
final class ScanTally {
  private static final int MOST_SENTENCES = 100;
  private static final int MOST_PIECES = 100;

  private final Map<String, Count> counts = new LinkedHashMap<>();
  private final List<Evidence.Piece> evidence = new ArrayList<>();
  private @Nullable Segment present;
  private Count count = new Count(0, 0);

  private static final class Count {
    private final long sequence;
    private final long from;
    private long to;
    private long groups;
    private long keptBytes;
    private long setAsideBytes;
    private long rewrittenBytes;
    private long damagedBytes;
    private final List<String> why = new ArrayList<>();

    Count(long sequence, long from) {
      this.sequence = sequence;
      this.from = from;
      this.to = from;
    }
  }

  private Count at(Segment segment, long position) {
    if (segment != present) {
      present = segment;
      count =
          counts.computeIfAbsent(
              segment.fileName(), name -> new Count(segment.header().sequence(), position));
    }
    return count;
  }

  void kept(Segment segment, GroupHeader group) {
    Count of = at(segment, group.position());
    of.groups++;
    of.keptBytes += group.groupBytes();
    of.to = group.end();
  }

  void lost(Segment segment, LostStretch stretch) {
    Count of = at(segment, stretch.from());
    of.damagedBytes += stretch.to() - stretch.from();
    of.to = stretch.to();
    String why =
        "positions "
            + stretch.from()
            + " to "
            + stretch.to()
            + " were not cut off: "
            + stretch.proof();
    if (of.why.size() < MOST_SENTENCES) {
      of.why.add(why);
    }
    keep(segment, stretch.from(), stretch.to() - stretch.from(), why);
  }

  /** What the file holds of it stays to be looked at; of very much, the first pieces. */
  private void keep(Segment segment, long from, long bytes, String why) {
    long there = Math.min(bytes, segment.mostEnd() - from);
    if (there > 0 && evidence.size() < MOST_PIECES) {
      evidence.add(new Evidence.Piece(segment.fileName(), segment.offsetOf(from), there, why));
    }
  }

  /** What is kept to be looked at, in the order it was found. */
  List<Evidence.Piece> evidence() {
    return List.copyOf(evidence);
  }

  void end(Segment segment, ScanEnd end) {
    Count of = at(segment, end.position());
    if (end instanceof ScanEnd.TornTail torn) {
      of.setAsideBytes = torn.tornBytes();
      String why =
          "set aside from position " + end.position() + ": nothing proves that it was forced";
      of.why.add(why);
      keep(segment, end.position(), torn.tornBytes(), why);
    }
  }

  /** Nothing but the file's own name says that it belongs to the log. */
  void leftOut(Segment segment, long tornBytes, String reason) {
    at(segment, segment.header().base()).why.add(reason);
    keep(segment, segment.header().base(), tornBytes, reason);
  }

  void rewritten(Segment segment, GroupHeader group) {
    Count of = at(segment, group.position());
    of.groups--;
    of.keptBytes -= group.groupBytes();
    of.rewrittenBytes += group.groupBytes();
    of.why.add(
        "written again from position "
            + group.position()
            + ": whole, but nothing proved that it was forced");
  }

  List<ScannedSegment> segments() {
    List<ScannedSegment> segments = new ArrayList<>(counts.size());
    counts.forEach(
        (file, of) ->
            segments.add(
                new ScannedSegment(
                    file,
                    of.sequence,
                    of.from,
                    of.to,
                    of.groups,
                    of.keptBytes,
                    of.setAsideBytes,
                    of.rewrittenBytes,
                    of.damagedBytes,
                    of.why)));
    return segments;
  }
}

package dev.paxosjournal.wal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log in order of base, immutable. Of several with the same base only the last
 * holds anything.
 */
final class Segments {
  static final Segments NONE = new Segments(List.of());

  private final List<Segment> inOrder;
  private final long[] bases;

  Segments(List<Segment> inOrder) {
    this.inOrder = List.copyOf(inOrder);
    this.bases = inOrder.stream().mapToLong(segment -> segment.header().base()).toArray();
  }

  List<Segment> all() {
    return inOrder;
  }

  boolean isEmpty() {
    return inOrder.isEmpty();
  }

  long mostFileBytes() {
    return inOrder.stream().mapToLong(Segment::fileBytes).max().orElse(0);
  }

  Segment last() {
    return inOrder.get(inOrder.size() - 1);
  }

  /** The segment that holds a position, or null if it lies before the first. */
  @Nullable Segment at(long position) {
    int behind = firstBehind(position);
    return behind == 0 ? null : inOrder.get(behind - 1);
  }

  /** The lowest base above a position; the highest long if there is none. */
  long baseBehind(long position) {
    int behind = firstBehind(position);
    return behind == bases.length ? Long.MAX_VALUE : bases[behind];
  }

  private int firstBehind(long position) {
    int low = 0;
    int high = bases.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (bases[middle] <= position) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The segment behind another one, or null. */
  @Nullable Segment after(Segment segment) {
    // Several may have one base; the search finds any of them.
    int next = Math.max(0, Arrays.binarySearch(bases, segment.header().base()));
    while (next > 0 && bases[next - 1] == segment.header().base()) {
      next--;
    }
    while (next < bases.length && inOrder.get(next) != segment) {
      next++;
    }
    return next + 1 < bases.length ? inOrder.get(next + 1) : null;
  }

  Segments with(Segment added) {
    List<Segment> more = new ArrayList<>(inOrder);
    more.add(added);
    return new Segments(more);
  }

  Segments without(List<Segment> dropped) {
    List<Segment> fewer = new ArrayList<>(inOrder);
    fewer.removeAll(dropped);
    return new Segments(fewer);
  }
}

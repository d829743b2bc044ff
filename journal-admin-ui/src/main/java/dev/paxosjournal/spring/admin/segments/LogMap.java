package dev.paxosjournal.spring.admin.segments;

import dev.paxosjournal.journal.SegmentInfo;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole log as one bar: a rectangle for each segment, as wide as its share of the log, and a
 * narrow mark where a damaged slot lies. The rectangles of one kind are one shape, so that the page
 * of a long log has no more elements than that of a short one.
 *
 * @param kind of the segments, for its colour
 * @param shape the rectangles, as a path in a picture of {@link #WIDTH} and {@link #HEIGHT}
 * @param count how many segments are of this kind; for marks, how many slots are damaged
 */
public record LogMap(String kind, String shape, long count) {
  static final int WIDTH = 1000;
  static final int HEIGHT = 40;
  private static final int MOST_BARS = 250;
  private static final double MARK = 3;
  private static final String DAMAGED = "damaged";

  /** In the order they are painted: marks above all others. */
  private static final List<String> KINDS = List.of("compacted", "good", "current", DAMAGED);

  /** Where a damaged slot lies. */
  record Place(long slot, long sequence, long offset) {}

  /**
   * @param floor the lowest slot that is not compacted
   * @param damagedSlots how many slots are damaged
   * @param damaged where those of them lie that are marked
   */
  static List<LogMap> of(
      List<SegmentInfo> segments, long floor, long damagedSlots, List<Place> damaged) {
    List<StringBuilder> shapes = KINDS.stream().map(kind -> new StringBuilder()).toList();
    long[] counts = new long[KINDS.size()];
    counts[KINDS.indexOf(DAMAGED)] = damagedSlots;
    double all = Math.max(1, segments.stream().mapToLong(SegmentInfo::usedBytes).sum());
    int together = Math.max(1, (segments.size() + MOST_BARS - 1) / MOST_BARS);
    double x = 0;
    for (int i = 0; i < segments.size(); i += together) {
      List<SegmentInfo> some = segments.subList(i, Math.min(segments.size(), i + together));
      double begin = x;
      for (SegmentInfo segment : some) {
        counts[KINDS.indexOf(kind(segment, floor))]++;
        for (Place place : damaged) {
          if (place.sequence() == segment.sequence()) {
            double at = x + WIDTH * Math.max(0, place.offset()) / all;
            shapes.get(KINDS.indexOf(DAMAGED)).append(bar(Math.min(at, WIDTH - MARK), MARK));
          }
        }
        x += WIDTH * segment.usedBytes() / all;
      }
      shapes.get(KINDS.indexOf(kind(some, floor))).append(bar(begin, x - begin));
    }
    List<LogMap> map = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      map.add(new LogMap(KINDS.get(i), shapes.get(i).toString(), counts[i]));
    }
    return map;
  }

  /**
   * Bars too narrow to be told apart are one: what is still needed is not hidden by what is not.
   */
  private static String kind(List<SegmentInfo> some, long floor) {
    return some.stream()
        .map(segment -> kind(segment, floor))
        .max((one, other) -> KINDS.indexOf(one) - KINDS.indexOf(other))
        .orElseThrow();
  }

  static String kind(SegmentInfo segment, long floor) {
    if (segment.current()) {
      return "current";
    }
    return segment.highestSlot() < floor ? "compacted" : "good";
  }

  private static String bar(double x, double width) {
    return "M" + number(x) + " 0h" + number(width) + "v" + HEIGHT + "h-" + number(width) + "z";
  }

  /** With two decimals, in every language the same. */
  static String number(double number) {
    return BigDecimal.valueOf(Math.round(number * 100), 2).toPlainString();
  }
}

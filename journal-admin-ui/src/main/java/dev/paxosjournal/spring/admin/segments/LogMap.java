package dev.paxosjournal.spring.admin.segments;

import dev.paxosjournal.journal.SegmentInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The whole log as one bar: a rectangle for each segment, as wide as its share of the log, and a
 * narrow mark where a damaged slot lies.
 *
 * @param kind of the stretch, for its colour
 * @param x where it begins, of {@link #WIDTH}
 * @param width how wide it is
 * @param text for people who point at it
 */
public record LogMap(String kind, String x, String width, String text) {
  static final int WIDTH = 1000;
  private static final int MOST_BARS = 250;
  private static final double MARK = 3;

  /** Where a damaged slot lies. */
  record Place(long slot, long sequence, long offset) {}

  static List<LogMap> of(List<SegmentInfo> segments, long floor, List<Place> damaged) {
    double all = Math.max(1, segments.stream().mapToLong(SegmentInfo::usedBytes).sum());
    List<LogMap> bars = new ArrayList<>();
    List<LogMap> marks = new ArrayList<>();
    int together = Math.max(1, (segments.size() + MOST_BARS - 1) / MOST_BARS);
    double x = 0;
    for (int i = 0; i < segments.size(); i += together) {
      List<SegmentInfo> some = segments.subList(i, Math.min(segments.size(), i + together));
      double begin = x;
      for (SegmentInfo segment : some) {
        for (Place place : damaged) {
          if (place.sequence() == segment.sequence()) {
            marks.add(mark(place, x + WIDTH * Math.max(0, place.offset()) / all));
          }
        }
        x += WIDTH * segment.usedBytes() / all;
      }
      bars.add(new LogMap(kind(some, floor), number(begin), number(x - begin), some.get(0).file()));
    }
    bars.addAll(marks);
    return bars;
  }

  private static LogMap mark(Place place, double x) {
    return new LogMap(
        "damaged", number(Math.min(x, WIDTH - MARK)), number(MARK), Long.toString(place.slot()));
  }

  private static String kind(List<SegmentInfo> some, long floor) {
    if (some.stream().anyMatch(SegmentInfo::current)) {
      return "current";
    }
    return some.stream().allMatch(segment -> segment.highestSlot() < floor) ? "compacted" : "good";
  }

  static String number(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }
}

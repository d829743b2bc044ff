package dev.paxosjournal.spring.admin.segments;

import dev.paxosjournal.journal.SegmentInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The whole log as one bar: a rectangle for each segment, as wide as its share of the log.
 *
 * @param kind of the stretch, for its colour
 * @param x where it begins, of {@link #WIDTH}
 * @param width how wide it is
 * @param sequence of the segment; 0 if the bar stands for several
 * @param text for people who point at it
 */
public record LogMap(String kind, String x, String width, long sequence, String text) {
  static final int WIDTH = 1000;
  private static final int MOST_BARS = 250;

  static List<LogMap> of(List<SegmentInfo> segments, long floor) {
    long all = segments.stream().mapToLong(SegmentInfo::usedBytes).sum();
    List<LogMap> bars = new ArrayList<>();
    int together = (segments.size() + MOST_BARS - 1) / MOST_BARS;
    double x = 0;
    for (int i = 0; i < segments.size(); i += Math.max(1, together)) {
      List<SegmentInfo> some = segments.subList(i, Math.min(segments.size(), i + together));
      long bytes = some.stream().mapToLong(SegmentInfo::usedBytes).sum();
      double width = all == 0 ? 0 : (double) WIDTH * bytes / all;
      SegmentInfo first = some.get(0);
      bars.add(
          new LogMap(kind(some, floor), number(x), number(width), first.sequence(), first.file()));
      x += width;
    }
    return bars;
  }

  private static String kind(List<SegmentInfo> some, long floor) {
    if (some.stream().anyMatch(segment -> segment.damagedSlots() > 0)) {
      return "damaged";
    }
    if (some.stream().anyMatch(SegmentInfo::current)) {
      return "current";
    }
    return some.stream().allMatch(segment -> segment.highestSlot() < floor) ? "compacted" : "good";
  }

  static String number(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }
}

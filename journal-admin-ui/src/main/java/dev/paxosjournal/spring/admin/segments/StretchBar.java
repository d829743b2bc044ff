package dev.paxosjournal.spring.admin.segments;

import dev.paxosjournal.journal.SegmentMap;
import java.util.List;
import java.util.Locale;

/**
 * One stretch of a segment's window as a rectangle.
 *
 * @param kind of the stretch, for its colour
 * @param x where it begins, of {@link LogMap#WIDTH}
 * @param width how wide it is; never so narrow that damage cannot be seen
 */
public record StretchBar(String kind, String x, String width) {
  private static final double LEAST = 3;

  static List<StretchBar> of(SegmentMap map, long from) {
    long before = map.nextOffset().orElse(map.segment().fileBytes());
    double bytes = Math.max(1, before - from);
    return map.stretches().stream()
        .map(
            stretch -> {
              double width = LogMap.WIDTH * (stretch.before() - stretch.fromOffset()) / bytes;
              return new StretchBar(
                  stretch.kind().name().toLowerCase(Locale.ROOT),
                  LogMap.number(LogMap.WIDTH * (stretch.fromOffset() - from) / bytes),
                  LogMap.number(
                      stretch.kind() == SegmentMap.Kind.DAMAGED ? Math.max(LEAST, width) : width));
            })
        .toList();
  }
}

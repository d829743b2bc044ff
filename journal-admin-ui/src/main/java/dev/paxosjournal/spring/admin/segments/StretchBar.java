package dev.paxosjournal.spring.admin.segments;

import dev.paxosjournal.journal.SegmentMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One stretch of a segment's window as a rectangle, or one damaged record in it.
 *
 * @param kind of the stretch, for its colour
 * @param x where it begins, of {@link LogMap#WIDTH}
 * @param width how wide it is; never so narrow that damage cannot be seen
 */
public record StretchBar(String kind, String x, String width) {
  private static final double LEAST = 3;
  private static final String DAMAGED = "damaged";

  /**
   * Paints a window. A damaged stretch is a whole group: where the places of all its damaged slots
   * are known, only those are painted so, because every other record in it is served.
   *
   * @param places of damaged slots in this segment, as far as known
   */
  static List<StretchBar> of(SegmentMap map, long from, List<LogMap.Place> places) {
    long before = map.nextOffset().orElse(map.segment().fileBytes());
    double scale = LogMap.WIDTH / (double) Math.max(1, before - from);
    List<StretchBar> bars = new ArrayList<>();
    List<StretchBar> marks = new ArrayList<>();
    for (SegmentMap.Stretch stretch : map.stretches()) {
      double x = scale * (stretch.fromOffset() - from);
      double width = scale * (stretch.before() - stretch.fromOffset());
      List<LogMap.Place> within =
          places.stream().filter(place -> stretch.slots().contains(place.slot())).toList();
      if (stretch.kind() != SegmentMap.Kind.DAMAGED) {
        bars.add(bar(stretch.kind().name().toLowerCase(Locale.ROOT), x, width));
      } else if (within.isEmpty() || within.size() < stretch.slots().size()) {
        bars.add(bar(DAMAGED, x, Math.max(LEAST, width)));
      } else {
        bars.add(bar("good", x, width));
        within.forEach(place -> marks.add(bar(DAMAGED, scale * (place.offset() - from), LEAST)));
      }
    }
    bars.addAll(marks);
    return bars;
  }

  private static StretchBar bar(String kind, double x, double width) {
    return new StretchBar(kind, LogMap.number(x), LogMap.number(width));
  }
}

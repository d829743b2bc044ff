package dev.paxosjournal.spring.admin.overview;

import java.util.List;
import java.util.Locale;

/**
 * A small chart as the points of an SVG polyline, newest at the right edge.
 *
 * @param points for the attribute of the same name; empty if there is nothing to draw
 * @param highest the value at the upper edge
 */
public record Sparkline(String points, double highest) {
  static final int WIDTH = 300;
  private static final int HEIGHT = 48;
  private static final int CAPACITY = 300;

  /** Draws values, the oldest first, to a scale whose upper edge is {@code highest}. */
  static Sparkline of(List<Double> values, double highest) {
    double top = highest <= 0 ? 1 : highest;
    double step = (double) WIDTH / (CAPACITY - 1);
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      double x = WIDTH - (values.size() - 1 - i) * step;
      double y = 1 + (HEIGHT - 2) * (1 - Math.min(1, values.get(i) / top));
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
    }
    return new Sparkline(points.toString().strip(), highest);
  }

  static double highest(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}

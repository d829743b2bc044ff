package dev.paxosjournal.samples.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The figures of one contestant in one workload: one value a round, told as the median. */
final class Measurement {
  private final Map<String, List<Double>> rounds = new LinkedHashMap<>();

  /** Adds what one round gave; figures that are unknown (negative) are left out. */
  void add(Map<String, Double> figures) {
    figures.forEach(
        (name, value) -> {
          if (value >= 0) {
            rounds.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
          }
        });
  }

  /** The median of a figure, or NaN. */
  double median(String name) {
    List<Double> sorted = new ArrayList<>(rounds.getOrDefault(name, List.of()));
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The names of the figures, sorted. */
  Iterable<String> names() {
    return new TreeSet<>(rounds.keySet());
  }

  /** All rounds of a figure. */
  List<Double> values(String name) {
    return rounds.getOrDefault(name, List.of());
  }
}

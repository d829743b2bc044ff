package dev.paxosjournal.samples.replicatedkv.cluster;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a chaos run did and found.
 *
 * @param operations requests of clients
 * @param acknowledged those that were answered
 * @param unanswered those that may have happened or not
 * @param misfortunes how often each happened
 * @param elections terms that began
 * @param violations what no register could have answered
 * @param compared slots that are committed in more than one journal
 * @param divergent those that differ
 * @param stillDamaged slots that some journal cannot read at the end
 */
public record ChaosReport(
    long operations,
    long acknowledged,
    long unanswered,
    Map<Misfortune, Long> misfortunes,
    long elections,
    List<String> violations,
    long compared,
    long divergent,
    long stillDamaged) {

  /** Copies what is mutable. */
  public ChaosReport {
    misfortunes = Map.copyOf(misfortunes);
    violations = List.copyOf(violations);
  }

  /** A table for people. */
  public String table() {
    StringBuilder text = new StringBuilder();
    row(text, "operations", operations);
    row(text, "  acknowledged", acknowledged);
    row(text, "  without an answer", unanswered);
    for (Misfortune each : Misfortune.values()) {
      row(text, each.row(), misfortunes.getOrDefault(each, 0L));
    }
    row(text, "elections", elections);
    row(text, "committed values compared", compared);
    row(text, "damaged slots left", stillDamaged);
    row(text, "lost", violations.size());
    row(text, "divergence", divergent);
    violations.stream().limit(10).forEach(each -> text.append("  ").append(each).append('\n'));
    return text.toString();
  }

  private static void row(StringBuilder text, String name, long count) {
    text.append(String.format(Locale.ROOT, "%-32s %,10d%n", name, count));
  }
}

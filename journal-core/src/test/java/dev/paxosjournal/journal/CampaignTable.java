package dev.paxosjournal.journal;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a campaign of rot came to: cases, outcomes and served share, by kind. */
final class CampaignTable {
  private final String name;
  private final long begun = System.nanoTime();
  private final Map<String, Row> rows = new TreeMap<>();

  private static final class Row {
    private final Map<RotCase.Outcome, Long> outcomes = new EnumMap<>(RotCase.Outcome.class);
    private long cases;
    private long judged;
    private double served;
    private long damaged;
    private boolean withinSector;

    long count(RotCase.Outcome outcome) {
      return outcomes.getOrDefault(outcome, 0L);
    }
  }

  CampaignTable(String name) {
    this.name = name;
  }

  synchronized void add(String kind, boolean withinSector, RotCase.Result result) {
    Row row = rows.computeIfAbsent(kind, same -> new Row());
    row.cases++;
    row.damaged += result.damaged() > 0 ? 1 : 0;
    row.withinSector = withinSector;
    row.outcomes.merge(result.outcome(), 1L, Long::sum);
    if (result.outcome() != RotCase.Outcome.UNDECIDABLE) {
      row.judged++;
      row.served += result.served();
    }
  }

  /** The share of slots served of those whose own record was not harmed, as a mean over cases. */
  synchronized double served(boolean withinSectorOnly) {
    double sum = 0;
    long judged = 0;
    for (Row row : rows.values()) {
      if (row.withinSector || !withinSectorOnly) {
        sum += row.served;
        judged += row.judged;
      }
    }
    return judged == 0 ? 1 : sum / judged;
  }

  synchronized long count(RotCase.Outcome outcome) {
    return rows.values().stream().mapToLong(row -> row.count(outcome)).sum();
  }

  synchronized long cases() {
    return rows.values().stream().mapToLong(row -> row.cases).sum();
  }

  synchronized void print() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s: %,d cases in %,d ms; 0 lost, phantom, changed, lower promises, silent or needless"
                + " damage, hangs%n",
            name, cases(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
    text.append(
        String.format(
            "  %-36s %8s %8s %8s %8s %8s %8s %8s %8s%n",
            "kind",
            "cases",
            "damaged",
            "served",
            "in part",
            "repair",
            "refused",
            "undecid.",
            "share"));
    rows.forEach(
        (kind, row) ->
            text.append(
                String.format(
                    "  %-36s %,8d %,8d %,8d %,8d %,8d %,8d %,8d %8.4f%n",
                    kind,
                    row.cases,
                    row.damaged,
                    row.count(RotCase.Outcome.SERVED),
                    row.count(RotCase.Outcome.SERVED_IN_PART),
                    row.count(RotCase.Outcome.REPAIR_ONLY),
                    row.count(RotCase.Outcome.REFUSED),
                    row.count(RotCase.Outcome.UNDECIDABLE),
                    row.judged == 0 ? 1 : row.served / row.judged)));
    text.append(
        String.format(
            "  served share %.4f, within one sector %.4f%n", served(false), served(true)));
    System.out.print(text);
  }
}

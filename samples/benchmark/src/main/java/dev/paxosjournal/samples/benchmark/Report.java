package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Contestant;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The results, as a table for people and as JSON with every round. */
final class Report {
  private static final String[][] COLUMNS = {
    {"perSecond", "per s", "%.0f"},
    {"bulkPerSecond", "bulk per s", "%.0f"},
    {"scanWith64MiBPerSecond", "in 64 MiB heap", "%.0f"},
    {"openMillis", "open ms", "%.0f"},
    {"heapMiB", "heap MiB", "%.1f"},
    {"p50Micros", "p50 us", "%.0f"},
    {"p99Micros", "p99 us", "%.0f"},
    {"p999Micros", "p99.9 us", "%.0f"},
    {"logForcesPerAppend", "log forces", "%.3f"},
    {"deviceFlushesPerAppend", "flushes", "%.3f"},
    {"logBytesPerByte", "log bytes", "%.2f"},
    {"diskBytesPerByte", "disk bytes", "%.2f"},
    {"cpuMicrosPerAppend", "CPU us", "%.1f"},
    {"takenByOthers", "others' CPU", "%.2f"},
  };

  private final Options options;
  private final Map<Workload, Map<Contestant, Measurement>> results = new LinkedHashMap<>();

  Report(Options options) {
    this.options = options;
  }

  void add(Workload workload, Map<Contestant, Measurement> measured) {
    results.put(workload, measured);
  }

  /** Markdown: one table a workload; medians of the rounds. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append(machine()).append("; medians of ").append(options.rounds()).append(" rounds of ");
    text.append(options.seconds()).append(" s\n");
    results.forEach((workload, measured) -> table(text, workload, measured));
    return text.toString();
  }

  private static void table(
      StringBuilder text, Workload workload, Map<Contestant, Measurement> measured) {
    text.append("\n| ").append(workload.label()).append(" | of raw |");
    StringBuilder line = new StringBuilder("\n|---|---:|");
    for (String[] column : COLUMNS) {
      if (isUsed(column[0], measured)) {
        text.append(' ').append(column[1]).append(" |");
        line.append("---:|");
      }
    }
    text.append(line).append('\n');
    measured.forEach(
        (one, figures) -> {
          text.append("| ").append(one.label()).append(" | ");
          text.append(show("%.2f", ofRaw(workload, measured, figures))).append(" |");
          for (String[] column : COLUMNS) {
            if (isUsed(column[0], measured)) {
              text.append(' ').append(show(column[2], figures.median(column[0]))).append(" |");
            }
          }
          text.append('\n');
        });
  }

  private static boolean isUsed(String name, Map<Contestant, Measurement> measured) {
    return measured.values().stream().anyMatch(each -> !each.values(name).isEmpty());
  }

  private static String show(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  /** Speed as a part of the limit's, or time as a multiple of the limit's. */
  private static double ofRaw(
      Workload workload, Map<Contestant, Measurement> measured, Measurement figures) {
    String name = workload.kind() == Workload.Kind.OPEN ? "openMillis" : "perSecond";
    Measurement raw = measured.get(Contestant.RAW);
    return raw == null ? Double.NaN : figures.median(name) / raw.median(name);
  }

  private String machine() {
    String fileSystem = "unknown file system";
    try {
      Files.createDirectories(options.directory());
      fileSystem = Files.getFileStore(options.directory()).type();
    } catch (IOException unknown) {
      fileSystem = "unknown file system";
    }
    return Runtime.getRuntime().availableProcessors()
        + " cores, "
        + fileSystem
        + ", "
        + System.getProperty("os.name")
        + ", Java "
        + Runtime.version().feature();
  }

  String json() {
    StringBuilder text = new StringBuilder();
    text.append("{\n  \"machine\": \"").append(machine()).append("\",\n");
    text.append("  \"rounds\": ").append(options.rounds()).append(",\n");
    text.append("  \"seconds\": ").append(options.seconds()).append(",\n");
    text.append("  \"results\": [\n");
    text.append(
        results.entrySet().stream()
            .flatMap(
                entry ->
                    entry.getValue().entrySet().stream()
                        .map(
                            one ->
                                json(
                                    entry.getKey(),
                                    one.getKey(),
                                    one.getValue(),
                                    ofRaw(entry.getKey(), entry.getValue(), one.getValue()))))
            .collect(Collectors.joining(",\n")));
    return text.append("\n  ]\n}\n").toString();
  }

  private static String json(Workload workload, Contestant one, Measurement figures, double ofRaw) {
    StringBuilder text = new StringBuilder();
    text.append("    {\"workload\": \"").append(workload.label()).append('"');
    text.append(", \"contestant\": \"").append(one.label()).append('"');
    text.append(", \"ofRaw\": ").append(number(ofRaw));
    for (String name : figures.names()) {
      text.append(", \"").append(name).append("\": {\"median\": ");
      text.append(number(figures.median(name))).append(", \"rounds\": [");
      text.append(
          figures.values(name).stream().map(Report::number).collect(Collectors.joining(", ")));
      text.append("]}");
    }
    return text.append('}').toString();
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null";
  }
}

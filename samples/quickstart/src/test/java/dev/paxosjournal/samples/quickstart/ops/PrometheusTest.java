package dev.paxosjournal.samples.quickstart.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.samples.quickstart.RunningNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus and its promtool on what the sample publishes. */
class PrometheusTest {
  private static final Path OPS = Path.of("ops");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Alerts say nothing in good health. Every other expression has data. */
  private static final Set<String> EMPTY_IN_GOOD_HEALTH =
      Set.of(
          "PaxosJournalFsyncSlow",
          "PaxosJournalFsyncVerySlow",
          "PaxosJournalFsyncFailed",
          "PaxosJournalNotWritable",
          "PaxosJournalCorruption",
          "PaxosJournalSlotsDamaged",
          "PaxosJournalSafetyViolation",
          "PaxosJournalDiskFull",
          "PaxosJournalQueueGrowing",
          "PaxosJournalGapNotClosing");

  @TempDir private Path directory;

  @BeforeAll
  static void toolsAreThere() {
    for (String tool : List.of("prometheus", "promtool")) {
      try {
        new ProcessBuilder(tool, "--version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
      } catch (IOException e) {
        String what = "there is no " + tool + " on the PATH (Debian: apt-get install prometheus)";
        if ("true".equals(System.getenv("CI"))) {
          fail(what);
        }
        abort(what + "; what needs it is skipped");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void everyAlertHasATestThatPasses() throws IOException, InterruptedException {
    String rules = Files.readString(OPS.resolve("prometheus-rules.yml"));
    String tests = Files.readString(OPS.resolve("prometheus-rules-test.yml"));

    assertThat(all("- alert: (\\w+)", rules)).isEqualTo(EMPTY_IN_GOOD_HEALTH);
    for (String alert : EMPTY_IN_GOOD_HEALTH) {
      assertThat(tests).containsPattern("alertname: " + alert + "\n +exp_alerts:");
    }
    assertThat(promtool("", "test", "rules", OPS + "/prometheus-rules-test.yml"))
        .contains("SUCCESS");
    assertThat(promtool("", "check", "config", OPS + "/prometheus.yml")).contains("SUCCESS");
  }

  @Test
  void meansOfObservationAgreeWithTheJournal() throws Exception {
    try (RunningNode node = busyNode()) {
      String target = node.request("/").build().uri().getAuthority();
      try (PrometheusServer prometheus = PrometheusServer.start(directory, target)) {
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    "1".equals(value(prometheus.query("up{job=\"paxos-journal\"}")))
                        && !results(prometheus.query("deriv(paxos_journal_queue_depth[1m])"))
                            .isEmpty()
                        // Of a first sample nothing can tell yet whether commits go on.
                        && !results(
                                prometheus.query("changes(paxos_journal_slots_committed[15m]) > 0"))
                            .isEmpty());
        rulesAreEvaluated(prometheus);
        dashboardHasData(prometheus);
      }
      node.bean("demoTraffic", SmartLifecycle.class).stop();
      scrapeIsClean(node);
      scrapeAgrees(node);
    }
  }

  private static void rulesAreEvaluated(PrometheusServer prometheus) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                rules(prometheus).stream()
                        .allMatch(rule -> rule.get("health").asString().equals("ok"))
                    && !rules(prometheus).isEmpty());
    assertThat(rules(prometheus)).hasSize(EMPTY_IN_GOOD_HEALTH.size());
    for (JsonNode rule : rules(prometheus)) {
      assertThat(EMPTY_IN_GOOD_HEALTH).contains(rule.get("name").asString());
      JsonNode answer = prometheus.query(rule.get("query").asString());
      assertThat(answer.path("status").asString()).as(rule.toString()).isEqualTo("success");
      assertThat(results(answer)).as(rule.toString()).isEmpty();
    }
  }

  private static void dashboardHasData(PrometheusServer prometheus) throws IOException {
    List<String> expressions = dashboardExpressions();
    assertThat(expressions).hasSizeGreaterThan(20);
    for (String expression : expressions) {
      await(expression)
          .atMost(PATIENCE)
          .until(() -> prometheus.query(expression), answer -> !results(answer).isEmpty());
    }
  }

  private static List<String> dashboardExpressions() throws IOException {
    JsonNode dashboard =
        new JsonMapper().readTree(Files.readString(OPS.resolve("grafana-dashboard.json")));
    List<String> expressions = new ArrayList<>();
    for (JsonNode panel : dashboard.get("panels")) {
      for (JsonNode target : panel.get("targets")) {
        expressions.add(
            target
                .get("expr")
                .asString()
                .replace("$__rate_interval", "1m")
                .replace("$journal", ".*"));
      }
    }
    return expressions;
  }

  private void scrapeIsClean(RunningNode node) throws IOException, InterruptedException {
    String scrape = node.get("/actuator/prometheus").body();

    assertThat(promtool(scrape, "check", "metrics").lines())
        .noneMatch(line -> line.contains("paxos_journal"));
    Set<String> scraped =
        all("(?m)^# TYPE (paxos_journal_\\w+) ", scrape).stream()
            .filter(name -> !name.endsWith("_max"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> documented =
        all("\\| `(paxos_journal_\\w+)` \\|", Files.readString(Path.of("../../README.md")));
    assertThat(documented).isEqualTo(scraped);
    assertThat(scrape.lines().filter(line -> line.startsWith("paxos_journal")))
        .allMatch(line -> line.contains("journal=\"paxosJournal\""));
  }

  private static void scrapeAgrees(RunningNode node) {
    PaxosJournal journal = node.bean(PaxosJournal.class);
    await()
        .until(() -> (long) sample(node, "paxos_journal_fsync_seconds_count") == forces(journal));
    JournalCounters counters = journal.counters();

    assertThat(sample(node, "paxos_journal_fsync_seconds_sum"))
        .isCloseTo(counters.forceNanos() / 1e9, Offset.offset(1e-3));
    assertThat(sample(node, "paxos_journal_wal_size_bytes"))
        .isEqualTo((double) journal.status().logBytes());
    assertThat(sample(node, "paxos_journal_slots_committed"))
        .isEqualTo(journal.status().committedThrough() + 1.0);
    double quick =
        sample(node, "paxos_journal_fsync_seconds_bucket{journal=\"paxosJournal\",le=\"0.001\"}");
    assertThat(quick)
        .isEqualTo(counters.forceBuckets().stream().limit(4).mapToDouble(Long::doubleValue).sum());
  }

  private static long forces(PaxosJournal journal) {
    return journal.counters().forces();
  }

  /** The value of the one series whose name, or name and tags, begin so. */
  private static double sample(RunningNode node, String begin) {
    List<String> lines =
        node.get("/actuator/prometheus")
            .body()
            .lines()
            .filter(line -> line.startsWith(begin + "{") || line.startsWith(begin + " "))
            .toList();
    assertThat(lines).as(begin).hasSize(1);
    return Double.parseDouble(lines.get(0).substring(lines.get(0).lastIndexOf(' ') + 1));
  }

  private RunningNode busyNode() {
    return RunningNode.start(
        directory.resolve("journal"),
        "quickstart.traffic.enabled=true",
        "paxos.journal.max-value-size=64KB",
        "paxos.journal.segment-size=4MB");
  }

  private static List<JsonNode> rules(PrometheusServer prometheus) {
    List<JsonNode> rules = new ArrayList<>();
    for (JsonNode group : prometheus.rules().path("data").path("groups")) {
      group.get("rules").forEach(rules::add);
    }
    return rules;
  }

  private static List<JsonNode> results(JsonNode answer) {
    List<JsonNode> results = new ArrayList<>();
    answer.path("data").path("result").forEach(results::add);
    return results;
  }

  private static String value(JsonNode answer) {
    List<JsonNode> results = results(answer);
    return results.isEmpty() ? "" : results.get(0).get("value").get(1).asString();
  }

  private static Set<String> all(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String promtool(String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Path typed = Files.createTempFile("promtool", ".txt");
    try {
      Files.writeString(typed, input);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(typed.toFile())
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return said;
    } finally {
      Files.delete(typed);
    }
  }
}

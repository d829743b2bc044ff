package dev.paxosjournal.samples.quickstart.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged application, started from what was worked out ahead of time. The build runs this
 * after packaging.
 */
@EnabledIfSystemProperty(named = "quickstart.jar", matches = ".+")
class AotStartTest {
  @TempDir private Path directory;

  @Test
  void nodeStartsFromWhatWasWorkedOutAheadOfTime() throws Exception {
    try (NodeProcess node = start()) {
      assertThat(get(node, "/actuator/health/readiness").statusCode()).isEqualTo(200);
      assertThat(get(node, "/actuator/journal").body()).contains("\"state\":\"OPEN\"");
      assertThat(get(node, "/actuator/prometheus").body()).contains("paxos_journal_fsync_seconds");
      assertThat(get(node, "/acceptor/status").body()).contains("\"committedThrough\":-1");
      assertThat(node.output()).anyMatch(line -> line.contains("Starting AOT-processed"));
      assertThat(startDryRun(node, tokenOfDryRun(node)).statusCode()).isEqualTo(303);
      node.terminate();
      assertThat(node.exitStatus(30)).isEqualTo(143);
    }
  }

  /** What was worked out ahead of time knows nothing of the property. */
  @Test
  void consoleIsReadOnlyIfThePropertySaysSoAtRunTime() throws Exception {
    try (NodeProcess node = start("--paxos.journal.admin.read-only=true")) {
      assertThat(get(node, "/journal/recovery/rebuild").statusCode()).isEqualTo(200);
      assertThat(get(node, "/journal/recovery/rebuild").body()).doesNotContain("name=\"token\"");
      HttpResponse<String> refused = startDryRun(node, "any");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("This console is read-only.");
      assertThat(node.output()).anyMatch(line -> line.contains("Starting AOT-processed"));
    }
  }

  private NodeProcess start(String... properties) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-Dspring.aot.enabled=true",
                "-jar",
                Path.of(System.getProperty("quickstart.jar")).toString(),
                "--server.port=0",
                "--paxos.journal.directory=" + directory.resolve("journal")));
    arguments.addAll(List.of(properties));
    return NodeProcess.start(directory, arguments);
  }

  private static String tokenOfDryRun(NodeProcess node) throws Exception {
    Matcher token =
        Pattern.compile("name=\"dry\" value=\"1\">.*?name=\"token\" value=\"([^\"]+)\"")
            .matcher(get(node, "/journal/recovery/rebuild").body());
    assertThat(token.find()).isTrue();
    return token.group(1);
  }

  /** What the form on the page sends. */
  private static HttpResponse<String> startDryRun(NodeProcess node, String token) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(node.url() + "/journal/operations"))
                .header("Origin", node.url())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    BodyPublishers.ofString(
                        "kind=rebuild&dry=1&token="
                            + URLEncoder.encode(token, StandardCharsets.UTF_8)))
                .build(),
            BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(NodeProcess node, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(node.url() + path)).build(), BodyHandlers.ofString());
  }
}

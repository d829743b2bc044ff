package dev.paxosjournal.samples.quickstart.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
      node.terminate();
      assertThat(node.exitStatus(30)).isEqualTo(143);
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

  private static HttpResponse<String> get(NodeProcess node, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(node.url() + path)).build(), BodyHandlers.ofString());
  }
}

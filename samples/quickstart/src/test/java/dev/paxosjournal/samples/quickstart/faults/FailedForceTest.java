package dev.paxosjournal.samples.quickstart.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.paxosjournal.samples.quickstart.start.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One fdatasync of a running node fails, as the system call itself. */
class FailedForceTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int BEFORE = 20;

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private String url = "";

  private HttpResponse<String> post(String path, String json) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  private JsonNode get(String path) {
    try {
      return MAPPER.readTree(
          client
              .send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString())
              .body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private int accept(long slot) throws Exception {
    String json = "{\"slot\":" + slot + ",\"round\":1,\"node\":1,\"value\":\"value-" + slot + "\"}";
    return post("/acceptor/accept", json).statusCode();
  }

  private String state() {
    return get("/acceptor/status").get("state").asString();
  }

  private void isThere(long slot) {
    assertThat(get("/acceptor/slots/" + slot).get("state").asString())
        .as("slot %d", slot)
        .isEqualTo("PENDING");
  }

  @Test
  void oneFailedForceEndsWritingUntilReopenBringsEverythingBack() throws Exception {
    // As documented, with the properties of the sample.
    try (NodeProcess node = NodeProcess.startQuickstart(directory)) {
      url = node.url();
      for (long slot = 0; slot < BEFORE; slot++) {
        assertThat(accept(slot)).isEqualTo(200);
      }
      try (Strace strace = Strace.failing(node.pid(), "fdatasync")) {
        assertThat(accept(BEFORE)).isEqualTo(503);
        assertThat(strace.output()).contains("EIO").contains("INJECTED");
      }

      assertThat(state()).isEqualTo("FAILED");
      assertThat(accept(BEFORE + 1)).isEqualTo(503);
      assertThat(post("/acceptor/promise", "{\"round\":2,\"node\":1}").statusCode()).isEqualTo(503);
      for (long slot = 0; slot < BEFORE; slot++) {
        isThere(slot);
      }

      assertThat(post("/actuator/journal/reopen", "{}").statusCode()).isEqualTo(202);

      await().atMost(Duration.ofSeconds(30)).until(() -> state().equals("OPEN"));
      for (long slot = 0; slot < BEFORE; slot++) {
        isThere(slot);
      }
      assertThat(get("/acceptor/status").get("damaged").asInt()).isZero();
      assertThat(accept(BEFORE + 1)).isEqualTo(200);
      isThere(BEFORE + 1);
    }
  }
}

package dev.paxosjournal.samples.quickstart.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.samples.quickstart.RunningNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Health and endpoint of the sample, over HTTP. */
class ActuatorTest {
  @TempDir private Path directory;

  @Test
  void readinessTurnsWhenTheJournalCannotWriteAndLivenessDoesNot() {
    try (RunningNode node = RunningNode.start(directory)) {
      assertThat(node.get("/actuator/health/readiness").status()).isEqualTo(200);
      JsonNode health = node.get("/actuator/health").json().at("/components/paxosJournal");
      assertThat(health.get("status").asString()).isEqualTo("UP");
      assertThat(health.at("/details/state").asString()).isEqualTo("OPEN");
      assertThat(health.at("/details/recovery/damagedSlots").asInt()).isZero();

      node.bean(PaxosJournal.class).close();

      assertThat(node.get("/actuator/health/readiness").status()).isEqualTo(503);
      assertThat(node.get("/actuator/health/liveness").status()).isEqualTo(200);

      node.bean(PaxosJournal.class).reopen();

      assertThat(node.get("/actuator/health/readiness").status()).isEqualTo(200);
    }
  }

  @Test
  void endpointReadsEverythingButValues() {
    try (RunningNode node = RunningNode.start(directory)) {
      node.post("learn", "{\"slot\":0,\"round\":1,\"node\":1,\"value\":\"secret\"}");
      node.post("accept", "{\"slot\":2,\"round\":1,\"node\":1,\"value\":\"secret\"}");

      JsonNode status = node.get("/actuator/journal").json();
      JsonNode page = node.get("/actuator/journal/slots?from=1&limit=1").json();
      RunningNode.Answer slot = node.get("/actuator/journal/slots/0");

      assertThat(status.get("state").asString()).isEqualTo("OPEN");
      assertThat(status.get("committedThrough").asLong()).isZero();
      assertThat(status.get("firstGap").asLong()).isEqualTo(1);
      assertThat(page.at("/slots/0/kind").asString()).isEqualTo("UNKNOWN");
      assertThat(page.get("next").asLong()).isEqualTo(2);
      assertThat(slot.json().get("kind").asString()).isEqualTo("COMMITTED");
      assertThat(slot.json().get("lengthBytes").asInt()).isEqualTo(6);
      assertThat(slot.body()).doesNotContain("secret", "c2VjcmV0");
      assertThat(node.get("/actuator/journal/recovery").json().get("damagedSlots").asInt())
          .isZero();
      assertThat(node.get("/actuator/journal/operation").json().get("kind").asString())
          .isEqualTo("NONE");
      assertThat(node.get("/actuator/journal/nonsense").status()).isEqualTo(404);
      assertThat(node.get("/actuator/journal/slots?limit=0").status()).isEqualTo(400);
      assertThat(node.get("/actuator/journal/slots/minus-one").status()).isEqualTo(400);
    }
  }

  @Test
  void maintenanceCanBeForbidden() {
    try (RunningNode node =
        RunningNode.start(directory, "management.endpoint.journal.access=read-only")) {
      for (String operation : new String[] {"verify", "rebuild", "repair", "reopen", "cancel"}) {
        assertThat(start(node, operation, "{}").status()).as(operation).isEqualTo(405);
      }
      assertThat(node.bean(PaxosJournal.class).operation()).isEmpty();
    }
  }

  @Test
  void maintenanceRunsHereAndValuesShowWhenWanted() {
    try (RunningNode node =
        RunningNode.start(directory, "paxos.journal.endpoint.show-values=true")) {
      node.post("learn", "{\"slot\":0,\"round\":1,\"node\":1,\"value\":\"secret\"}");

      assertThat(start(node, "verify", "{}").status()).isEqualTo(202);
      await().until(() -> ended(node, "VERIFY"));
      assertThat(start(node, "rebuild", "{\"dryRun\":true}").status()).isEqualTo(202);
      await().until(() -> ended(node, "REBUILD"));
      assertThat(start(node, "repair", "{}").status()).isEqualTo(409);
      assertThat(start(node, "cancel", "{}").status()).isEqualTo(200);
      assertThat(start(node, "nonsense", "{}").status()).isEqualTo(404);
      assertThat(start(node, "verify", "{\"bytesPerSecond\":-1}").status()).isEqualTo(400);
      assertThat(node.get("/actuator/journal/slots/0").json().get("valueBase64").asString())
          .isEqualTo("c2VjcmV0");
    }
  }

  private static boolean ended(RunningNode node, String kind) {
    JsonNode operation = node.get("/actuator/journal/operation").json();
    return operation.get("kind").asString().equals(kind)
        && operation.get("state").asString().equals("DONE");
  }

  private static RunningNode.Answer start(RunningNode node, String operation, String json) {
    return node.send(
        node.request("/actuator/journal/" + operation)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }
}

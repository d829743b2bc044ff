package dev.paxosjournal.samples.quickstart.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.paxosjournal.samples.quickstart.RunningNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that fills up under the node, and has room again later. */
class FullFileSystemTest {
  private static final int MOST_WRITES = 10_000;

  @TempDir private Path temporary;

  private static RunningNode.Answer accept(RunningNode node, long slot) {
    String value = "value of slot " + slot + ".".repeat(900);
    return node.post(
        "accept", "{\"slot\":" + slot + ",\"round\":1,\"node\":1,\"value\":\"" + value + "\"}");
  }

  private static String state(RunningNode node) {
    return node.get("/acceptor/status").json().get("state").asString();
  }

  private static void isThere(RunningNode node, List<Long> acknowledged) {
    for (long slot : acknowledged) {
      assertThat(node.get("/acceptor/slots/" + slot).json().get("state").asString())
          .as("slot %d", slot)
          .isEqualTo("PENDING");
    }
  }

  @Test
  void writesAreRefusedWhileItIsFullAndGoOnByThemselves() throws IOException {
    try (TmpfsMount mount = TmpfsMount.of(temporary, "8m")) {
      Path others = mount.directory().resolve("files-of-others");
      Files.write(others, new byte[4 << 20]);
      Path directory = mount.directory().resolve("journal");
      List<Long> acknowledged = new ArrayList<>();
      try (RunningNode node = RunningNode.start(directory)) {
        long slot = 0;
        RunningNode.Answer answer = accept(node, slot);
        while (answer.status() == 200 && slot < MOST_WRITES) {
          acknowledged.add(slot);
          slot++;
          answer = accept(node, slot);
        }

        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.json().get("error").asString()).isEqualTo("UNAVAILABLE");
        assertThat(state(node)).isEqualTo("FULL");
        assertThat(acknowledged).hasSizeGreaterThan(100);
        isThere(node, acknowledged);
        assertThat(node.get("/actuator/health/readiness").status()).isEqualTo(503);
        assertThat(node.get("/actuator/health/liveness").status()).isEqualTo(200);

        Files.delete(others);

        long refused = slot;
        await().atMost(Duration.ofSeconds(30)).until(() -> accept(node, refused).status() == 200);
        acknowledged.add(refused);
        assertThat(state(node)).isEqualTo("OPEN");
        isThere(node, acknowledged);
      }
      try (RunningNode node = RunningNode.start(directory)) {
        isThere(node, acknowledged);
        assertThat(node.get("/acceptor/status").json().get("damaged").asInt()).isZero();
      }
    }
  }
}

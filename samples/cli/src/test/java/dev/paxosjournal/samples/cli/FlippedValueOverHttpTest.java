package dev.paxosjournal.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A value that changed on disk, seen from both sides: over HTTP by those who ask the node, and by
 * the commands that look at its directory.
 */
class FlippedValueOverHttpTest {
  private static final int SLOTS = 20;

  @TempDir private Path temporary;

  private String out = "";

  /** A node with the journal's endpoint and nothing else. */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Node {}

  private static ConfigurableApplicationContext start(Path directory) {
    return SpringApplication.run(
        Node.class,
        "--server.port=0",
        "--management.endpoints.web.exposure.include=journal",
        "--paxos.journal.directory=" + directory,
        "--paxos.journal.cluster-id=orders",
        "--paxos.journal.node-id=1",
        "--paxos.journal.segment-size=1MB",
        "--paxos.journal.max-value-size=1KB");
  }

  private static JsonNode get(ConfigurableApplicationContext node, String path) {
    String port = node.getEnvironment().getRequiredProperty("local.server.port");
    URI address = URI.create("http://127.0.0.1:" + port + "/actuator/journal" + path);
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return new JsonMapper().readTree(answer.body());
    } catch (IOException failure) {
      throw new AssertionError(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private static String state(ConfigurableApplicationContext node, long slot) {
    return get(node, "/slots/" + slot).get("kind").asString();
  }

  private static void learn(PaxosJournal journal, long first, long before) {
    for (long slot = first; slot < before; slot++) {
      journal.blocking().learn(SampleSlots.accept(slot));
    }
  }

  private int run(Object... arguments) {
    StringWriter stdout = new StringWriter();
    String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    int exit = JournalCli.run(new PrintWriter(stdout), new PrintWriter(stdout), texts);
    out = stdout.toString();
    return exit;
  }

  @Test
  void aFlippedValueStaysDamagedUntilTheCommandHealsItFromASecondNode() throws IOException {
    Path first = temporary.resolve("first");
    Path second = temporary.resolve("second");
    try (PaxosJournal peer =
        PaxosJournal.open(JournalOptions.builder(second, "orders", 2).preallocate(false).build())) {
      learn(peer, 0, SLOTS);
    }
    try (ConfigurableApplicationContext node = start(first)) {
      learn(node.getBean(PaxosJournal.class), 0, SLOTS);
    }

    SampleSlots.flip(first, 7);

    assertThat(run("verify", "-d", first)).isEqualTo(1);
    assertThat(out).contains("slot 7: ", "expected ", "found ");
    // The second round sees the checkpoint that the first one's end wrote, and its writes.
    for (int round = 0; round < 2; round++) {
      try (ConfigurableApplicationContext node = start(first)) {
        assertThat(state(node, 7)).isEqualTo("DAMAGED");
        for (long slot = 0; slot < SLOTS + round * 10L; slot++) {
          assertThat(state(node, slot)).isEqualTo(slot == 7 ? "DAMAGED" : "COMMITTED");
        }
        assertThat(run("verify", "-d", first)).as("beside the node").isEqualTo(1);
        assertThat(out).contains("slot 7: ");
        PaxosJournal journal = node.getBean(PaxosJournal.class);
        learn(journal, SLOTS + round * 10L, SLOTS + round * 10L + 10);
        assertThat(run("repair", "-d", first, "--from", second)).as("in use").isEqualTo(2);
        assertThat(state(node, 7)).isEqualTo("DAMAGED");
      }
      assertThat(first.resolve("checkpoint")).exists();
    }

    assertThat(run("repair", "-d", first, "--from", second)).as(out).isZero();

    assertThat(out).contains("slot 7: healed at ballot");
    assertThat(run("verify", "-d", first)).as(out).isZero();
    try (ConfigurableApplicationContext node = start(first)) {
      assertThat(state(node, 7)).isEqualTo("COMMITTED");
      assertThat(get(node, "").get("damaged").asInt()).isZero();
    }
  }
}

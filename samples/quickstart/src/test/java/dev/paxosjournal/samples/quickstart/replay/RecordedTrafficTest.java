package dev.paxosjournal.samples.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Recordings of a real engine leave in the journal what the same calls leave in plain maps. The
 * folder of recordings comes from the environment variable {@code PAXOS_TRACES}.
 */
class RecordedTrafficTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static final String FOLDER = "PAXOS_TRACES";

  @TempDir private Path directory;

  @BeforeAll
  static void thereAreRecordings() {
    String absent =
        "recorded traffic is not replayed: " + FOLDER + " names no folder of recordings";
    String folder = System.getenv(FOLDER);
    boolean present = folder != null && !folder.isBlank();
    if (!present) {
      LoggerFactory.getLogger(RecordedTrafficTest.class).warn(absent);
    }
    assumeTrue(present, absent);
  }

  @TestFactory
  List<DynamicTest> journalHoldsWhatPlainMapsHold() throws IOException {
    return recordings().stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    String.valueOf(file.getFileName()),
                    () -> assertThat(Replay.run(file, directory)).isEqualTo(new Maps().play(file))))
        .toList();
  }

  private static List<Path> recordings() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(Path.of(System.getenv(FOLDER)), "*.jsonl")) {
      found.forEach(files::add);
    }
    files.sort(null);
    assertThat(files).isNotEmpty();
    return files;
  }

  /** The state of an acceptor in maps, written without a look at the journal's code. */
  private static final class Maps {
    private record EngineBallot(long round, long node) implements Comparable<EngineBallot> {
      @Override
      public int compareTo(EngineBallot other) {
        return round == other.round
            ? Long.compare(node, other.node)
            : Long.compare(round, other.round);
      }
    }

    private record Held(EngineBallot number, String command, boolean committed) {}

    private final TreeMap<Long, Held> slots = new TreeMap<>();
    private EngineBallot promised;
    private long fixed = -1;

    FinalState play(Path file) throws Exception {
      for (String line : Files.readAllLines(file)) {
        JsonNode call = MAPPER.readTree(line);
        switch (call.get("op").stringValue()) {
          case "progress" -> {
            promise(number(call.get("promised")));
            fixed = Math.max(fixed, call.get("fixed").longValue());
            slots.headMap(fixed, true).replaceAll((slot, held) -> committed(held));
          }
          case "accept" -> {
            // In these files the command is always the last member.
            int begin = line.indexOf("\"command\":") + "\"command\":".length();
            write(
                call.get("slot").longValue(),
                number(call.get("ballot")),
                line.substring(begin, line.length() - 1));
          }
          case "read" -> {
            Held held = slots.get(call.get("slot").longValue());
            JsonNode found = call.get("found");
            assertThat(held == null ? null : held.number())
                .isEqualTo(found.isNull() ? null : number(found));
          }
          default -> {}
        }
      }
      return state(String.valueOf(file.getFileName()));
    }

    private void write(long slot, EngineBallot number, String command) {
      Held held = slots.get(slot);
      boolean learned =
          (promised != null && number.compareTo(promised) < 0)
              || (held != null && number.compareTo(held.number()) < 0);
      if (held == null || !held.committed()) {
        slots.put(slot, new Held(number, command, learned || slot <= fixed));
      }
      if (!learned) {
        promise(number);
      }
    }

    private void promise(EngineBallot number) {
      promised = promised == null || promised.compareTo(number) < 0 ? number : promised;
    }

    private FinalState state(String name) throws Exception {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      for (Map.Entry<Long, Held> slot : slots.entrySet()) {
        byte[] value = slot.getValue().command().getBytes(StandardCharsets.UTF_8);
        out.writeLong(slot.getKey());
        out.writeLong(slot.getValue().number().round());
        out.writeInt((int) slot.getValue().number().node());
        out.writeInt(value.length);
        out.write(value);
      }
      long through = -1;
      while (slots.containsKey(through + 1) && slots.get(through + 1).committed()) {
        through++;
      }
      return new FinalState(
          name,
          new FinalState.Promise(promised.round(), (int) promised.node()),
          through,
          slots.size(),
          HexFormat.of()
              .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray())));
    }

    private static Held committed(Held held) {
      return new Held(held.number(), held.command(), true);
    }

    private static EngineBallot number(JsonNode ballot) {
      return new EngineBallot(
          ballot.get("era").longValue() * 4294967296L
              + ballot.get("counter").longValue()
              + 2147483648L,
          ballot.get("node").longValue());
    }
  }
}

package dev.paxosjournal.samples.quickstart.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.ReadOnlyJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.samples.quickstart.RunningNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value that changed on disk, from the first read to its repair by a second node. */
class FlippedValueTest {
  @TempDir private Path temporary;

  private static void learn(RunningNode node, long first, long last) {
    for (long slot = first; slot <= last; slot++) {
      String json =
          "{\"slot\":"
              + slot
              + ",\"round\":3,\"node\":1,\"value\":\"value of slot "
              + slot
              + ".\"}";
      assertThat(node.post("learn", json).status()).isEqualTo(200);
    }
  }

  private static String state(RunningNode node, long slot) {
    return node.get("/acceptor/slots/" + slot).json().get("state").asString();
  }

  private static void flip(Path directory, String wanted) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        byte[] content = Files.readAllBytes(file);
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(wanted);
        if (file.getFileName().toString().startsWith("wal-") && at >= 0) {
          content[at] ^= 1;
          Files.write(file, content);
          return;
        }
      }
    }
    throw new AssertionError(wanted + " is in no segment");
  }

  private static Optional<Accept> committed(ReadOnlyJournal peer, long slot) {
    return peer.slot(slot) instanceof SlotState.Committed found
        ? Optional.of(new Accept(slot, found.ballot(), found.value()))
        : Optional.empty();
  }

  @Test
  void aFlippedValueStaysDamagedUntilASecondNodeHealsIt() throws IOException {
    Path first = temporary.resolve("first");
    Path second = temporary.resolve("second");
    try (RunningNode node = RunningNode.start(second, "paxos.journal.node-id=2")) {
      learn(node, 0, 20);
    }
    try (RunningNode node = RunningNode.start(first)) {
      learn(node, 0, 20);
    }

    flip(first, "value of slot 7.");

    try (RunningNode node = RunningNode.start(first)) {
      assertThat(state(node, 7)).isEqualTo("DAMAGED");
      assertThat(state(node, 6)).isEqualTo("COMMITTED");
      assertThat(state(node, 8)).isEqualTo("COMMITTED");
      Operation verified = node.bean(PaxosJournal.class).verify(0).join();
      assertThat(verified.damaged()).isEqualTo(1);
      assertThat(verified.findings().toString()).contains("slot 7: ");
      learn(node, 21, 60);
    }
    // Closing wrote a checkpoint.
    try (RunningNode node = RunningNode.start(first)) {
      assertThat(state(node, 7)).isEqualTo("DAMAGED");
      learn(node, 61, 70);
    }
    try (RunningNode node = RunningNode.start(first);
        ReadOnlyJournal peer = PaxosJournal.openReadOnly(second)) {
      assertThat(state(node, 7)).isEqualTo("DAMAGED");
      assertThat(node.get("/acceptor/status").json().get("damaged").asInt()).isEqualTo(1);
      RepairSource source = slot -> committed(peer, slot);

      Operation repaired = node.bean(PaxosJournal.class).repair(source).join();

      assertThat(repaired.healed()).isEqualTo(1);
      assertThat(state(node, 7)).isEqualTo("COMMITTED");
      assertThat(node.bean(PaxosJournal.class).verify(0).join().state())
          .isEqualTo(Operation.State.DONE);
    }
    try (RunningNode node = RunningNode.start(first)) {
      assertThat(state(node, 7)).isEqualTo("COMMITTED");
      assertThat(node.get("/acceptor/status").json().get("damaged").asInt()).isZero();
    }
  }
}

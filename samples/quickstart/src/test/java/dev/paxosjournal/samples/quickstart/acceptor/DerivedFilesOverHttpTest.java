package dev.paxosjournal.samples.quickstart.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.samples.quickstart.RunningNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Positions, checkpoint and hint are made again from the log alone. */
class DerivedFilesOverHttpTest {
  @TempDir private Path directory;

  /** Gaps, pending slots, values learned late and accepted again, a floor. */
  private static void write(RunningNode node) {
    ok(node.post("promise", "{\"round\":3,\"node\":1}"));
    for (int slot = 0; slot < 60; slot++) {
      String value = "\"value\":\"" + "v".repeat(slot * 7) + slot + "\"}";
      if (slot % 10 == 7) {
        continue;
      }
      if (slot % 4 == 1) {
        ok(node.post("learn", "{\"slot\":" + slot + ",\"round\":1,\"node\":9," + value));
        continue;
      }
      String where = "{\"slot\":" + slot + ",\"round\":" + (3 + slot);
      ok(node.post("accept", where + ",\"node\":1," + value));
      ok(node.post("accept", where + ",\"node\":2," + value));
      if (slot % 5 != 0 || slot < 7) {
        ok(node.post("commit", where + ",\"node\":2}"));
      }
    }
    ok(node.post("compact", "{\"before\":3}"));
  }

  private static void ok(RunningNode.Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  /** All that a client sees, byte for byte. */
  private static List<String> look(RunningNode node) {
    List<String> seen = new ArrayList<>();
    seen.add(node.get("/acceptor/status").toString());
    for (int slot = 0; slot < 62; slot++) {
      seen.add(node.get("/acceptor/slots/" + slot).toString());
    }
    seen.add(node.get("/acceptor/retransmit?from=3&maxBytes=1000000000").toString());
    seen.add(node.get("/acceptor/retransmit?from=3&maxBytes=900").toString());
    return seen;
  }

  private int deleteDerived() throws IOException {
    int deleted = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, "{positions-*,checkpoint,hint}")) {
      for (Path file : files) {
        Files.delete(file);
        deleted++;
      }
    }
    return deleted;
  }

  @Test
  void deletingThemChangesNothingThatIsSeen() throws IOException {
    List<String> before;
    try (RunningNode node = RunningNode.start(directory)) {
      write(node);
      before = look(node);
    }
    try (RunningNode node = RunningNode.start(directory)) {
      assertThat(look(node)).isEqualTo(before);
    }

    assertThat(deleteDerived()).isEqualTo(3);

    try (RunningNode node = RunningNode.start(directory)) {
      assertThat(look(node)).isEqualTo(before);
    }
    assertThat(before.get(0)).contains("\"firstAvailable\":3").contains("\"committedThrough\":6");
  }
}

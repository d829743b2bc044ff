package dev.paxosjournal.samples.quickstart.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.samples.quickstart.RunningNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A directory may be named as in a shell, from where the process runs. */
class RelativeDirectoryTest {

  @Test
  void directoryAboveTheWorkingDirectoryIsFound() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path made = Files.createTempDirectory(Files.createDirectories(here.resolve("target")), "made");
    Path relative = Path.of("..").resolve(here.getParent().relativize(made));

    try (RunningNode node = RunningNode.start(relative)) {
      assertThat(node.get("/acceptor/status").json().get("state").stringValue()).isEqualTo("OPEN");
    }

    assertThat(relative.toString()).startsWith("..");
    assertThat(made.resolve("LOCK")).exists();
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The mutants that {@code src/test/mutants/run} has the campaigns catch still fit the code. If one
 * does not, make its change again by hand and write it anew with {@code git diff -U1}.
 */
class MutantPatchesTest {
  private static final Path MUTANTS = Path.of("src/test/mutants").toAbsolutePath();

  @Test
  void everyMutantStillApplies() throws Exception {
    assumeTrue(run("--version").succeeded(), "skipped: there is no git here");
    List<Path> patches;
    try (Stream<Path> files = Files.list(MUTANTS)) {
      patches = files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
    }
    assertThat(patches).hasSizeGreaterThanOrEqualTo(8);
    for (Path patch : patches) {
      Run check = run("apply", "--check", patch.toString());
      assertThat(check.succeeded()).as("%s: %s", patch.getFileName(), check.output()).isTrue();
    }
  }

  private record Run(boolean succeeded, String output) {}

  private static Run run(String... arguments) throws InterruptedException {
    List<String> command = Stream.concat(Stream.of("git"), Stream.of(arguments)).toList();
    try {
      // From the folder that the paths in the patches begin in.
      Process git =
          new ProcessBuilder(command)
              .directory(MUTANTS.resolve("../../../..").normalize().toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(git.waitFor() == 0, output);
    } catch (IOException absent) {
      return new Run(false, absent.toString());
    }
  }
}

package dev.paxosjournal.samples.quickstart.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A small file system in memory; where none can be mounted the test is skipped, and says so. */
final class TmpfsMount implements AutoCloseable {
  private final Path directory;

  private TmpfsMount(Path directory) {
    this.directory = directory;
  }

  static TmpfsMount of(Path directory, String size) {
    String refused =
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "quickstart-test", directory.toString());
    assumeTrue(refused.isEmpty(), "skipped: no file system can be mounted here: " + refused);
    return new TmpfsMount(directory);
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() {
    String refused = run("umount", "-l", directory.toString());
    if (!refused.isEmpty()) {
      throw new IllegalStateException(refused);
    }
  }

  /** What went wrong; empty if nothing did. */
  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      return status == 0 ? "" : said.strip() + " (exit status " + status + ")";
    } catch (IOException absent) {
      return String.valueOf(absent.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

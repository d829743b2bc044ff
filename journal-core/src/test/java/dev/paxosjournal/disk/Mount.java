package dev.paxosjournal.disk;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A file system of its own in memory, of a given size; the test is skipped where none is to be. */
public final class Mount implements Closeable {
  private final Path directory;

  private Mount(Path directory) {
    this.directory = directory;
  }

  /** Mounts a tmpfs, or has the test skipped. */
  public static Mount tmpfs(Path directory, String size) throws IOException {
    String refused =
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "journal-test", directory.toString());
    assumeTrue(refused.isEmpty(), "skipped: no file system can be mounted here: " + refused);
    return new Mount(directory);
  }

  /** Where it is mounted. */
  public Path directory() {
    return directory;
  }

  /** Allows writing, or forbids it. */
  public void setReadOnly(boolean readOnly) throws IOException {
    String refused =
        run("mount", "-o", "remount," + (readOnly ? "ro" : "rw"), directory.toString());
    assumeTrue(refused.isEmpty(), "skipped: cannot be mounted read-only: " + refused);
  }

  @Override
  public void close() throws IOException {
    String refused = run("umount", "-l", directory.toString());
    if (!refused.isEmpty()) {
      throw new IOException(refused);
    }
  }

  /** What went wrong; empty if nothing did. */
  private static String run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return String.join(" ", command) + " does not end";
      }
      return process.exitValue() == 0
          ? ""
          : Stream.of(said.strip(), "exit status " + process.exitValue())
              .filter(text -> !text.isEmpty())
              .toList()
              .toString();
    } catch (IOException absent) {
      return List.of(command) + ": " + absent.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

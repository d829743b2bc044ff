package dev.paxosjournal.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DirectoryLockTest {
  @TempDir Path directory;
  private NioDisk disk;

  @BeforeEach
  void open() throws IOException {
    disk = NioDisk.open(directory, false);
  }

  @Test
  void secondLockInThisJvmIsRefusedUntilTheFirstIsReleased() throws IOException {
    NioDisk same = NioDisk.open(directory.resolve("."), false);
    Closeable lock = disk.lock();

    assertThatThrownBy(same::lock)
        .isInstanceOfSatisfying(
            DirectoryInUseException.class, e -> assertThat(e.thisProcess()).isTrue())
        .hasMessageContaining(directory.toRealPath().toString())
        .hasMessageContaining("already open in this JVM");

    lock.close();
    lock.close();
    same.lock().close();
    assertThat(directory.resolve("LOCK")).exists();
  }

  @Test
  void lockSurvivesTheLossOfTheTableOfThisJvm() throws Exception {
    Closeable lock = disk.lock();
    System.getProperties()
        .keySet()
        .removeIf(key -> key.toString().startsWith("dev.paxosjournal.disk.lock "));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(disk::lock)
          .isInstanceOf(DirectoryInUseException.class)
          .hasMessageContaining("this JVM");
    }
    try (Child child = new Child()) {
      assertThat(child.answer()).startsWith("refused: false");
    }
    lock.close();
    disk.lock().close();
  }

  @Test
  void lockOfAnotherProcessIsRefusedAndNamesIt() throws Exception {
    try (Child child = new Child()) {
      assertThat(child.answer()).isEqualTo("locked by " + child.process.pid());

      assertThatThrownBy(disk::lock)
          .isInstanceOfSatisfying(
              DirectoryInUseException.class, e -> assertThat(e.thisProcess()).isFalse())
          .hasMessageContaining("in use by process " + child.process.pid() + " on host ")
          .hasMessageContaining("Stop that process");
    }
  }

  @Test
  void otherProcessIsRefusedByThisOne() throws Exception {
    Closeable lock = disk.lock();
    try (Child child = new Child()) {
      assertThat(child.answer())
          .startsWith("refused: false ")
          .contains("process " + ProcessHandle.current().pid() + " on host ");
    }
    // A refusal in this JVM must not have dropped the lock either.
    assertThatThrownBy(disk::lock).isInstanceOf(DirectoryInUseException.class);
    try (Child child = new Child()) {
      assertThat(child.answer()).startsWith("refused: false");
    }
    lock.close();
    try (Child child = new Child()) {
      assertThat(child.answer()).startsWith("locked");
    }
  }

  @Test
  void lockOfAKilledProcessIsNoObstacle() throws Exception {
    try (Child child = new Child()) {
      assertThat(child.answer()).startsWith("locked");
      child.process.destroyForcibly().waitFor();
    }

    disk.lock().close();

    assertThat(Files.readString(directory.resolve("LOCK")))
        .startsWith("pid=" + ProcessHandle.current().pid() + " host=");
  }

  @Test
  void lockFileThatIsALinkIsRefused() throws IOException {
    Files.createSymbolicLink(directory.resolve("LOCK"), directory.resolve("elsewhere"));

    assertThatThrownBy(disk::lock).isInstanceOf(IOException.class).hasMessageContaining("LOCK");
    assertThat(directory.resolve("elsewhere")).doesNotExist();

    Files.delete(directory.resolve("LOCK"));
    disk.lock().close();
  }

  /** A JVM that tries to lock the directory. */
  private final class Child implements Closeable {
    final Process process;
    private final BufferedReader output;

    Child() throws Exception {
      String classPath =
          classesOf(NioDisk.class) + File.pathSeparator + classesOf(LockHolder.class);
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  classPath,
                  LockHolder.class.getName(),
                  directory.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      output = process.inputReader(UTF_8);
    }

    String answer() throws IOException {
      return output.readLine();
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      process.onExit().join();
    }
  }

  private static String classesOf(Class<?> type) throws Exception {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return Path.of(source.getLocation().toURI()).toString();
  }
}

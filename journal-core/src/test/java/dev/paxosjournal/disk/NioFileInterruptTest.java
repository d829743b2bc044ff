package dev.paxosjournal.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.Disk.Access;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NioFileInterruptTest {
  @TempDir Path directory;
  private NioDisk disk;

  @BeforeEach
  void open() throws IOException {
    disk = NioDisk.open(directory, false);
  }

  @Test
  void interruptedThreadDoesEverythingAndStaysInterrupted() throws IOException {
    Thread.currentThread().interrupt();
    try (Closeable lock = disk.lock();
        DiskFile file = disk.open("file", Access.CREATE)) {
      assertThat(lock).isNotNull();
      file.write(bytes("text"), 0);
      file.truncate(3);
      file.force();
      disk.rename("file", "other");
      disk.forceDirectory();
      assertThat(read(file, 0, 9)).isEqualTo("tex");
      assertThat(file.size()).isEqualTo(3);
      assertThat(disk.list()).containsExactly("other");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"READ", "WRITE"})
  void readersGoOnWhileOneOfThemIsInterrupted(Access access) throws Exception {
    byte[] content = new byte[100_000];
    Arrays.fill(content, (byte) 7);
    Files.write(directory.resolve("file"), content);
    AtomicBoolean done = new AtomicBoolean();
    try (DiskFile file = disk.open("file", access)) {
      FileChannel channel = ((NioFile) file).channel;
      CompletableFuture<Boolean> first = new CompletableFuture<>();
      CompletableFuture<Boolean> second = new CompletableFuture<>();
      Thread interrupted = reader(file, content, done, first);
      Thread other = reader(file, content, done, second);
      // Until at least one interrupt has hit in the middle of a read.
      for (int i = 0; i < 100_000 && (i < 1_000 || channel.isOpen()); i++) {
        interrupted.interrupt();
        Thread.onSpinWait();
      }
      done.set(true);

      assertThat(first.get()).isTrue();
      assertThat(second.get()).isFalse();
      interrupted.join();
      other.join();
    }
  }

  private static Thread reader(
      DiskFile file,
      byte[] content,
      AtomicBoolean done,
      CompletableFuture<Boolean> wasInterrupted) {
    Thread thread =
        new Thread(
            () -> {
              try {
                boolean interrupted = false;
                do {
                  ByteBuffer target = ByteBuffer.allocate(content.length);
                  assertThat(file.read(target, 0)).isEqualTo(content.length);
                  assertThat(target.array()).isEqualTo(content);
                  interrupted |= Thread.interrupted();
                } while (!done.get());
                wasInterrupted.complete(interrupted);
              } catch (Throwable e) {
                wasInterrupted.completeExceptionally(e);
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void forceThatIsCutOffFailsAndTheFileStaysUsable() throws Exception {
    try (DiskFile file = disk.open("file", Access.CREATE)) {
      CompletableFuture<Void> cutOff = new CompletableFuture<>();
      Thread writer =
          new Thread(
              () -> {
                try {
                  // Ends at the first interrupt that comes in the middle of a force.
                  for (int i = 0; i < 10_000; i++) {
                    file.write(bytes("text"), 0);
                    file.force();
                  }
                  cutOff.complete(null);
                } catch (Throwable e) {
                  cutOff.completeExceptionally(e);
                }
              });
      writer.start();
      while (!cutOff.isDone()) {
        writer.interrupt();
        Thread.onSpinWait();
      }
      writer.join();

      assertThat(cutOff)
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .isExactlyInstanceOf(IOException.class)
          .withMessageContaining("whether its bytes are on disk is unknown");
      file.write(bytes("more"), 0);
      file.force();
      assertThat(read(file, 0, 9)).isEqualTo("more");
    }
  }

  @Test
  void fileIsOpenedAgainUnderItsNewName() throws IOException {
    write(disk, "spare", "spare");
    write(disk, "segment", "another");
    try (DiskFile reading = disk.open("spare", Access.READ);
        DiskFile writing = disk.open("spare", Access.WRITE)) {
      disk.rename("spare", "segment");
      closeAsAnInterruptWould(reading);
      closeAsAnInterruptWould(writing);

      writing.write(bytes("SPA"), 0);
      closeAsAnInterruptWould(writing);
      writing.force();

      assertThat(read(reading, 0, 9)).isEqualTo("SPAre");
    }
  }

  @Test
  void anotherFileIsNotTakenForTheOneThatWasOpen() throws IOException {
    write(disk, "file", "mine");
    write(disk, "other", "not mine");
    try (DiskFile file = disk.open("file", Access.READ)) {
      Files.move(directory.resolve("file"), directory.resolve("away"));
      Files.move(directory.resolve("other"), directory.resolve("file"));
      closeAsAnInterruptWould(file);

      assertThatThrownBy(() -> read(file, 0, 4)).hasMessageContaining("another has its name");

      Files.delete(directory.resolve("file"));
      assertThatThrownBy(() -> read(file, 0, 4))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(disk.path("file"));
    }
  }

  @Test
  void fileThatWasDeletedOrReplacedIsNotOpenedAgain() throws IOException {
    write(disk, "deleted", "text");
    write(disk, "replaced", "text");
    write(disk, "other", "text");
    try (DiskFile deleted = disk.open("deleted", Access.READ);
        DiskFile replaced = disk.open("replaced", Access.READ)) {
      disk.delete("deleted");
      write(disk, "deleted", "new");
      disk.rename("other", "replaced");
      closeAsAnInterruptWould(deleted);
      closeAsAnInterruptWould(replaced);

      assertThatThrownBy(() -> read(deleted, 0, 4)).hasMessageContaining("was deleted");
      assertThatThrownBy(() -> read(replaced, 0, 4)).hasMessageContaining("was deleted");
    }
  }

  private static void closeAsAnInterruptWould(DiskFile file) throws IOException {
    ((NioFile) file).channel.close();
  }

  private static void write(Disk disk, String name, String text) throws IOException {
    try (DiskFile file = disk.open(name, Access.CREATE)) {
      file.write(bytes(text), 0);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String read(DiskFile file, long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    int count = file.read(target, offset);
    assertThat(target.position()).isEqualTo(count);
    return new String(target.array(), 0, count, UTF_8);
  }
}

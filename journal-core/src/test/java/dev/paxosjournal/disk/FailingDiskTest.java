package dev.paxosjournal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.Disk.Access;
import dev.paxosjournal.disk.Operation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FailingDiskTest {
  private final MemoryDisk memory = new MemoryDisk();
  private final FailingDisk disk = new FailingDisk(memory);

  @Test
  void oneCallFails() throws IOException {
    disk.failOnce(Kind.WRITE, 2, FailingDisk::ioError);
    DiskFile file = disk.open("file", Access.CREATE);

    file.write(ByteBuffer.allocate(3), 0);
    assertThatThrownBy(() -> file.write(ByteBuffer.allocate(3), 3)).hasMessageContaining("Input");
    file.write(ByteBuffer.allocate(3), 3);

    assertThat(memory.sizeOf("file")).isEqualTo(6);
    assertThat(disk.calls(Kind.WRITE)).isEqualTo(3);
  }

  @Test
  void allCallsFailUntilTheDiskIsHealed() throws IOException {
    disk.failFrom(Kind.CREATE, 1, FailingDisk::noSpace);

    assertThatThrownBy(() -> disk.open("a", Access.CREATE)).isInstanceOf(NoSpaceException.class);
    assertThatThrownBy(() -> disk.open("a", Access.CREATE)).isInstanceOf(NoSpaceException.class);
    disk.heal();
    disk.open("a", Access.CREATE);

    assertThat(disk.list()).containsExactly("a");
  }

  @Test
  void filesFailByTheNameTheyHaveNow() throws IOException {
    disk.failFiles(Kind.READ, "wal", FailingDisk::ioError);
    DiskFile file = disk.open("spare", Access.CREATE);

    assertThat(file.read(ByteBuffer.allocate(1), 0)).isZero();
    disk.rename("spare", "wal-1");

    assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).isInstanceOf(IOException.class);
  }

  @Test
  void shortWriteLeavesItsFirstBytes() throws IOException {
    disk.shortenWrite(1, 2, FailingDisk::noSpace);
    DiskFile file = disk.open("file", Access.CREATE);
    ByteBuffer source = ByteBuffer.wrap(new byte[] {1, 2, 3});

    assertThatThrownBy(() -> file.write(source, 0)).isInstanceOf(NoSpaceException.class);

    assertThat(memory.read("file")).containsExactly(1, 2);
    assertThat(source.remaining()).isEqualTo(1);
  }

  @Test
  void failedForcesLose() throws IOException {
    disk.failOnce(Kind.FORCE, 1, FailingDisk::ioError);
    DiskFile file = disk.open("file", Access.CREATE);
    disk.forceDirectory();
    file.write(ByteBuffer.allocate(3), 0);
    assertThatThrownBy(file::force).isInstanceOf(IOException.class);
    file.force();
    disk.failFrom(Kind.FORCE_DIRECTORY, 2, FailingDisk::ioError);
    disk.open("other", Access.CREATE);
    assertThatThrownBy(disk::forceDirectory).isInstanceOf(IOException.class);

    MemoryDisk image = memory.crash(CrashStrategy.EVERYTHING, 0);

    assertThat(image.names()).containsExactly("file");
    assertThat(image.sizeOf("file")).isZero();
  }

  @Test
  void delayedForceWaitsForTheTestAlone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    disk.delay(Kind.FORCE, 1, begun, released);
    DiskFile file = disk.open("file", Access.CREATE);
    CompletableFuture<Void> forced =
        CompletableFuture.runAsync(
            () -> {
              try {
                file.force();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });

    begun.await();
    assertThat(disk.list()).containsExactly("file");
    assertThat(forced).isNotDone();
    released.countDown();

    forced.get();
    assertThat(disk.calls(Kind.FORCE)).isEqualTo(1);
  }
}

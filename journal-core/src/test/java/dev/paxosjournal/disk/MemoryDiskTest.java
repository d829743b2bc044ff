package dev.paxosjournal.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.Disk.Access;
import dev.paxosjournal.disk.Operation.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MemoryDiskTest {
  private static final int SEEDS = 200;

  private final MemoryDisk disk = new MemoryDisk();

  // --- failed forces

  @Test
  void failedForceLosesBytesThoughTheNextSucceeds() throws IOException {
    disk.put("file", bytes("old"));
    DiskFile file = disk.open("file", Access.WRITE);
    write(file, 0, bytes("lost"));
    disk.failNextForce("fi");

    assertThatThrownBy(file::force).isExactlyInstanceOf(IOException.class);
    write(file, 512, bytes("kept"));
    file.force();

    assertThat(read(file, 0, 4)).isEqualTo("lost");
    assertThat(disk.processCrash().read("file")).startsWith(bytes("lost"));
    for (CrashStrategy strategy : CrashStrategy.values()) {
      for (long seed = 0; seed < SEEDS; seed++) {
        byte[] image = disk.crash(strategy, seed).read("file");
        assertThat(image).hasSize(516);
        assertThat(Arrays.copyOf(image, 4)).isNotEqualTo(bytes("lost"));
      }
    }
    assertThat(disk.crash(CrashStrategy.EVERYTHING, 0).read("file"))
        .startsWith(bytes("old\0"))
        .endsWith(bytes("kept"));
  }

  @Test
  void lostBytesThatAreWrittenAgainCanBeForced() throws IOException {
    DiskFile file = disk.open("file", Access.CREATE);
    disk.forceDirectory();
    disk.setHook(failing(Kind.FORCE));
    write(file, 0, bytes("text"));
    assertThatThrownBy(file::force).isInstanceOf(IOException.class);
    disk.setHook(operation -> {});

    write(file, 0, bytes("text"));
    file.force();

    assertThat(disk.crash(CrashStrategy.NOTHING, 0).read("file")).isEqualTo(bytes("text"));
  }

  @Test
  void failedForceOfTheDirectoryLosesNames() throws IOException {
    disk.open("file", Access.CREATE);
    disk.failNextForceDirectory();

    assertThatThrownBy(disk::forceDirectory).isInstanceOf(IOException.class);
    disk.forceDirectory();

    assertThat(disk.names()).containsExactly("file");
    assertThat(disk.crash(CrashStrategy.EVERYTHING, 0).names()).isEmpty();
    disk.rename("file", "again");
    disk.forceDirectory();
    assertThat(disk.crash(CrashStrategy.NOTHING, 0).names()).containsExactly("again");
  }

  // --- operations

  @Test
  void hookSeesEveryOperation() throws IOException {
    StringBuilder seen = new StringBuilder();
    disk.setHook(o -> seen.append(o.number()).append(o.kind()).append(o.file()).append(' '));

    DiskFile file = disk.open("f", Access.CREATE);
    write(file, 0, bytes("text"));
    read(file, 0, 4);
    file.force();
    file.truncate(1);
    disk.rename("f", "g");
    file.force();
    disk.forceDirectory();
    disk.list();
    disk.open("g", Access.READ);
    disk.delete("g");
    disk.lock();

    assertThat(seen)
        .hasToString(
            "1CREATEf 2WRITEf 3READf 4FORCEf 5TRUNCATEf 6RENAMEf 7FORCEg 8FORCE_DIRECTORY 9LIST"
                + " 10OPENg 11DELETEg 12LOCK ");
    assertThat(disk.operations()).isEqualTo(12);
  }

  @Test
  void powerCutEndsEverythingBeforeTheOperation() throws IOException {
    DiskFile file = disk.open("file", Access.CREATE);
    disk.forceDirectory();
    disk.cutPowerAt(3);

    assertThatThrownBy(() -> write(file, 0, bytes("text"))).isInstanceOf(PowerCut.class);

    assertThatThrownBy(file::force).isInstanceOf(PowerCut.class);
    assertThatThrownBy(file::size).isInstanceOf(PowerCut.class);
    assertThatThrownBy(disk::list).isInstanceOf(PowerCut.class);
    assertThatThrownBy(disk::lock).isInstanceOf(PowerCut.class);
    file.close();
    assertThat(disk.read("file")).isEmpty();
    MemoryDisk image = disk.crash(CrashStrategy.EVERYTHING, 0);
    assertThat(image.list()).containsExactly("file");
  }

  @Test
  void hookCutsThePowerAfterAnOperation() throws IOException {
    disk.setHook(
        new MemoryDisk.Hook() {
          @Override
          public void before(Operation operation) {}

          @Override
          public void after(Operation operation) {
            throw new PowerCut("after " + operation);
          }
        });

    assertThatThrownBy(() -> disk.open("file", Access.CREATE)).isInstanceOf(PowerCut.class);

    assertThat(disk.names()).containsExactly("file");
    assertThatThrownBy(disk::list).isInstanceOf(PowerCut.class);
  }

  @Test
  void failedWriteWritesNothing() throws IOException {
    DiskFile file = disk.open("file", Access.CREATE);
    disk.setHook(failing(Kind.WRITE));

    assertThatThrownBy(() -> write(file, 0, bytes("text"))).isInstanceOf(IOException.class);

    assertThat(disk.sizeOf("file")).isZero();
  }

  // --- the directory and its files

  @Test
  void filesBehaveAsOnARealDisk() throws IOException {
    assertThatThrownBy(() -> disk.open("file", Access.READ))
        .isInstanceOf(NoSuchFileException.class);
    DiskFile file = disk.open("file", Access.CREATE);
    assertThatThrownBy(() -> disk.open("file", Access.CREATE))
        .isInstanceOf(FileAlreadyExistsException.class);
    write(file, 1_000, bytes("text"));
    file.truncate(5_000);
    file.truncate(1_002);
    write(file, 1_005, bytes("x"));

    assertThat(read(file, 998, 100)).isEqualTo("\0\0te\0\0\0x");
    assertThat(read(file, 2_000, 1)).isEmpty();
    DiskFile reading = disk.open("file", Access.READ);
    assertThatThrownBy(() -> write(reading, 0, bytes("x")))
        .isInstanceOf(NonWritableChannelException.class);
    disk.delete("file");
    disk.delete("file");
    assertThat(read(reading, 1_000, 2)).isEqualTo("te");
    reading.close();
    assertThatThrownBy(reading::force).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> disk.rename("file", "other")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void lockIsExclusiveAndEndsWithTheMachine() throws IOException {
    Closeable lock = disk.lock();
    assertThatThrownBy(disk::lock).isInstanceOf(DirectoryInUseException.class);
    disk.crash(CrashStrategy.NOTHING, 0).lock();
    disk.processCrash().lock();

    lock.close();
    Closeable second = disk.lock();
    lock.close();

    assertThatThrownBy(disk::lock).isInstanceOf(DirectoryInUseException.class);
    second.close();
  }

  @Test
  void fullDiskTakesWhatFits() throws IOException {
    DiskFile file = disk.open("file", Access.CREATE);
    write(file, 0, new byte[600]);
    disk.setFreeBytes(512);
    assertThat(disk.freeBytes()).isEqualTo(512);

    ByteBuffer source = ByteBuffer.allocate(2_000);
    assertThatThrownBy(() -> file.write(source, 600)).isInstanceOf(NoSpaceException.class);

    assertThat(file.size()).isEqualTo(1_536);
    assertThat(source.position()).isEqualTo(936);
    assertThat(disk.freeBytes()).isZero();
    write(file, 0, new byte[1_536]);
    assertThatThrownBy(() -> write(file, 1_536, new byte[1])).isInstanceOf(NoSpaceException.class);
    file.truncate(512);
    write(file, 512, new byte[1_024]);
  }

  @Test
  void rotIsInEveryVersionOfTheBytes() throws IOException {
    disk.put("file", bytes("aaaa"));
    write(disk.open("file", Access.WRITE), 2, bytes("bbbb"));

    disk.flipBit("file", 0);
    disk.overwrite("file", 3, bytes("X"));

    assertThat(disk.read("file")).isEqualTo(bytes("`abXbb"));
    assertThat(disk.crash(CrashStrategy.NOTHING, 0).read("file")).isEqualTo(bytes("`aaX"));
    assertThat(disk.crash(CrashStrategy.EVERYTHING, 0).read("file")).isEqualTo(bytes("`abXbb"));
    disk.truncateNow("file", 3);
    assertThat(disk.read("file")).isEqualTo(bytes("`ab"));
    assertThat(disk.crash(CrashStrategy.EVERYTHING, 0).read("file")).isEqualTo(bytes("`ab"));
    disk.renameNow("file", "other");
    assertThat(disk.crash(CrashStrategy.NOTHING, 0).names()).containsExactly("other");
    disk.deleteNow("other");
    assertThat(disk.crash(CrashStrategy.NOTHING, 0).names()).isEmpty();
    assertThat(disk.operations()).isEqualTo(2);
  }

  private static MemoryDisk.Hook failing(Kind kind) {
    return operation -> {
      if (operation.kind() == kind) {
        throw new IOException("Input/output error");
      }
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void write(DiskFile file, long offset, byte[] bytes) throws IOException {
    file.write(ByteBuffer.wrap(bytes), offset);
  }

  private static String read(DiskFile file, long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    int count = file.read(target, offset);
    return new String(target.array(), 0, count, UTF_8);
  }
}

package dev.paxosjournal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.paxosjournal.disk.Disk.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NioDirectIoTest {
  private static final int BLOCK = Disk.BLOCK_BYTES;
  private static final int SECTOR = 512;

  @TempDir Path directory;

  @BeforeEach
  void needsAFileSystemThatCan() {
    Optional<String> refusal = DirectIoRefusal.of(directory);
    // Also if it cannot: what was tried is gone.
    assertThat(directory).isEmptyDirectory();
    assumeTrue(refusal.isEmpty(), refusal::get);
  }

  @Test
  void blocksWrittenPastTheCacheAreReadThroughIt() throws IOException {
    NioDisk disk = NioDisk.open(directory, false, true);
    disk.open("file", Access.CREATE).close();
    ByteBuffer read = ByteBuffer.allocate(2 * BLOCK);

    try (DiskFile writing = disk.open("file", Access.WRITE_BLOCKS);
        DiskFile reading = disk.open("file", Access.READ)) {
      writing.write(blocks(2, (byte) 1), 0);
      reading.read(read, 0);
      writing.write(blocks(1, (byte) 2), BLOCK);
      writing.force();
      reading.read(read.clear(), 0);
    }

    assertThat(read.get(0)).isEqualTo((byte) 1);
    assertThat(read.get(BLOCK)).isEqualTo((byte) 2);
    assertThat(read.get(2 * BLOCK - 1)).isEqualTo((byte) 2);
  }

  @Test
  void partOfABlockIsRefused() throws IOException {
    NioDisk disk = NioDisk.open(directory, false, true);
    disk.open("file", Access.CREATE).close();

    try (DiskFile file = disk.open("file", Access.WRITE_BLOCKS)) {
      assertThatThrownBy(() -> file.write(blocks(1, (byte) 1).limit(512), 100))
          .isInstanceOf(IOException.class);
      assertThat(file.size()).isZero();
    }
  }

  /**
   * Even where the device has sectors of 512 bytes, and the system would write one: why groups have
   * no smaller blocks (DESIGN.md). Once this fails, they could have.
   */
  @Test
  void aSectorIsRefusedWhereTheFileSystemHasLargerBlocks() throws IOException {
    assumeTrue(Files.getFileStore(directory).getBlockSize() > SECTOR, "it has none");
    NioDisk disk = NioDisk.open(directory, false, true);
    disk.open("file", Access.CREATE).close();

    try (DiskFile file = disk.open("file", Access.WRITE_BLOCKS)) {
      file.write(blocks(1, (byte) 1), 0);
      assertThatThrownBy(() -> file.write(blocks(1, (byte) 2).limit(SECTOR), SECTOR))
          .isInstanceOf(IOException.class);
    }

    assertThat(Files.readAllBytes(directory.resolve("file"))).hasSize(BLOCK).containsOnly(1);
  }

  @Test
  void interruptedWriterGoesOnPastTheCache() throws Exception {
    NioDisk disk = NioDisk.open(directory, false, true);
    disk.open("file", Access.CREATE).close();

    try (DiskFile file = disk.open("file", Access.WRITE_BLOCKS)) {
      ((NioFile) file).channel.close();
      file.write(blocks(1, (byte) 3), 0);
      assertThatThrownBy(() -> file.write(blocks(1, (byte) 1).limit(512), 100))
          .isInstanceOf(IOException.class);
    }

    assertThat(Files.readAllBytes(directory.resolve("file"))).hasSize(BLOCK).containsOnly(3);
  }

  @Test
  void otherFilesAreWrittenAsBefore() throws IOException {
    NioDisk disk = NioDisk.open(directory, false, true);

    try (DiskFile file = disk.open("file", Access.CREATE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1);
    }

    assertThat(Files.readAllBytes(directory.resolve("file"))).containsExactly(0, 1, 2, 3);
  }

  private static ByteBuffer blocks(int count, byte content) {
    ByteBuffer blocks =
        ByteBuffer.allocateDirect((count + 1) * BLOCK)
            .alignedSlice(BLOCK)
            .limit(count * BLOCK)
            .slice();
    while (blocks.hasRemaining()) {
      blocks.put(content);
    }
    return blocks.flip();
  }
}

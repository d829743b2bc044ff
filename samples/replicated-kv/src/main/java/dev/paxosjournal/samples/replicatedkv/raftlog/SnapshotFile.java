package dev.paxosjournal.samples.replicatedkv.raftlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The engine's {@link Snapshot}. It is forced, renamed, and the directory forced, so that a power
 * cut leaves the old one or the new one.
 */
final class SnapshotFile {
  private final Path file;
  private final Path unfinished;

  SnapshotFile(Path directory) {
    this.file = directory.resolve("snapshot");
    this.unfinished = directory.resolve("snapshot.tmp");
  }

  /** When this returns, the snapshot is durable. */
  void write(Snapshot snapshot) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(snapshot.encode());
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** The snapshot, or null if there is none. */
  @Nullable Snapshot read() throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return Snapshot.decode(Files.readAllBytes(file));
    } catch (IOException unreadable) {
      throw new IOException(file + ": " + unreadable.getMessage(), unreadable);
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(unfinished);
    Files.deleteIfExists(file);
  }
}

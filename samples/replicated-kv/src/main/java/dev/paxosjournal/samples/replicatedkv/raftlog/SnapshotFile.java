package dev.paxosjournal.samples.replicatedkv.raftlog;

import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The engine's snapshot: last index (8) and term (8) that it includes, its bytes, CRC-32C (4). It
 * is forced, renamed, and the directory forced, so that a power cut leaves the old one or the new
 * one.
 */
final class SnapshotFile {
  private static final int HEADER_BYTES = 16;
  private static final int CRC_BYTES = 4;

  private final Path file;
  private final Path unfinished;

  SnapshotFile(Path directory) {
    this.file = directory.resolve("snapshot");
    this.unfinished = directory.resolve("snapshot.tmp");
  }

  /** A snapshot, and through where it reaches. */
  record Content(long index, long term, Value bytes) {}

  /** When this returns, the snapshot is durable. */
  void write(Content content) throws IOException {
    ByteBuffer buffer =
        ByteBuffer.allocate(HEADER_BYTES + content.bytes().length() + CRC_BYTES)
            .putLong(content.index())
            .putLong(content.term())
            .put(content.bytes().asReadOnlyBuffer());
    buffer.putInt(checksum(buffer.duplicate().flip())).flip();
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
  @Nullable Content read() throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file));
    int end = buffer.limit() - CRC_BYTES;
    if (end < HEADER_BYTES || buffer.getInt(end) != checksum(buffer.duplicate().limit(end))) {
      throw new IOException(file + " is damaged; remove this node's data, it will get a new one");
    }
    Value bytes = Value.copyOf(buffer.slice(HEADER_BYTES, end - HEADER_BYTES));
    return new Content(buffer.getLong(0), buffer.getLong(8), bytes);
  }

  void delete() throws IOException {
    Files.deleteIfExists(unfinished);
    Files.deleteIfExists(file);
  }

  private static int checksum(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}

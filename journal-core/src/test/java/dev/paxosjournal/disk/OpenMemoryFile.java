package dev.paxosjournal.disk;

import dev.paxosjournal.disk.Disk.Access;
import dev.paxosjournal.disk.Operation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;

/** One open file of a {@link MemoryDisk}; stays with its file whatever becomes of the name. */
final class OpenMemoryFile implements DiskFile {
  private final MemoryDisk disk;
  private final MemoryFile file;
  private final Access access;
  private boolean closed;

  OpenMemoryFile(MemoryDisk disk, MemoryFile file, Access access) {
    this.disk = disk;
    this.file = file;
    this.access = access;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws IOException {
    return perform(Kind.READ, offset, target.remaining(), o -> file.live.read(target, offset));
  }

  @Override
  public void write(ByteBuffer source, long offset) throws IOException {
    requireWritable();
    requireBlocks(source, offset);
    perform(
        Kind.WRITE,
        offset,
        source.remaining(),
        operation -> {
          int fitting = fitting(offset, source.remaining());
          byte[] bytes = new byte[fitting];
          source.get(bytes);
          file.write(operation.number(), bytes, offset);
          if (source.hasRemaining()) {
            String message = "cannot write " + disk.path(file.name) + ": no space left";
            throw new NoSpaceException(message, new IOException("No space left on device"));
          }
          return fitting;
        });
  }

  /**
   * What a real disk would refuse if it were written past the page cache. Of the length nothing can
   * be said here: disks that fail write a part.
   */
  private void requireBlocks(ByteBuffer source, long offset) {
    int block = Disk.BLOCK_BYTES;
    if (access == Access.WRITE_BLOCKS
        && (offset % block != 0 || source.alignmentOffset(source.position(), block) != 0)) {
      throw new AssertionError(
          source.remaining() + " bytes at offset " + offset + " are no aligned blocks");
    }
  }

  /** How many of the bytes go into sectors that exist, or that there is room for. */
  private int fitting(long offset, int length) {
    long freeSectors = disk.freeBytes() / Sectors.SECTOR_BYTES;
    int before = Sectors.sectorAfter(offset + length);
    for (int index = Sectors.sectorOf(offset); index < before; index++) {
      if (file.live.get(index) == null && --freeSectors < 0) {
        return (int) Math.max(0, (long) index * Sectors.SECTOR_BYTES - offset);
      }
    }
    return length;
  }

  @Override
  public long size() throws IOException {
    synchronized (disk) {
      disk.requirePower();
      requireOpen();
      return file.live.sizeBytes();
    }
  }

  @Override
  public void truncate(long sizeBytes) throws IOException {
    requireWritable();
    perform(
        Kind.TRUNCATE,
        sizeBytes,
        0,
        operation -> {
          file.truncate(operation.number(), sizeBytes);
          return sizeBytes;
        });
  }

  @Override
  public void force() throws IOException {
    synchronized (disk) {
      requireOpen();
      try {
        perform(
            Kind.FORCE,
            0,
            0,
            operation -> {
              if (disk.takeForceFailure(file.name)) {
                throw new IOException(
                    "cannot force " + disk.path(file.name) + ": Input/output error");
              }
              file.force();
              return file;
            });
      } catch (IOException e) {
        file.loseUnforced();
        throw e;
      }
    }
  }

  /** Does to this file what a force that fails does, without one. */
  void loseUnforced() {
    synchronized (disk) {
      file.loseUnforced();
    }
  }

  @Override
  public void close() {
    synchronized (disk) {
      closed = true;
    }
  }

  private <T> T perform(Kind kind, long offset, int length, MemoryDisk.Step<T> step)
      throws IOException {
    synchronized (disk) {
      requireOpen();
      return disk.perform(kind, file.name, offset, length, step);
    }
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private void requireWritable() {
    if (access == Access.READ) {
      throw new NonWritableChannelException();
    }
  }
}

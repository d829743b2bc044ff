package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.NoSpaceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The file {@code hint}: two copies, written in turn. Used by the thread that appends. */
final class HintFile implements Closeable {
  private final DiskFile file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(Hint.COPY_BYTES);
  private final Crc crc = new Crc();
  private long counter;

  private HintFile(DiskFile file, long counter) {
    this.file = file;
    this.counter = counter;
  }

  /**
   * What was found in its place.
   *
   * @param hint null if it is missing or neither copy can be used
   * @param diskFailed whether the disk could not read one of the copies: an error may pass
   */
  record Found(@Nullable Hint hint, boolean diskFailed) {}

  /** What the file says; null if it is missing or neither copy can be used. */
  static @Nullable Hint read(Disk disk) throws IOException {
    return look(disk).hint();
  }

  static Found look(Disk disk) throws IOException {
    if (disk.list(Hint.FILE::equals).isEmpty()) {
      return new Found(null, false);
    }
    ByteBuffer content = ByteBuffer.allocate(Hint.FILE_BYTES);
    try (DiskFile file = disk.open(Hint.FILE, Disk.Access.READ)) {
      boolean whole = readWhatCanBeRead(file, content);
      return new Found(Hint.parse(content.flip()), !whole);
    } catch (NoSpaceException tooManyOpenFiles) {
      throw tooManyOpenFiles;
    } catch (IOException unreadable) {
      return new Found(null, true);
    }
  }

  /** A block that the disk cannot read must not hide the other copy: false if there is one. */
  private static boolean readWhatCanBeRead(DiskFile file, ByteBuffer content) throws IOException {
    try {
      file.read(content, 0);
      return true;
    } catch (IOException failure) {
      try {
        content.clear().limit(Hint.COPY_BYTES);
        file.read(content, 0);
      } catch (IOException firstCopy) {
        content.clear().position(Hint.COPY_BYTES);
        file.read(content, Hint.COPY_BYTES);
      }
      return false;
    }
  }

  /** Opens the file for writing, and makes it if need be. */
  static HintFile open(Disk disk, @Nullable Hint last) throws IOException {
    boolean exists = !disk.list(Hint.FILE::equals).isEmpty();
    if (!exists) {
      // A link, or an empty folder, may have the name.
      disk.delete(Hint.FILE);
    }
    DiskFile file = disk.open(Hint.FILE, exists ? Disk.Access.WRITE : Disk.Access.CREATE);
    if (file.size() < Hint.FILE_BYTES) {
      // Blocks that exist cannot fail for want of space later.
      file.write(ByteBuffer.allocateDirect(Hint.FILE_BYTES - (int) file.size()), file.size());
      file.force();
    }
    return new HintFile(file, last == null ? 0 : last.counter());
  }

  void write(SegmentHeader segment, long end, ShardState state, GroupBuilder groups)
      throws IOException {
    counter++;
    Hint.encode(buffer, counter, segment, end, state, groups, crc);
    file.write(buffer, (counter & 1) * Hint.COPY_BYTES);
  }

  void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

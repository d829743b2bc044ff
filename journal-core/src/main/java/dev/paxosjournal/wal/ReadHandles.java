package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.OpenFile;
import dev.paxosjournal.disk.OpenFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The files that are open for reading: the ones used last, and no more than a limit, because a log
 * of many short lives has more segments than a process may have open files.
 */
public final class ReadHandles implements Closeable {
  private static final int MOST_SEGMENTS = 64;

  private final Disk disk;
  private final int mostOpen;
  private final OpenFiles<OpenFile> open = new OpenFiles<>();

  ReadHandles(Disk disk) {
    this(disk, MOST_SEGMENTS);
  }

  /** At most so many are open, but for those that are being read. */
  public ReadHandles(Disk disk, int mostOpen) {
    this.disk = disk;
    this.mostOpen = mostOpen;
  }

  /** Reads at an offset until the buffer is full or the file ends. */
  public int read(String fileName, ByteBuffer target, long offset) throws IOException {
    OpenFile file = open.use(fileName);
    if (file == null) {
      open.keep(mostOpen - 1);
      file = open.add(fileName, new OpenFile(disk.open(fileName, Disk.Access.READ)));
    }
    try {
      return file.file().read(target, offset);
    } finally {
      open.release(file);
    }
  }

  /** Closes the file with this name: it is about to be removed or to become another one. */
  public void forget(String fileName) throws IOException {
    open.letGo(fileName);
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}

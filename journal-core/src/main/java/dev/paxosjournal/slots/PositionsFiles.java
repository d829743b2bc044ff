package dev.paxosjournal.slots;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.disk.OpenFile;
import dev.paxosjournal.disk.OpenFiles;
import dev.paxosjournal.wal.ReadHandles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The positions files that are open: those used last and no more than a limit, because a long
 * journal has more of them than a process may have open files. Nobody holds a lock while it reads
 * or writes one.
 *
 * <p>One thread writes; any thread reads, forces or removes.
 */
final class PositionsFiles implements Closeable {
  /** So many are open for writing, and so many for reading. */
  static final int MOST_OPEN = 32;

  private static final Logger log = LoggerFactory.getLogger(PositionsFiles.class);

  private final Disk disk;
  private final ReadHandles readers;
  private final OpenFiles<Writer> writers = new OpenFiles<>();
  private volatile boolean forceFailed;

  // At first too: an earlier life that was killed may have made files.
  private volatile boolean namesAreNew = true;

  /** A file open for writing. */
  private static final class Writer extends OpenFile {
    final ReentrantLock forcing = new ReentrantLock();
    volatile boolean dirty;

    Writer(DiskFile file) {
      super(file);
    }
  }

  PositionsFiles(Disk disk) {
    this.disk = disk;
    this.readers = new ReadHandles(disk, MOST_OPEN);
  }

  /** Reads at an offset; {@link NoSuchFileException} if there is no such file. */
  int read(String name, ByteBuffer target, long offset) throws IOException {
    return readers.read(name, target, offset);
  }

  /** Writes at an offset, to a file that is made if there is none. */
  void write(String name, ByteBuffer source, long offset) throws IOException {
    Writer writer = acquire(name);
    try {
      writer.file().write(source, offset);
    } finally {
      // After the write: a force in between must not think that it covered it.
      writer.dirty = true;
      writers.release(writer);
    }
  }

  /** Makes everything written before this call durable. */
  void force() throws IOException {
    requireNoFailedForce();
    List<Writer> open = writers.useAll();
    try {
      for (Writer writer : open) {
        force(writer);
      }
    } finally {
      for (Writer writer : open) {
        writers.release(writer);
      }
    }
    requireNoFailedForce();
    if (namesAreNew) {
      namesAreNew = false;
      try {
        disk.forceDirectory();
      } catch (NoSpaceException notTried) {
        namesAreNew = true;
        throw notTried;
      } catch (IOException failure) {
        forceFailed = true;
        throw failure;
      }
    }
  }

  private void requireNoFailedForce() throws IOException {
    if (forceFailed) {
      throw new IOException("an earlier force of the positions failed");
    }
  }

  private void force(Writer writer) throws IOException {
    // Held while forcing, so that nobody takes a force that has only begun for one that is done.
    writer.forcing.lock();
    try {
      if (writer.dirty) {
        writer.dirty = false;
        writer.file().force();
      }
    } catch (IOException failure) {
      // What a failed force lost, a second one does not bring back: these entries are in doubt
      // until they are written again, which the next opening does.
      forceFailed = true;
      throw failure;
    } finally {
      writer.forcing.unlock();
    }
  }

  private Writer acquire(String name) throws IOException {
    Writer known = writers.use(name);
    if (known != null) {
      return known;
    }
    makeRoom();
    return writers.add(name, new Writer(open(name)));
  }

  private DiskFile open(String name) throws IOException {
    try {
      return disk.open(name, Disk.Access.WRITE);
    } catch (NoSuchFileException missing) {
      DiskFile made = disk.open(name, Disk.Access.CREATE);
      namesAreNew = true;
      return made;
    }
  }

  /** Closes the file that was written longest ago, once what it got is durable. */
  private void makeRoom() throws IOException {
    String name = writers.eldestOf(MOST_OPEN);
    Writer eldest = name == null ? null : writers.use(name);
    if (name == null || eldest == null) {
      return;
    }
    try {
      // Not left to a force by a file opened later: that would not hear of an error in between.
      force(eldest);
    } catch (IOException failure) {
      log.warn("{} could not be forced; there are no more checkpoints", name, failure);
    }
    writers.letGo(name);
    writers.release(eldest);
  }

  /** Removes a file. */
  void delete(String name) throws IOException {
    writers.letGo(name);
    disk.delete(name);
    readers.forget(name);
  }

  @Override
  public void close() throws IOException {
    writers.close();
    readers.close();
  }
}

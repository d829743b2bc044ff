package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayDeque;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files ready to become segments: filled with zeros ahead of need, or freed by compaction. A force
 * into blocks that were written before needs no journal commit of the file system.
 *
 * <p>The thread that writes the log takes them; another one makes them.
 */
final class Spares {
  private static final Logger log = LoggerFactory.getLogger(Spares.class);
  private static final Pattern NAME = Pattern.compile("spare-\\d+\\.seg");
  private static final int MOST_KEPT = 2;

  /**
   * Larger writes make large page-cache folios, and those halve the speed of small forced writes.
   */
  private static final int FILL_BYTES = 4096;

  private final Disk disk;
  private final long segmentBytes;
  private final boolean preallocate;
  private final ArrayDeque<String> ready = new ArrayDeque<>();
  private long nextNumber = 1;

  Spares(Disk disk, long segmentBytes, boolean preallocate) {
    this.disk = disk;
    this.segmentBytes = segmentBytes;
    this.preallocate = preallocate;
  }

  static boolean isSpare(String fileName) {
    return NAME.matcher(fileName).matches();
  }

  /** Takes over a spare that an earlier life left, or removes it if it has another size. */
  void found(String fileName, long fileBytes) throws IOException {
    String digits = fileName.substring("spare-".length(), fileName.length() - ".seg".length());
    if (digits.length() < 18) {
      synchronized (this) {
        nextNumber = Math.max(nextNumber, Long.parseLong(digits) + 1);
      }
    }
    if (preallocate && fileBytes == segmentBytes && offer(fileName)) {
      return;
    }
    disk.delete(fileName);
  }

  /** A full-sized file, or null if none is ready. */
  synchronized @Nullable String take() {
    return ready.poll();
  }

  synchronized void giveBack(String fileName) {
    ready.addFirst(fileName);
  }

  boolean fills() {
    return preallocate;
  }

  synchronized int count() {
    return ready.size();
  }

  /**
   * Makes a file of zeros on the calling thread; not yet durable. The caller names and forces it.
   */
  String make(long fileBytes) throws IOException {
    String name = nextName(".tmp");
    while (!isFree(name)) {
      name = nextName(".tmp");
    }
    try (DiskFile file = disk.open(name, Disk.Access.CREATE)) {
      if (preallocate) {
        fill(file, fileBytes);
      }
    } catch (IOException | RuntimeException failure) {
      deleteQuietly(name, failure);
      throw failure;
    }
    return name;
  }

  /** Removes a file of this name. What is no file and not empty is somebody else's and stays. */
  private boolean isFree(String name) throws IOException {
    try {
      disk.delete(name);
      return true;
    } catch (DirectoryNotEmptyException taken) {
      log.warn("{} is no file: passed over", disk.path(name));
      return false;
    }
  }

  /** Gives a file the next name of a spare under which no folder stands. */
  private String rename(String fileName) throws IOException {
    while (true) {
      String name = nextName(".seg");
      try {
        disk.rename(fileName, name);
        return name;
      } catch (FileAlreadyExistsException taken) {
        log.warn("{} is no file: passed over", disk.path(name));
      }
    }
  }

  /** Makes one spare if none is ready. */
  void prepare() throws IOException {
    if (!preallocate || count() > 0) {
      return;
    }
    String made = make(segmentBytes);
    String name;
    try {
      try (DiskFile file = disk.open(made, Disk.Access.WRITE)) {
        file.force();
      }
      name = rename(made);
    } catch (IOException | RuntimeException failure) {
      deleteQuietly(made, failure);
      throw failure;
    }
    if (!offer(name)) {
      disk.delete(name);
    }
  }

  /** Keeps the file of a segment that nobody needs, or removes it. */
  void recycle(String fileName, long fileBytes) throws IOException {
    if (!preallocate || fileBytes != segmentBytes || count() >= MOST_KEPT) {
      disk.delete(fileName);
      return;
    }
    String name = rename(fileName);
    // Force the name before the file can be taken: otherwise a power cut could bring the old
    // segment's name back with the header of another segment in it.
    disk.forceDirectory();
    if (!offer(name)) {
      disk.delete(name);
    }
  }

  private synchronized boolean offer(String fileName) {
    return ready.size() < MOST_KEPT && ready.offer(fileName);
  }

  private synchronized String nextName(String ending) {
    return "spare-" + nextNumber++ + ending;
  }

  private void deleteQuietly(String name, Exception failure) {
    try {
      disk.delete(name);
    } catch (IOException alsoFailed) {
      failure.addSuppressed(alsoFailed);
      log.debug("could not remove {}", disk.path(name), alsoFailed);
    }
  }

  private static void fill(DiskFile file, long fileBytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
    for (long offset = 0; offset < fileBytes; offset += FILL_BYTES) {
      zeros.clear().limit((int) Math.min(FILL_BYTES, fileBytes - offset));
      file.write(zeros, offset);
    }
  }
}

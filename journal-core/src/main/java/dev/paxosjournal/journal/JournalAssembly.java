package dev.paxosjournal.journal;

import dev.paxosjournal.disk.DirectoryInUseException;
import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.NioDisk;
import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.wal.GroupBuilder;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.SegmentHeader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Puts a journal together from its parts. */
final class JournalAssembly {

  private JournalAssembly() {}

  static PaxosJournal open(JournalOptions options) {
    return open(
        options,
        () -> NioDisk.open(options.directory(), options.create(), options.directIo()),
        () -> upkeepThread(options.nodeId()));
  }

  /** Where a journal finds its directory, at each opening anew. */
  interface DiskSource {
    Disk open() throws IOException;
  }

  static DiskJournal open(
      JournalOptions options, DiskSource disks, Supplier<ExecutorService> upkeepThreads) {
    DiskJournal journal = new DiskJournal(options, disks, upkeepThreads);
    journal.reopen();
    return journal;
  }

  private static ExecutorService upkeepThread(int nodeId) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "paxos-journal-upkeep-" + nodeId);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** The smallest segment in which a value of this size fits. */
  static long leastSegmentBytes(int maxValueBytes) {
    return SegmentHeader.AREA_BYTES
        + GroupBuilder.mostBytes(1, RecordHeader.recordBytes(maxValueBytes));
  }

  /** Opens the directory and takes its lock; the result holds both. */
  record Directory(Disk disk, Closeable lock) implements Closeable {

    static Directory open(JournalOptions options, DiskSource disks) {
      try {
        Disk disk = disks.open();
        try {
          return new Directory(disk, disk.lock());
        } catch (IOException | RuntimeException refused) {
          disk.close();
          throw refused;
        }
      } catch (DirectoryInUseException inUse) {
        String message = inUse.getMessage();
        throw new JournalException.InUse(
            message == null ? options.directory() + " is in use" : message,
            inUse.thisProcess(),
            inUse.owner().orElse(null),
            inUse);
      } catch (IOException failure) {
        throw unusable(options.directory(), failure);
      }
    }

    @Override
    public void close() throws IOException {
      try (disk) {
        lock.close();
      }
    }
  }

  static JournalException.Unusable unusable(Path directory, IOException failure) {
    return new JournalException.Unusable(
        reasonFor(failure),
        directory,
        "the journal directory "
            + directory
            + " cannot be used: "
            + failure
            + (failure instanceof NoSpaceException full ? "; " + wayOut(full) : ""),
        failure);
  }

  private static String wayOut(NoSpaceException full) {
    return full.isOfOpenFiles()
        ? "close files or raise the limit, then open it again"
        : "free some space, then open it again";
  }

  private static JournalException.Unusable.Reason reasonFor(IOException failure) {
    if (failure instanceof NoSpaceException) {
      return JournalException.Unusable.Reason.NO_SPACE;
    } else if (String.valueOf(failure.getMessage()).contains("Read-only file system")) {
      return JournalException.Unusable.Reason.READ_ONLY;
    } else if (failure instanceof NotDirectoryException) {
      return JournalException.Unusable.Reason.NOT_A_DIRECTORY;
    } else if (failure instanceof AccessDeniedException) {
      return JournalException.Unusable.Reason.NOT_WRITABLE;
    } else if (failure instanceof NoSuchFileException) {
      return JournalException.Unusable.Reason.MISSING;
    }
    return JournalException.Unusable.Reason.OTHER;
  }
}

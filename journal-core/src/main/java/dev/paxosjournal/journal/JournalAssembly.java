package dev.paxosjournal.journal;

import dev.paxosjournal.disk.DirectoryInUseException;
import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.NioDisk;
import dev.paxosjournal.wal.GroupBuilder;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.SegmentHeader;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Puts a journal together from its parts. */
final class JournalAssembly {

  private JournalAssembly() {}

  static PaxosJournal open(JournalOptions options) {
    return open(
        options,
        () -> NioDisk.open(options.directory(), options.create()),
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
            inUse);
      } catch (IOException failure) {
        throw unusable(options, failure);
      }
    }

    @Override
    public void close() throws IOException {
      try (disk) {
        lock.close();
      }
    }
  }

  static JournalException.Unusable unusable(JournalOptions options, IOException failure) {
    return new JournalException.Unusable(
        "the journal directory " + options.directory() + " cannot be used: " + failure, failure);
  }
}

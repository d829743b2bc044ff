package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import java.util.concurrent.Executors;

/** Opens a journal on a disk that a test made, for the tests of other modules. */
public final class JournalOnDisk {

  private JournalOnDisk() {}

  /** A journal on this disk; opened again, it finds the same one. */
  public static PaxosJournal open(JournalOptions options, Disk disk) {
    return JournalAssembly.open(options, () -> disk, Executors::newSingleThreadExecutor);
  }
}

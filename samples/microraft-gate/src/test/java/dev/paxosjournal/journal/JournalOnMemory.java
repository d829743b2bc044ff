package dev.paxosjournal.journal;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** A journal on a disk in memory, so that the power can be cut under it. */
public final class JournalOnMemory {
  private final MemoryDisk disk;
  private final PaxosJournal journal;

  private JournalOnMemory(MemoryDisk disk) {
    this.disk = disk;
    this.journal =
        JournalAssembly.open(
            JournalOptions.builder(Path.of("memory"), "microraft", 1)
                .segmentBytes(1 << 20)
                .maxValueBytes(256 * 1024)
                .build(),
            () -> disk,
            Executors::newSingleThreadExecutor);
  }

  /** A new journal. */
  public static JournalOnMemory empty() {
    return new JournalOnMemory(new MemoryDisk());
  }

  /** The journal. */
  public PaxosJournal journal() {
    return journal;
  }

  /** What an opening finds if the power is cut now: nothing but what was forced. */
  public JournalOnMemory afterPowerCut() {
    return new JournalOnMemory(disk.crash(CrashStrategy.NOTHING, 0));
  }
}

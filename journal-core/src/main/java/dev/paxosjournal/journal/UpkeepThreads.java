package dev.paxosjournal.journal;

import dev.paxosjournal.wal.Upkeep;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of one life that do what the journal's own thread must not wait for. */
final class UpkeepThreads implements Upkeep {
  private static final Logger log = LoggerFactory.getLogger(UpkeepThreads.class);

  private final ExecutorService tasks;
  private final ExecutorService longTasks;

  UpkeepThreads(Supplier<ExecutorService> threads) {
    tasks = threads.get();
    longTasks = threads.get();
  }

  @Override
  public void execute(Runnable task) {
    tasks.execute(task);
  }

  @Override
  public void executeLong(Runnable task) {
    longTasks.execute(task);
  }

  /** Finishes what was given to them, and waits for that. */
  void end(JournalOptions options) {
    tasks.shutdown();
    longTasks.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (tasks.awaitTermination(1, TimeUnit.MINUTES)
            && longTasks.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
        log.warn("journal={} still waits for its upkeep to end", options.directory());
      } catch (InterruptedException retry) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

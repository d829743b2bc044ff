package dev.paxosjournal.wal;

import java.util.concurrent.Executor;

/**
 * Work that is not the journal's thread's: checkpoints, freed segments, spares. Tasks given to
 * {@link #execute} run one after another.
 */
public interface Upkeep extends Executor {

  /**
   * Runs what takes long, beside the other tasks: none of them waits for it. A checkpoint that
   * waited until a spare segment is filled would leave that much more log to read at an opening.
   */
  void executeLong(Runnable task);
}

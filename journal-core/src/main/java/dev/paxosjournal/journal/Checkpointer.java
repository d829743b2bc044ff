package dev.paxosjournal.journal;

import dev.paxosjournal.slots.Checkpoint;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a checkpoint every so many bytes or records of log, off the thread that writes the log, so
 * that an opening reads only what came after. A checkpoint that cannot be written costs time at the
 * next opening, nothing else.
 */
final class Checkpointer {
  private static final Logger log = LoggerFactory.getLogger(Checkpointer.class);

  /** An opening after a kill looks at each record that no checkpoint covers. */
  private static final long MOST_UNCOVERED_RECORDS = 16 * 1024;

  private final Life life;
  private final UUID journalId;
  private final Executor upkeep;
  private final long everyBytes;
  private final AtomicBoolean running = new AtomicBoolean();
  private long lastPosition;
  private long recordsSince;
  private boolean wanted;

  Checkpointer(Life life, UUID journalId, Executor upkeep, long everyBytes, long lastPosition) {
    this.life = life;
    this.journalId = journalId;
    this.upkeep = upkeep;
    this.everyBytes = everyBytes;
    this.lastPosition = lastPosition;
  }

  /** For the journal's thread: the next one is due at once. */
  void soon() {
    wanted = true;
  }

  /** For the journal's thread: so many records were forced; begins a checkpoint if one is due. */
  void afterGroup(int records) {
    recordsSince += records;
    boolean due =
        wanted
            || recordsSince >= MOST_UNCOVERED_RECORDS
            || life.log.end() - lastPosition >= everyBytes;
    if (!due || !running.compareAndSet(false, true)) {
      return;
    }
    if (life.endedBy().isPresent()) {
      running.set(false);
      return;
    }
    wanted = false;
    Checkpoint checkpoint = take();
    lastPosition = checkpoint.position();
    recordsSince = 0;
    upkeep.execute(
        () -> {
          try {
            publish(checkpoint);
          } catch (IOException failure) {
            log.warn(
                "could not write a checkpoint; the next opening reads more of the log", failure);
          } finally {
            running.set(false);
          }
        });
  }

  /** For the journal's thread, at an orderly end, when nothing runs any more. */
  void atClose() throws IOException {
    publish(take());
  }

  private Checkpoint take() {
    long previous = life.log.lastGroup();
    return Checkpoint.of(
        life.stateForWriter(),
        journalId,
        life.log.end(),
        previous,
        life.log.highestSlotAt(previous),
        life.log.logStart());
  }

  private void publish(Checkpoint checkpoint) throws IOException {
    // Before the checkpoint: otherwise it could vouch for entries that a power cut takes.
    life.positions.force();
    checkpoint.write(life.disk);
  }

  /** Removes the positions files that hold only compacted slots. */
  void dropPositionsBefore(long firstAvailable) {
    upkeep.execute(
        () -> {
          try {
            life.positions.dropBefore(firstAvailable);
          } catch (IOException failure) {
            log.warn("could not remove old positions; the next compaction will", failure);
          }
        });
  }
}

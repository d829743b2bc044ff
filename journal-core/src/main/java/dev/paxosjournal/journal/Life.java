package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.wal.WriteAheadLog;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One life of a journal, from an opening to a failure or close: its log, its positions and its
 * durable state in memory.
 *
 * <p>Only the journal's thread changes the state, under a lock that is never held during I/O; any
 * thread reads it under the same lock.
 */
final class Life {
  final Disk disk;
  final WriteAheadLog log;
  final Positions positions;
  final RecoveryReport recovery;
  final Quarantine quarantine;
  private final AcceptorState state;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile JournalStatus.State condition;
  private volatile long firstAvailable;
  private final AtomicLong changes = new AtomicLong();
  private @Nullable JournalException cause;
  private volatile @Nullable List<String> reportNames;

  Life(
      Disk disk,
      WriteAheadLog log,
      Positions positions,
      AcceptorState state,
      RecoveryReport recovery,
      Quarantine quarantine) {
    this.disk = disk;
    this.log = log;
    this.positions = positions;
    this.state = state;
    this.recovery = recovery;
    this.quarantine = quarantine;
    this.condition =
        state.promiseLost() ? JournalStatus.State.REPAIR_ONLY : JournalStatus.State.OPEN;
    this.firstAvailable = state.firstAvailable();
  }

  /** Looks at the durable state. */
  <T> T use(Function<AcceptorState, T> question) {
    lock.lock();
    try {
      return question.apply(state);
    } finally {
      lock.unlock();
    }
  }

  /** Changes the durable state; on the journal's thread, after a force. */
  void change(Consumer<AcceptorState> change) {
    lock.lock();
    try {
      change.accept(state);
      firstAvailable = state.firstAvailable();
      changes.incrementAndGet();
    } finally {
      lock.unlock();
    }
  }

  /** Grows whenever the durable state changes. */
  long changes() {
    return changes.get();
  }

  /** The durable state, for the journal's thread, which alone changes it. */
  AcceptorState stateForWriter() {
    return state;
  }

  /** Why nothing can be written any more; empty while that is not so. */
  Optional<JournalException> endedBy() {
    lock.lock();
    try {
      return condition == JournalStatus.State.FAILED || condition == JournalStatus.State.CLOSED
          ? Optional.ofNullable(cause)
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that the journal is full, failed or closed; a later, worse state replaces an earlier one.
   */
  void become(JournalStatus.State next, @Nullable JournalException why) {
    lock.lock();
    try {
      condition = next;
      cause = why;
    } finally {
      lock.unlock();
    }
  }

  JournalStatus.State condition() {
    return condition;
  }

  /**
   * The files of the last recoveries' reports, newest first. Only openings write such files, so the
   * directory, which grows with the log, is listed once.
   */
  List<String> reportNames() throws IOException {
    List<String> names = reportNames;
    if (names == null) {
      names = RecoveryReports.names(disk);
      reportNames = names;
    }
    return names;
  }

  /** The lowest slot not compacted. */
  long firstAvailable() {
    return firstAvailable;
  }

  /** The state in which a journal without trouble is. */
  JournalStatus.State healthy() {
    return state.promiseLost() ? JournalStatus.State.REPAIR_ONLY : JournalStatus.State.OPEN;
  }

  JournalStatus status() {
    long logBytes = log.keptBytes();
    int segments = log.segments().size();
    lock.lock();
    try {
      return new JournalStatus(
          condition,
          state.promised(),
          state.committedThrough(),
          state.firstGap(),
          state.highestSlot(),
          state.pending().size(),
          state.damage().count(),
          state.firstAvailable(),
          logBytes,
          log.end() - log.logStart(),
          segments,
          Optional.ofNullable(cause).map(Throwable::getMessage));
    } finally {
      lock.unlock();
    }
  }

  SlotState slot(long slot) {
    return answer(slot).state();
  }

  SlotReader.Answer answer(long slot) {
    return new SlotReader(this).answer(slot);
  }

  /** Closes all files; the lock of the directory is not the life's. */
  void closeFiles() throws IOException {
    try {
      positions.close();
    } finally {
      log.close();
    }
  }
}

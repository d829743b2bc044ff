package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.slots.AcceptorState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A retransmission in steps: asks for one committed slot after another, and reads ahead as long as
 * they follow one another.
 */
final class SlotWalk implements Retransmission {
  private final JournalReads journal;
  private final long maxBytes;
  private long nextSlot;
  private long sentBytes;
  private boolean sentValue;
  private @Nullable End end;
  private @Nullable CommittedRun run;

  SlotWalk(JournalReads journal, long from, long maxBytes) {
    this.journal = journal;
    this.maxBytes = maxBytes;
    this.nextSlot = from;
    long firstAvailable = journal.read(life -> life.use(state -> state.firstAvailable()));
    if (from < firstAvailable) {
      throw new JournalException.Compacted(from, firstAvailable);
    }
  }

  @Override
  public Optional<SlotState> next() {
    if (end != null) {
      return Optional.empty();
    }
    while (nextSlot >= 0) {
      // Of the present life each time: the journal may be reopened between two steps.
      Optional<SlotState> found = journal.read(this::look);
      if (found.isEmpty()) {
        return endAt(nextSlot, Reason.END);
      }
      SlotState state = found.get();
      long slot = state.slot();
      if (state instanceof SlotState.Compacted) {
        return endAt(nextSlot, Reason.LIMIT);
      }
      if (state instanceof SlotState.Committed committed) {
        int bytes = committed.value().length();
        if (sentValue && sentBytes + bytes > maxBytes) {
          return endAt(nextSlot, Reason.LIMIT);
        }
        sentBytes += bytes;
        sentValue = true;
      }
      nextSlot = slot + 1;
      if (state instanceof SlotState.Committed || state instanceof SlotState.Damaged) {
        return Optional.of(state);
      }
    }
    // The last slot there can be was served; there is no number for the one behind it.
    return endAt(Long.MAX_VALUE, Reason.END);
  }

  private Optional<SlotState> look(Life life) {
    CommittedRun ahead = run;
    if (ahead == null || !ahead.isOf(life)) {
      ahead = new CommittedRun(life);
      run = ahead;
    }
    Optional<SlotState> found = ahead.read(nextSlot);
    return found.isPresent() ? found : search(life);
  }

  /** The same, slot by slot: across a gap, at the end, and where something is wrong. */
  private Optional<SlotState> search(Life life) {
    long slot = life.use(this::candidate);
    return slot < 0 ? Optional.empty() : Optional.of(journal.readSlot(life, slot).state());
  }

  /** The next slot that is committed, or damaged with something committed above it; or -1. */
  private long candidate(AcceptorState state) {
    long committed = state.nextCommitted(nextSlot);
    if (committed < 0) {
      return -1;
    }
    long damaged = state.damage().ceiling(nextSlot);
    return damaged < 0 ? committed : Math.min(committed, damaged);
  }

  private Optional<SlotState> endAt(long slot, Reason reason) {
    end = new End(slot, reason);
    return Optional.empty();
  }

  @Override
  public End end() {
    if (end == null) {
      throw new IllegalStateException("the walk has not ended: call next() until it is empty");
    }
    return end;
  }

  @Override
  public void close() {
    // Nothing is held between two steps.
  }
}

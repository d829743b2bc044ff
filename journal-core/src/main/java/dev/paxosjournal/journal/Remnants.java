package dev.paxosjournal.journal;

import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.wal.GroupHeader;
import dev.paxosjournal.wal.Hint;
import dev.paxosjournal.wal.ShardState;
import java.util.Optional;

/**
 * What hint and checkpoint tell of a log of which no segment is left: every slot that held
 * something is damaged. Without a hint that is as new as the checkpoint, nothing tells what was
 * promised last, and the promise is lost.
 */
final class Remnants {
  private final AcceptorState state;
  private final long end;
  private final long sequence;
  private final boolean promiseIsKnown;

  Remnants(Optional<Hint> hint, Optional<Checkpoint> checkpoint) {
    this.state = checkpoint.map(Checkpoint::toState).orElseGet(AcceptorState::new);
    long covered = checkpoint.map(Checkpoint::position).orElse(0L);
    Optional<Hint> last = hint.filter(found -> found.end() >= covered);
    this.promiseIsKnown = last.isPresent();
    this.end = Math.max(GroupHeader.BLOCK_BYTES, Math.max(covered, last.map(Hint::end).orElse(0L)));
    this.sequence = hint.map(Hint::sequence).orElse(0L);
    checkpoint.ifPresent(
        found ->
            found
                .committedAbove()
                .forEach(range -> state.damageCommitted(range.first(), range.last())));
    if (last.isPresent() && last.get().end() > covered) {
      takeOver(last.get().state());
    }
    state.damageCommitted(state.firstAvailable(), state.committedThrough());
    state.damageUncommitted(state.committedThrough() + 1, state.highestSlot());
    if (last.isEmpty() || last.get().end() == covered) {
      // What a repair must agree with.
      checkpoint.ifPresent(found -> found.damaged().forEach(state::damage));
    }
    if (!promiseIsKnown) {
      Recovery.loseAll(state);
    }
  }

  private void takeOver(ShardState later) {
    if (later.promised() != null) {
      state.promise(later.promised());
    }
    if (later.promiseLost()) {
      state.losePromise();
    }
    state.noteRaft(later);
    if (later.registered()) {
      // The hint does not hold what was registered.
      state.register().lose();
    }
    if (later.highestSlot() < state.highestSlot()) {
      state.truncate(later.highestSlot() + 1);
    }
    state.floor(later.firstAvailable(), later.firstAvailable() - 1 > state.committedThrough());
    state.damageCommitted(state.firstAvailable(), later.committedThrough());
    state.raiseHighestSlot(later.highestSlot());
  }

  /** What is left of the acceptor's state. */
  AcceptorState state() {
    return state;
  }

  /** Where the log ended, as far as anything tells. */
  long end() {
    return end;
  }

  /** The number of the segment that was written to last, if the hint tells it. */
  long sequence() {
    return sequence;
  }

  /** For people. */
  String finding() {
    return "no segment of the log is left; "
        + (promiseIsKnown
            ? "the hint tells what was promised and committed last: every slot that held something"
                + " is damaged"
            : "nothing tells what was promised last: nothing is promised, accepted or voted any"
                + " more, and every slot that is known to have held something is damaged");
  }
}

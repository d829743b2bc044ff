package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.SlotState;
import java.io.Closeable;
import java.util.Optional;

/**
 * A walk over committed slots, in ascending order, reading as it goes. Used by one thread.
 *
 * <pre>{@code
 * try (Retransmission sent = journal.retransmit(from, 1 << 20)) {
 *   for (var slot = sent.next(); slot.isPresent(); slot = sent.next()) {
 *     send(slot.get());
 *   }
 *   send(sent.end().nextSlot());
 * }
 * }</pre>
 */
public interface Retransmission extends Closeable {

  /** Why a walk ended. */
  enum Reason {
    /** Nothing committed lies at or above {@link End#nextSlot()} yet. */
    END,
    /** There is more; ask again from {@link End#nextSlot()}. */
    LIMIT
  }

  /**
   * Where and why a walk ended.
   *
   * @param nextSlot the slot to ask for next; the highest number itself, if that slot was reached
   * @param reason whether there is more
   */
  record End(long nextSlot, Reason reason) {}

  /**
   * The next {@link SlotState.Committed} or {@link SlotState.Damaged} slot; empty when the walk has
   * ended. If the slot to be read is compacted meanwhile, the walk ends there with {@code LIMIT}.
   */
  Optional<SlotState> next();

  /**
   * Where and why the walk ended.
   *
   * @throws IllegalStateException if {@link #next()} has not yet returned empty
   */
  End end();

  @Override
  void close();
}

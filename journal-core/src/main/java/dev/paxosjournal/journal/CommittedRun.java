package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.PositionsRun;
import dev.paxosjournal.wal.RecordRun;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Committed slots in ascending order, read ahead: many entries and a long stretch of the log at
 * once. Says nothing of a slot that it cannot vouch for: {@link SlotReader} knows what that means.
 * Used by one thread, in one life.
 */
final class CommittedRun {
  private final Life life;
  private final PositionsRun entries;
  private final RecordRun records;
  private long changes;
  private long lastReadable = -1;
  private @Nullable Ballot lastBallot;

  CommittedRun(Life life) {
    this.life = life;
    this.entries = life.positions.run();
    this.records = life.log.run();
  }

  boolean isOf(Life other) {
    return life == other;
  }

  /** The state of a slot if it is committed and everything about it is in order. */
  Optional<SlotState> read(long slot) {
    ByteBuffer bytes = find(slot);
    if (bytes == null) {
      return Optional.empty();
    }
    Value value = Value.copyOf(bytes);
    return value.checksum() == entries.valueChecksum()
        ? Optional.of(new SlotState.Committed(slot, ballot(), value))
        : Optional.empty();
  }

  /** The value of a slot, not yet compared with its checksum; null if there is any doubt. */
  private @Nullable ByteBuffer find(long slot) {
    if (slot < life.firstAvailable()) {
      return null;
    }
    if (!isReadable(slot)) {
      return null;
    }
    if (!entries.covers(slot)) {
      life.positions.read(slot, lastReadable, entries);
    }
    return entries.find(slot)
        ? records.value(
            entries.position(),
            entries.lengthBytes(),
            entries.valueChecksum(),
            slot,
            entries.round(),
            entries.node())
        : null;
  }

  /**
   * Whether a slot is committed and not damaged. Asked for each slot, since damage may be found at
   * any time: what was read ahead of it is not served then.
   */
  private boolean isReadable(long slot) {
    long now = life.changes();
    if (now != changes || slot > lastReadable) {
      changes = now;
      lastReadable = life.use(state -> state.lastReadable(slot));
    }
    return slot <= lastReadable;
  }

  private Ballot ballot() {
    Ballot last = lastBallot;
    if (last == null || last.round() != entries.round() || last.node() != entries.node()) {
      last = new Ballot(entries.round(), entries.node());
      lastBallot = last;
    }
    return last;
  }
}

package dev.paxosjournal.slots;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.wal.ShardState;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an acceptor durably knows, in memory: its promise, its floors and an ordered map of the
 * pending slots. Takes memory by what is pending, not by what is committed; where a committed slot
 * lies is not kept here.
 *
 * <p>Applies records that are durable; it does not judge them. Not safe for use by several threads.
 */
public final class AcceptorState {
  private @Nullable Ballot promised;
  private boolean promiseLost;
  private long committedThrough = -1;
  private long firstAvailable;
  private long highestSlot = -1;
  private final TreeMap<Long, SlotLocation> pending = new TreeMap<>();
  private final TreeMap<Long, DamagedSlot> damaged = new TreeMap<>();

  /** Committed slots above {@link #committedThrough}. */
  private final SlotRanges committedAbove = new SlotRanges();

  /** Slots above {@link #committedThrough} of which anything is recorded. */
  private final SlotRanges occupiedAbove = new SlotRanges();

  /** Takes over the numbers of a checkpoint or header. */
  public void restore(ShardState state) {
    promised = state.promised();
    promiseLost = state.promiseLost();
    committedThrough = state.committedThrough();
    firstAvailable = state.firstAvailable();
    highestSlot = state.highestSlot();
  }

  /** The numbers, as headers repeat them. */
  public ShardState shardState() {
    return new ShardState(promised, promiseLost, committedThrough, firstAvailable, highestSlot);
  }

  /** The promise; empty before the first. */
  public Optional<Ballot> promised() {
    return Optional.ofNullable(promised);
  }

  /** Whether every copy of the promise was lost. */
  public boolean promiseLost() {
    return promiseLost;
  }

  /** Every slot 0…this is committed. */
  public long committedThrough() {
    return committedThrough;
  }

  /** The lowest slot not compacted. */
  public long firstAvailable() {
    return firstAvailable;
  }

  /** The highest slot of which anything is recorded. */
  public long highestSlot() {
    return highestSlot;
  }

  /** The highest committed slot, also above a gap. */
  public long highestCommitted() {
    return Math.max(committedThrough, committedAbove.last());
  }

  /** Whether a slot is committed (and not necessarily available). */
  public boolean isCommitted(long slot) {
    return slot <= committedThrough || committedAbove.contains(slot);
  }

  /** The lowest committed slot at or above one, or -1. */
  public long nextCommitted(long from) {
    return from <= committedThrough ? from : committedAbove.ceiling(from);
  }

  /** The pending slots; for reading. */
  public NavigableMap<Long, SlotLocation> pending() {
    return pending;
  }

  /** The damaged slots; for reading. */
  public NavigableMap<Long, DamagedSlot> damaged() {
    return damaged;
  }

  /** Committed slots above {@link #committedThrough}; for reading. */
  public SlotRanges committedAbove() {
    return committedAbove;
  }

  /** The lowest slot above C and below the highest that holds nothing. */
  public OptionalLong firstGap() {
    long candidate = occupiedAbove.runFrom(committedThrough + 1) + 1;
    return candidate < highestSlot ? OptionalLong.of(candidate) : OptionalLong.empty();
  }

  /** A ballot was promised, or accepted at. */
  public void promise(Ballot ballot) {
    if (promised == null || promised.isBelow(ballot)) {
      promised = ballot;
    }
  }

  /** No copy of the promise survives. */
  public void losePromise() {
    promised = null;
    promiseLost = true;
  }

  /** A value was accepted. */
  public void accept(long slot, SlotLocation location) {
    promise(location.ballot());
    if (slot < firstAvailable || isCommitted(slot)) {
      return;
    }
    damaged.remove(slot);
    pending.put(slot, location);
    occupy(slot);
  }

  /**
   * A slot is committed: by a commit of what was accepted there, or by a learn.
   *
   * @return whether that is news
   */
  public boolean commit(long slot) {
    if (slot < firstAvailable || isCommitted(slot)) {
      return false;
    }
    pending.remove(slot);
    occupy(slot);
    if (slot == committedThrough + 1) {
      advanceThrough(slot);
    } else {
      committedAbove.add(slot);
    }
    return true;
  }

  /** A damaged slot holds a verified value again. */
  public void heal(long slot) {
    damaged.remove(slot);
  }

  /** A slot's record cannot be read. */
  public void damage(DamagedSlot slot) {
    if (slot.slot() < firstAvailable) {
      return;
    }
    pending.remove(slot.slot());
    damaged.put(slot.slot(), slot);
    occupy(slot.slot());
    if (slot.committed()) {
      commit(slot.slot());
    }
  }

  /**
   * The compaction floor moved up.
   *
   * @param commits whether all lower slots count as committed
   */
  public void floor(long slot, boolean commits) {
    if (slot <= firstAvailable) {
      return;
    }
    firstAvailable = slot;
    pending.headMap(slot, false).clear();
    damaged.headMap(slot, false).clear();
    if (commits && slot - 1 > committedThrough) {
      advanceThrough(slot - 1);
    }
    highestSlot = Math.max(highestSlot, committedThrough);
  }

  /** Takes over a range of a checkpoint. */
  public void restoreCommitted(long first, long last) {
    committedAbove.add(first, last);
    occupiedAbove.add(first, last);
  }

  /** Takes over a pending slot of a checkpoint. */
  public void restorePending(long slot, SlotLocation location) {
    pending.put(slot, location);
    occupiedAbove.add(slot);
  }

  private void occupy(long slot) {
    if (slot > committedThrough) {
      occupiedAbove.add(slot);
    }
    highestSlot = Math.max(highestSlot, slot);
  }

  private void advanceThrough(long slot) {
    committedThrough = Math.max(slot, committedAbove.runFrom(slot + 1));
    committedAbove.removeThrough(committedThrough);
    occupiedAbove.removeThrough(committedThrough);
  }

  /** Pending slots at or above one, in order. */
  public Iterable<Map.Entry<Long, SlotLocation>> pendingFrom(long slot) {
    return pending.tailMap(slot, true).entrySet();
  }
}

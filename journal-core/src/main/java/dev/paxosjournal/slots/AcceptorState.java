package dev.paxosjournal.slots;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.wal.ShardState;
import java.util.List;
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
  private final Damage damage = new Damage();
  private final Register register = new Register();
  private boolean truncated;

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
    noteRaft(state);
  }

  /** The numbers, as headers repeat them. */
  public ShardState shardState() {
    return new ShardState(
        promised,
        promiseLost,
        committedThrough,
        firstAvailable,
        highestSlot,
        register.exists(),
        truncated);
  }

  /** Takes over what a header says of the records for Raft. */
  public void noteRaft(ShardState state) {
    truncated |= state.truncated();
    if (state.registered()) {
      register.noteExists();
    }
  }

  /** Term and vote of a Raft node. */
  public Register register() {
    return register;
  }

  /** Whether a suffix was ever dropped. */
  public boolean truncated() {
    return truncated;
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

  /** The last of the slots from one on that are committed and not damaged; less than it if none. */
  public long lastReadable(long from) {
    long last =
        from <= committedThrough
            ? committedAbove.runBehind(committedThrough)
            : committedAbove.runFrom(from);
    long damaged = damage.ceiling(from);
    return damaged < 0 ? last : Math.min(last, damaged - 1);
  }

  /** The pending slots; for reading. */
  public NavigableMap<Long, SlotLocation> pending() {
    return pending;
  }

  /** The damaged slots; for reading. */
  public Damage damage() {
    return damage;
  }

  /** What is known of a slot if it is damaged. */
  public Optional<DamagedSlot> damageOf(long slot) {
    return damage.of(slot, isCommitted(slot));
  }

  /** Committed slots above {@link #committedThrough}; for reading. */
  public SlotRanges committedAbove() {
    return committedAbove;
  }

  /** Slots above {@link #committedThrough} of which anything is recorded; for reading. */
  SlotRanges occupiedAbove() {
    return occupiedAbove;
  }

  /** The lowest slot above C and below the highest that holds nothing. */
  public OptionalLong firstGap() {
    long through = occupiedAbove.runBehind(committedThrough);
    return through < highestSlot - 1 ? OptionalLong.of(through + 1) : OptionalLong.empty();
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
    damage.heal(slot);
    pending.put(slot, location);
    occupy(slot);
  }

  /** A committed value was learned. */
  public void learn(long slot) {
    if (slot >= firstAvailable) {
      damage.heal(slot);
      markCommitted(slot);
    }
  }

  /**
   * What was accepted at a slot and ballot is committed.
   *
   * @return where it lies; empty if that is not known (the slot is then damaged), or if the slot is
   *     compacted or was committed before
   */
  public Optional<SlotLocation> commit(long slot, Ballot ballot) {
    if (slot < firstAvailable || isCommitted(slot)) {
      return Optional.empty();
    }
    SlotLocation accepted = pending.get(slot);
    if (accepted == null || !accepted.ballot().equals(ballot)) {
      // Where suffixes are dropped, two values may have stood at one slot and ballot.
      accepted = truncated ? null : damage.withdraw(slot, ballot).orElse(null);
    }
    if (accepted == null) {
      damage.committed(slot, ballot);
    }
    markCommitted(slot);
    return Optional.ofNullable(accepted);
  }

  /** A slot is known to be committed, and where its value lies. */
  public void commitKnown(long slot) {
    damage.heal(slot);
    markCommitted(slot);
  }

  private void markCommitted(long slot) {
    if (isCommitted(slot)) {
      return;
    }
    pending.remove(slot);
    occupy(slot);
    if (slot == committedThrough + 1) {
      advanceThrough(slot);
    } else {
      committedAbove.add(slot);
    }
  }

  /** A slot's record cannot be read. */
  public void damage(DamagedSlot slot) {
    if (slot.slot() < firstAvailable) {
      return;
    }
    pending.remove(slot.slot());
    damage.add(slot);
    occupy(slot.slot());
    if (slot.committed()) {
      markCommitted(slot.slot());
    }
  }

  /** Any slot of a range that is not committed may have held what cannot be read. */
  public void damageUncommitted(long first, long last) {
    if (last <= committedThrough) {
      return;
    }
    long from = Math.max(Math.max(first, firstAvailable), committedThrough + 1);
    while (from <= last) {
      long committedLast = isCommitted(from) ? Math.max(from, committedAbove.runFrom(from)) : -1;
      if (committedLast >= 0) {
        if (committedLast == Long.MAX_VALUE) {
          return;
        }
        from = committedLast + 1;
        continue;
      }
      long nextCommitted = committedAbove.ceiling(from);
      long through = nextCommitted < 0 ? last : Math.min(last, nextCommitted - 1);
      damage.addUnnamed(from, through, pending);
      occupiedAbove.add(from, through);
      highestSlot = Math.max(highestSlot, through);
      if (through == Long.MAX_VALUE) {
        return;
      }
      from = through + 1;
    }
  }

  /** Every slot of a range is damaged, committed or not. */
  public void damageAll(long first, long last) {
    damageUncommitted(first, last);
    if (first <= committedThrough) {
      damageCommitted(first, Math.min(last, committedThrough));
    }
    for (SlotRange range : List.copyOf(committedAbove.ranges())) {
      long from = Math.max(range.first(), first);
      long through = Math.min(range.last(), last);
      if (from <= through) {
        damageCommitted(from, through);
      }
    }
  }

  /** A slot is known to be committed, but not what it holds. */
  public void damageCommitted(long slot) {
    if (slot >= firstAvailable && !isCommitted(slot)) {
      damage.addUnnamed(slot, slot, pending);
      markCommitted(slot);
    }
  }

  /** The same for a range, all of which is known to be committed. */
  public void damageCommitted(long first, long last) {
    long from = Math.max(first, firstAvailable);
    if (from > last) {
      return;
    }
    damage.addUnnamed(from, last, pending);
    committedAbove.add(from, last);
    occupiedAbove.add(from, last);
    highestSlot = Math.max(highestSlot, last);
    if (from - 1 <= committedThrough) {
      advanceThrough(committedThrough);
    }
  }

  /** Takes back verdicts on a range that turned out to be too wide. */
  public void withdrawDamage(long first, long last) {
    damage
        .withdraw(first, last)
        .forEach(
            (slot, formerly) -> {
              if (slot >= firstAvailable && !isCommitted(slot)) {
                pending.put(slot, formerly);
              }
            });
    if (last > committedThrough) {
      long from = Math.max(first, committedThrough + 1);
      occupiedAbove.removeAll(from, last);
      pending.subMap(from, true, last, true).keySet().forEach(occupiedAbove::add);
      for (SlotRange range : committedAbove.ranges()) {
        if (range.first() <= last && range.last() >= from) {
          occupiedAbove.add(Math.max(from, range.first()), Math.min(last, range.last()));
        }
      }
    }
  }

  /** Takes over what a header says of the highest slot. */
  public void raiseHighestSlot(long slot) {
    highestSlot = Math.max(highestSlot, slot);
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
    damage.dropBefore(slot);
    // Also if it is a compaction, which never reaches past C: the records that committed these
    // slots
    // may lie in segments that are gone.
    if (slot - 1 > committedThrough) {
      advanceThrough(slot - 1);
    }
    highestSlot = Math.max(highestSlot, committedThrough);
  }

  /** All slots at or above one that are not committed hold nothing any more, damaged or not. */
  public void truncate(long from) {
    truncated = true;
    highestSlot = highestAfterTruncation(from);
    long first = Math.max(from, committedThrough + 1);
    pending.tailMap(first, true).clear();
    damage.dropUncommittedFrom(first, committedAbove);
    occupiedAbove.removeAll(first, Long.MAX_VALUE);
    for (SlotRange range : committedAbove.ranges()) {
      if (range.last() >= first) {
        occupiedAbove.add(Math.max(first, range.first()), range.last());
      }
    }
  }

  /** The highest slot of which anything would be recorded without the uncommitted ones from one. */
  public long highestAfterTruncation(long from) {
    return Math.max(highestCommitted(), occupiedAbove.floor(from - 1));
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

  /** Takes over damaged slots of a checkpoint of which nothing more is known. */
  public void restoreUnnamed(long first, long last) {
    damage.addUnnamed(first, last, pending);
    if (last > committedThrough) {
      occupiedAbove.add(Math.max(first, committedThrough + 1), last);
    }
  }

  private void occupy(long slot) {
    if (slot > committedThrough) {
      occupiedAbove.add(slot);
    }
    highestSlot = Math.max(highestSlot, slot);
  }

  private void advanceThrough(long slot) {
    committedThrough = committedAbove.runBehind(slot);
    committedAbove.removeThrough(committedThrough);
    occupiedAbove.removeThrough(committedThrough);
  }

  /** Pending slots at or above one, in order. */
  public Iterable<Map.Entry<Long, SlotLocation>> pendingFrom(long slot) {
    return pending.tailMap(slot, true).entrySet();
  }
}

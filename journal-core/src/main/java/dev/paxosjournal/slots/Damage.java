package dev.paxosjournal.slots;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The damaged slots: those of whose lost record something is known, and those that only may have
 * held what was lost. Memory by what is known, not by how many there may be.
 */
public final class Damage {
  private final TreeMap<Long, DamagedSlot> named = new TreeMap<>();
  private final SlotRanges unnamed = new SlotRanges();

  /**
   * What a slot held before something that cannot be read may have replaced it. If a commit names
   * its ballot, nothing did.
   */
  private final TreeMap<Long, SlotLocation> formerly = new TreeMap<>();

  /** Whether no slot is damaged. */
  public boolean isEmpty() {
    return named.isEmpty() && unnamed.last() < 0;
  }

  /** How many slots are damaged. */
  public long count() {
    long more = unnamed.count();
    return more > Long.MAX_VALUE - named.size() ? Long.MAX_VALUE : more + named.size();
  }

  /** The slots of whose lost record something is known. */
  public Collection<DamagedSlot> named() {
    return named.values();
  }

  /** The other damaged slots. */
  public List<SlotRange> unnamed() {
    return unnamed.ranges();
  }

  /** The lowest damaged slot at or above one, or -1. */
  public long ceiling(long slot) {
    Long first = named.ceilingKey(slot);
    long second = unnamed.ceiling(slot);
    if (first == null) {
      return second;
    }
    return second < 0 ? first : Math.min(first, second);
  }

  /** The highest damaged slot at or below one, or -1. */
  public long floor(long slot) {
    Long first = named.floorKey(slot);
    return Math.max(first == null ? -1 : first, unnamed.floor(slot));
  }

  /** The last slot of a run of damaged slots that a slot is in, or {@code slot - 1}. */
  long runFrom(long slot) {
    return named.containsKey(slot) ? slot : unnamed.runFrom(slot);
  }

  /** The first slot of a run of damaged slots that a slot is in, or {@code slot + 1}. */
  long runBackFrom(long slot) {
    return named.containsKey(slot) ? slot : unnamed.runBackFrom(slot);
  }

  Optional<DamagedSlot> of(long slot, boolean committed) {
    DamagedSlot known = named.get(slot);
    if (known != null) {
      return Optional.of(
          new DamagedSlot(
              slot,
              committed,
              known.ballot(),
              known.lengthBytes(),
              known.checksum(),
              known.position()));
    }
    return unnamed.contains(slot)
        ? Optional.of(new DamagedSlot(slot, committed, Optional.empty(), -1, 0, -1))
        : Optional.empty();
  }

  void add(DamagedSlot slot) {
    unnamed.remove(slot.slot());
    formerly.remove(slot.slot());
    named.put(slot.slot(), slot);
  }

  void addUnnamed(long first, long last, NavigableMap<Long, SlotLocation> pending) {
    NavigableMap<Long, SlotLocation> replaced = pending.subMap(first, true, last, true);
    formerly.putAll(replaced);
    replaced.clear();
    named.subMap(first, true, last, true).clear();
    unnamed.add(first, last);
  }

  void committed(long slot, Ballot ballot) {
    DamagedSlot known = named.get(slot);
    Optional<Ballot> lost = Optional.of(ballot);
    if (known != null && known.ballot().equals(lost)) {
      add(
          new DamagedSlot(
              slot, true, lost, known.lengthBytes(), known.checksum(), known.position()));
    } else {
      add(new DamagedSlot(slot, true, lost, -1, 0, -1));
    }
  }

  void heal(long slot) {
    named.remove(slot);
    unnamed.remove(slot);
    formerly.remove(slot);
  }

  /** Heals a slot that held a value at this ballot before it was called damaged. */
  Optional<SlotLocation> withdraw(long slot, Ballot ballot) {
    SlotLocation before = formerly.get(slot);
    if (before == null || !before.ballot().equals(ballot)) {
      return Optional.empty();
    }
    return withdraw(slot);
  }

  Optional<SlotLocation> withdraw(long slot) {
    SlotLocation before = formerly.get(slot);
    heal(slot);
    return Optional.ofNullable(before);
  }

  /** Heals all slots of a range; the result is what some of them held before. */
  NavigableMap<Long, SlotLocation> withdraw(long first, long last) {
    named.subMap(first, true, last, true).clear();
    unnamed.removeAll(first, last);
    NavigableMap<Long, SlotLocation> within = formerly.subMap(first, true, last, true);
    NavigableMap<Long, SlotLocation> before = new TreeMap<>(within);
    within.clear();
    return before;
  }

  /** Forgets the slots at or above one that are not among the committed ones. */
  void dropUncommittedFrom(long first, SlotRanges committed) {
    formerly.tailMap(first, true).clear();
    named.tailMap(first, true).keySet().removeIf(slot -> !committed.contains(slot));
    List<SlotRange> before = unnamed.ranges();
    unnamed.removeAll(first, Long.MAX_VALUE);
    for (SlotRange range : committed.ranges()) {
      for (SlotRange damaged : before) {
        long from = Math.max(first, Math.max(range.first(), damaged.first()));
        long through = Math.min(range.last(), damaged.last());
        if (from <= through) {
          unnamed.add(from, through);
        }
      }
    }
  }

  void dropBefore(long slot) {
    named.headMap(slot, false).clear();
    formerly.headMap(slot, false).clear();
    unnamed.removeThrough(slot - 1);
  }
}

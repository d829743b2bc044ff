package dev.paxosjournal.slots;

import dev.paxosjournal.paxos.SlotRange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of slots that takes memory by the number of gaps in it, not by its size. */
public final class SlotRanges {
  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();

  /** Whether the slot is in the set. */
  public boolean contains(long slot) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(slot);
    return range != null && slot <= range.getValue();
  }

  /** Adds one slot. */
  public void add(long slot) {
    add(slot, slot);
  }

  /** Adds all slots of a range. */
  public void add(long first, long last) {
    long from = first;
    long through = last;
    Map.Entry<Long, Long> below = lastByFirst.floorEntry(first);
    // Never last + 1: the highest slot is the highest long.
    if (below != null && (first == 0 || below.getValue() >= first - 1)) {
      from = below.getKey();
      through = Math.max(through, below.getValue());
    }
    Map.Entry<Long, Long> above = lastByFirst.higherEntry(from);
    while (above != null && above.getKey() - 1 <= through) {
      through = Math.max(through, above.getValue());
      lastByFirst.remove(above.getKey());
      above = lastByFirst.higherEntry(from);
    }
    lastByFirst.put(from, through);
  }

  /** Removes one slot. */
  public void remove(long slot) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(slot);
    if (range == null || slot > range.getValue()) {
      return;
    }
    long first = range.getKey();
    long last = range.getValue();
    lastByFirst.remove(first);
    if (first < slot) {
      lastByFirst.put(first, slot - 1);
    }
    if (slot < last) {
      lastByFirst.put(slot + 1, last);
    }
  }

  /** Removes all slots of a range. */
  public void removeAll(long first, long last) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(last);
    while (range != null && range.getValue() >= first) {
      lastByFirst.remove(range.getKey());
      if (range.getValue() > last) {
        lastByFirst.put(last + 1, range.getValue());
      }
      if (range.getKey() < first) {
        lastByFirst.put(range.getKey(), first - 1);
        return;
      }
      range = lastByFirst.floorEntry(last);
    }
  }

  /** Removes all slots up to and including one. */
  public void removeThrough(long slot) {
    while (!lastByFirst.isEmpty() && lastByFirst.firstKey() <= slot) {
      Map.Entry<Long, Long> first = lastByFirst.pollFirstEntry();
      if (first.getValue() > slot) {
        lastByFirst.put(slot + 1, first.getValue());
      }
    }
  }

  /**
   * The last slot of the range that begins at or covers a slot, or {@code slot - 1} if none does.
   */
  public long runFrom(long slot) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(slot);
    return range != null && slot <= range.getValue() ? range.getValue() : slot - 1;
  }

  /**
   * The last slot of the range that begins right behind a slot, or the slot itself if none does.
   */
  public long runBehind(long slot) {
    return slot == Long.MAX_VALUE ? slot : Math.max(slot, runFrom(slot + 1));
  }

  /** The lowest slot in the set at or above a slot, or -1. */
  public long ceiling(long slot) {
    if (contains(slot)) {
      return slot;
    }
    Long first = lastByFirst.ceilingKey(slot);
    return first == null ? -1 : first;
  }

  /** The highest slot in the set at or below a slot, or -1. */
  public long floor(long slot) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(slot);
    return range == null ? -1 : Math.min(slot, range.getValue());
  }

  /**
   * The first slot of the range that ends at or covers a slot, or {@code slot + 1} if none does.
   */
  public long runBackFrom(long slot) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(slot);
    return range != null && slot <= range.getValue() ? range.getKey() : slot + 1;
  }

  /** The highest slot in the set, or -1. */
  public long last() {
    return lastByFirst.isEmpty() ? -1 : lastByFirst.lastEntry().getValue();
  }

  /** How many slots are in the set; {@link Long#MAX_VALUE} if there are more. */
  public long count() {
    long sum = 0;
    for (Map.Entry<Long, Long> range : lastByFirst.entrySet()) {
      sum += range.getValue() - range.getKey() + 1;
      if (sum < 0) {
        return Long.MAX_VALUE;
      }
    }
    return sum;
  }

  /** The ranges in ascending order, with a gap between any two. */
  public List<SlotRange> ranges() {
    return lastByFirst.entrySet().stream()
        .map(entry -> new SlotRange(entry.getKey(), entry.getValue()))
        .toList();
  }
}

package dev.paxosjournal.slots;

/**
 * Finds the nearest slot of a kind, upwards or downwards, without looking at those in between; -1
 * if there is none. Compacted slots are of no kind.
 */
public final class SlotSearch {
  private final AcceptorState state;

  /** Searches a state, under whatever guards it. */
  public SlotSearch(AcceptorState state) {
    this.state = state;
  }

  /** The lowest pending slot at or above one. */
  public long nextPending(long from) {
    Long found = state.pending().ceilingKey(from);
    return found == null ? -1 : found;
  }

  /** The highest pending slot at or below one. */
  public long previousPending(long from) {
    Long found = state.pending().floorKey(from);
    return found == null ? -1 : found;
  }

  /** The lowest damaged slot at or above one. */
  public long nextDamaged(long from) {
    return state.damage().ceiling(from);
  }

  /** The highest damaged slot at or below one. */
  public long previousDamaged(long from) {
    return state.damage().floor(from);
  }

  /** The lowest slot at or above one that is committed and not damaged. */
  public long nextCommitted(long from) {
    long slot = state.nextCommitted(Math.max(from, state.firstAvailable()));
    while (slot >= 0) {
      long damagedThrough = state.damage().runFrom(slot);
      if (damagedThrough < slot) {
        return slot;
      }
      slot = damagedThrough == Long.MAX_VALUE ? -1 : state.nextCommitted(damagedThrough + 1);
    }
    return -1;
  }

  /** The highest slot at or below one that is committed and not damaged. */
  public long previousCommitted(long from) {
    long slot = committedAtOrBelow(from);
    while (slot >= state.firstAvailable()) {
      long damagedFrom = state.damage().runBackFrom(slot);
      if (damagedFrom > slot || damagedFrom < 0) {
        return slot;
      }
      slot = committedAtOrBelow(damagedFrom - 1);
    }
    return -1;
  }

  private long committedAtOrBelow(long from) {
    return from <= state.committedThrough()
        ? from
        : Math.max(state.committedThrough(), state.committedAbove().floor(from));
  }

  /** The lowest slot at or above one that holds nothing although a higher one does. */
  public long nextGap(long from) {
    if (state.committedThrough() == Long.MAX_VALUE) {
      return -1;
    }
    long first = Math.max(from, state.committedThrough() + 1);
    long occupiedThrough = state.occupiedAbove().runFrom(first);
    return occupiedThrough < state.highestSlot() - 1 ? occupiedThrough + 1 : -1;
  }

  /** The highest slot at or below one that holds nothing although a higher one does. */
  public long previousGap(long from) {
    long last = Math.min(from, state.highestSlot() - 1);
    if (last <= state.committedThrough()) {
      return -1;
    }
    long gap = state.occupiedAbove().runBackFrom(last) - 1;
    return gap > state.committedThrough() ? gap : -1;
  }
}

package dev.paxosjournal.paxos;

/**
 * Slots {@code first…last}, both included; never empty.
 *
 * @param first the lowest slot, 0 and up
 * @param last the highest slot, at least {@code first}
 */
public record SlotRange(long first, long last) {

  /** Refuses a negative or empty range. */
  public SlotRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("no slots in " + first + "…" + last);
    }
  }

  /** Whether a slot lies within. */
  public boolean contains(long slot) {
    return first <= slot && slot <= last;
  }

  @Override
  public String toString() {
    return first + "…" + last;
  }
}

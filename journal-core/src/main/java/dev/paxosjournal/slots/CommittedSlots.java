package dev.paxosjournal.slots;

/** Where committed slots lie, for whoever reads the log and finds it out. */
public interface CommittedSlots {

  /** Notes where a committed slot lies. */
  void put(long slot, SlotLocation location);

  /** Makes what was put visible to {@link #get}. */
  void flush();

  /** Where a committed slot lies. */
  Positions.Lookup get(long slot);
}

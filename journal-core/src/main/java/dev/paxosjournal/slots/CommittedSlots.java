package dev.paxosjournal.slots;

import java.util.ArrayList;
import java.util.List;

/** Where committed slots lie, for whoever reads the log and finds it out. */
public interface CommittedSlots {

  /** Notes where a committed slot lies. */
  void put(long slot, SlotLocation location);

  /** Makes what was put visible to {@link #get}. */
  void flush();

  /** Where a committed slot lies. */
  Positions.Lookup get(long slot);

  /** Where neighbouring committed slots lie, in order. */
  default List<Positions.Lookup> get(long first, int count) {
    List<Positions.Lookup> found = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      found.add(get(first + i));
    }
    return found;
  }
}

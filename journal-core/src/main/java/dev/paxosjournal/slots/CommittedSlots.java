package dev.paxosjournal.slots;

import dev.paxosjournal.disk.NoSpaceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where committed slots lie, for whoever reads the log and finds it out. */
public interface CommittedSlots {

  /** Notes where a committed slot lies. */
  void put(long slot, SlotLocation location);

  /** Makes what was put visible to {@link #get}. */
  void flush();

  /** Where a committed slot lies. */
  Positions.Lookup get(long slot);

  /**
   * Where a committed slot lies, if there is a valid entry.
   *
   * @throws NoSpaceException if too many files are open to look: that is not the same as no entry
   */
  default Optional<SlotLocation> find(long slot) throws NoSpaceException {
    Positions.Lookup found = get(slot);
    if (found instanceof Positions.NotNow notNow) {
      throw notNow.why();
    }
    return found instanceof Positions.Entry entry
        ? Optional.of(entry.location())
        : Optional.empty();
  }

  /** Where neighbouring committed slots lie, in order. */
  default List<Positions.Lookup> get(long first, int count) {
    List<Positions.Lookup> found = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      found.add(get(first + i));
    }
    return found;
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.SlotLocation;
import java.util.Optional;

/** Where the rules find what the log holds of a slot. */
interface ValueSource {
  /**
   * Where the value of a committed slot lies; empty if neither positions nor log can tell.
   *
   * @throws NoSpaceException if too many files are open to look: what is there all the same must
   *     not be replaced
   */
  Optional<SlotLocation> committedLocation(long slot) throws NoSpaceException;

  /** The value at a location; empty if it cannot be read or fails a check. */
  Optional<Value> read(long slot, SlotLocation location);

  /**
   * Whether the record of a slot is lost beyond doubt. While too many files are open nothing can be
   * read, and that proves nothing.
   *
   * @param location where it lies; empty for a committed slot of which that is not known
   */
  boolean isLost(long slot, Optional<SlotLocation> location);
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.SlotLocation;
import java.util.Optional;

/** Where the rules find what the log holds of a slot. */
interface ValueSource {
  /** Where the value of a committed slot lies; empty if neither positions nor log can tell. */
  Optional<SlotLocation> committedLocation(long slot);

  /** The value at a location; empty if it cannot be read or fails a check. */
  Optional<Value> read(long slot, SlotLocation location);
}

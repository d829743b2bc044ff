package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** What a journal shows: its status, term and vote, and what it answers for some slots. */
record Observation(
    JournalStatus status,
    SortedMap<Long, SlotState> slots,
    Optional<Registration> registered,
    boolean registerLost) {

  /** Asks for the slots given. */
  static Observation of(SteppedJournal journal, SortedSet<Long> asked) {
    TreeMap<Long, SlotState> slots = new TreeMap<>();
    for (long slot : asked) {
      slots.put(slot, journal.slot(slot));
    }
    return new Observation(journal.status(), slots, journal.registered(), journal.registerLost());
  }

  Ballot promised() {
    return status.promised().orElse(null);
  }

  /** Whether both show the same, apart from sizes. */
  boolean showsTheSameAs(Observation other) {
    return status.state() == other.status.state()
        && status.promised().equals(other.status.promised())
        && status.committedThrough() == other.status.committedThrough()
        && status.firstAvailable() == other.status.firstAvailable()
        && status.highestSlot() == other.status.highestSlot()
        && status.firstGap().equals(other.status.firstGap())
        && status.pending() == other.status.pending()
        && status.damaged() == other.status.damaged()
        && registered.equals(other.registered)
        && registerLost == other.registerLost
        && slots.equals(other.slots);
  }

  /** How many slots hold something that can be read. */
  long served() {
    return slots.values().stream()
        .filter(s -> s instanceof SlotState.Pending || s instanceof SlotState.Committed)
        .count();
  }

  /** How many slots are known to be damaged. */
  long damaged() {
    return slots.values().stream().filter(SlotState.Damaged.class::isInstance).count();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(status.toString());
    registered.ifPresent(found -> text.append("\n  ").append(found));
    for (Map.Entry<Long, SlotState> slot : slots.entrySet()) {
      if (!(slot.getValue() instanceof SlotState.Unknown)) {
        text.append("\n  ").append(slot.getValue());
      }
    }
    return text.toString();
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An acceptor in a plain map: the rules as the guarantees state them, and nothing of how the
 * journal keeps them.
 */
final class ModelState {

  /** What a slot holds. */
  record Held(Ballot ballot, Value value, boolean committed) {}

  private @Nullable Ballot promised;
  private long committedThrough = -1;
  private long firstAvailable;
  private long highestSlot = -1;
  private @Nullable Registration registered;
  private final TreeMap<Long, Held> slots = new TreeMap<>();

  ModelState copy() {
    ModelState copy = new ModelState();
    copy.registered = registered;
    copy.promised = promised;
    copy.committedThrough = committedThrough;
    copy.firstAvailable = firstAvailable;
    copy.highestSlot = highestSlot;
    copy.slots.putAll(slots);
    return copy;
  }

  @Nullable Ballot promised() {
    return promised;
  }

  Optional<Registration> registered() {
    return Optional.ofNullable(registered);
  }

  long committedThrough() {
    return committedThrough;
  }

  long firstAvailable() {
    return firstAvailable;
  }

  long highestSlot() {
    return highestSlot;
  }

  /** What the slots at or above the floor hold. */
  SortedMap<Long, Held> slots() {
    return slots;
  }

  /** How many slots are accepted and not committed. */
  long pending() {
    return slots.values().stream().filter(held -> !held.committed()).count();
  }

  /** The lowest slot above C and below the highest that holds nothing. */
  OptionalLong firstGap() {
    for (long slot = committedThrough + 1; slot < highestSlot; slot++) {
      if (!slots.containsKey(slot)) {
        return OptionalLong.of(slot);
      }
    }
    return OptionalLong.empty();
  }

  /** What a reader must be told of a slot. */
  SlotState slot(long slot) {
    if (slot < firstAvailable) {
      return new SlotState.Compacted(slot, firstAvailable);
    }
    Held held = slots.get(slot);
    if (held == null) {
      return new SlotState.Unknown(slot);
    }
    return held.committed()
        ? new SlotState.Committed(slot, held.ballot(), held.value())
        : new SlotState.Pending(slot, held.ballot(), held.value());
  }

  /** Whether a node that is in this state may show another's promise: none is the lowest. */
  boolean promisesAtLeast(@Nullable Ballot other) {
    return other == null || (promised != null && !promised.isBelow(other));
  }

  /** For a promise that was found higher than that of the records it came with. */
  void raisePromise(@Nullable Ballot ballot) {
    if (ballot != null && !promisesAtLeast(ballot)) {
      promised = ballot;
    }
  }

  void raiseRegister(Optional<Registration> copy) {
    if (copy.isPresent() && (registered == null || registered.isBefore(copy.get()))) {
      registered = copy.get();
    }
  }

  /** Answers a call; a call that is refused changes nothing. */
  Answer submit(Call call) {
    return switch (call.kind()) {
      case PROMISE -> promise(call.ballot());
      case ACCEPT -> accept(call.slot(), call.ballot(), call.requiredValue());
      case LEARN -> learn(call.slot(), call.ballot(), call.requiredValue());
      case COMMIT -> commit(call.slot(), call.ballot());
      case SYNC -> Answer.DONE;
      case COMPACT -> compact(call.slot());
      case ADVANCE_FLOOR -> advanceFloor(call.slot());
      case REGISTER -> register(call.requiredRegistration());
      case REPLACE_SUFFIX -> replaceSuffix(call.slot(), call.suffix());
      default -> throw new AssertionError("not a call of an acceptor: " + call);
    };
  }

  private Answer promise(Ballot ballot) {
    if (promised != null && ballot.isBelow(promised)) {
      return Answer.stale(promised);
    }
    promised = ballot;
    return Answer.DONE;
  }

  private Answer register(Registration asked) {
    if (registered != null) {
      if (asked.term() < registered.term()) {
        return Answer.of(Answer.Kind.STALE_TERM);
      }
      if (asked.term() == registered.term()) {
        if (asked.vote().isEmpty() || asked.equals(registered)) {
          return Answer.DONE;
        }
        if (registered.vote().isPresent()) {
          return Answer.of(Answer.Kind.ALREADY_VOTED);
        }
      }
    }
    registered = asked;
    return Answer.DONE;
  }

  private Answer replaceSuffix(long from, List<Accept> suffix) {
    boolean committed =
        from <= committedThrough || slots.tailMap(from).values().stream().anyMatch(Held::committed);
    if (committed) {
      return Answer.of(Answer.Kind.SUFFIX_COMMITTED);
    }
    Ballot least = promised;
    for (Accept accept : suffix) {
      if (least != null && accept.ballot().isBelow(least)) {
        return Answer.stale(least);
      }
      least = accept.ballot();
    }
    promised = least;
    slots.tailMap(from).clear();
    highestSlot = slots.isEmpty() ? committedThrough : Math.max(committedThrough, slots.lastKey());
    for (Accept accept : suffix) {
      hold(accept.slot(), new Held(accept.ballot(), accept.value(), false));
    }
    return Answer.DONE;
  }

  private Answer accept(long slot, Ballot ballot, Value value) {
    if (slot < firstAvailable) {
      return Answer.compacted(firstAvailable);
    }
    if (promised != null && ballot.isBelow(promised)) {
      return Answer.stale(promised);
    }
    Held held = slots.get(slot);
    if (held != null && held.committed()) {
      if (!held.value().equals(value)) {
        return Answer.of(Answer.Kind.SAFETY_VIOLATION);
      }
      promised = ballot;
      return Answer.DONE;
    }
    if (held != null
        && (ballot.isBelow(held.ballot())
            || (ballot.equals(held.ballot()) && !held.value().equals(value)))) {
      return Answer.of(Answer.Kind.CONFLICT);
    }
    promised = ballot;
    hold(slot, new Held(ballot, value, false));
    return Answer.DONE;
  }

  private Answer learn(long slot, Ballot ballot, Value value) {
    if (slot < firstAvailable) {
      return Answer.compacted(firstAvailable);
    }
    Held held = slots.get(slot);
    boolean other = held != null && !held.value().equals(value);
    if (held != null && held.committed()) {
      return other ? Answer.of(Answer.Kind.SAFETY_VIOLATION) : Answer.DONE;
    }
    if (other && !held.ballot().isBelow(ballot)) {
      return Answer.of(Answer.Kind.SAFETY_VIOLATION);
    }
    hold(slot, new Held(ballot, value, true));
    return Answer.DONE;
  }

  /** A committed value was learned once more because its record could not be read. */
  void learnAgain(long slot, Ballot ballot) {
    slots.computeIfPresent(slot, (same, held) -> new Held(ballot, held.value(), held.committed()));
  }

  private Answer commit(long slot, Ballot ballot) {
    Held held = slots.get(slot);
    if (slot < firstAvailable || (held != null && held.committed())) {
      return Answer.DONE;
    }
    if (held == null || !held.ballot().equals(ballot)) {
      return Answer.of(Answer.Kind.NOT_ACCEPTED);
    }
    hold(slot, new Held(ballot, held.value(), true));
    return Answer.DONE;
  }

  private Answer compact(long before) {
    if (before > committedThrough + 1) {
      return Answer.of(Answer.Kind.NOT_COMMITTED);
    }
    return advanceFloor(before);
  }

  private Answer advanceFloor(long slot) {
    if (slot > firstAvailable) {
      firstAvailable = slot;
      slots.headMap(slot).clear();
      committedThrough = Math.max(committedThrough, slot - 1);
      extendCommitted();
      highestSlot = Math.max(highestSlot, committedThrough);
    }
    return Answer.floor(firstAvailable);
  }

  private void hold(long slot, Held held) {
    slots.put(slot, held);
    highestSlot = Math.max(highestSlot, slot);
    extendCommitted();
  }

  private void extendCommitted() {
    for (Held next = slots.get(committedThrough + 1);
        next != null && next.committed();
        next = slots.get(committedThrough + 1)) {
      committedThrough++;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelState state
        && committedThrough == state.committedThrough
        && firstAvailable == state.firstAvailable
        && highestSlot == state.highestSlot
        && Objects.equals(promised, state.promised)
        && Objects.equals(registered, state.registered)
        && slots.equals(state.slots);
  }

  @Override
  public int hashCode() {
    return Objects.hash(promised, registered, committedThrough, firstAvailable, highestSlot, slots);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("promised ").append(promised);
    text.append(", registered ").append(registered);
    text.append(", committed through ").append(committedThrough);
    text.append(", first available ").append(firstAvailable);
    text.append(", highest ").append(highestSlot);
    for (Map.Entry<Long, Held> slot : slots.entrySet()) {
      text.append("\n  ").append(slot.getKey()).append(": ").append(slot.getValue());
    }
    return text.toString();
  }
}

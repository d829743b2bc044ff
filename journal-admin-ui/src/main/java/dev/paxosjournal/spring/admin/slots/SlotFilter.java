package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.web.Call;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which slots to show. Plain comparisons of plain fields: nothing that comes with a request is ever
 * evaluated.
 *
 * @param kind only slots of this kind
 * @param before only slots below this one
 * @param round only ballots of this round
 * @param least only values of at least so many bytes
 * @param most only values of at most so many
 * @param contains only values with these bytes in them; no bytes for any
 */
record SlotFilter(
    Optional<SlotSummary.Kind> kind,
    OptionalLong before,
    OptionalLong round,
    OptionalLong least,
    OptionalLong most,
    Value contains) {

  /** Takes every slot. */
  static final SlotFilter NONE =
      new SlotFilter(
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Value.copyOf(new byte[0]));

  /** Reads the filter from a form; what cannot be read filters nothing. */
  static SlotFilter of(Call call) {
    Optional<SlotSummary.Kind> kind = Optional.empty();
    for (SlotSummary.Kind each : SlotSummary.Kind.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(call.text("state"))) {
        kind = Optional.of(each);
      }
    }
    return new SlotFilter(
        kind,
        call.number("before"),
        call.number("round"),
        call.number("least"),
        call.number("most"),
        bytes(call));
  }

  private static Value bytes(Call call) {
    String hex = call.text("hex").replaceAll("[\\s:]", "");
    if (hex.matches("([0-9a-fA-F]{2})+")) {
      return Value.copyOf(HexFormat.of().parseHex(hex));
    }
    return Value.utf8(call.text("text"));
  }

  boolean isEmpty() {
    return kind.isEmpty()
        && before.isEmpty()
        && round.isEmpty()
        && least.isEmpty()
        && most.isEmpty()
        && !readsValues();
  }

  /** Whether values must be read to answer. */
  boolean readsValues() {
    return contains.length() > 0;
  }

  /** Whether a slot lies in the range. */
  boolean reaches(long slot) {
    return before.isEmpty() || slot < before.getAsLong();
  }

  /** Whether a slot is to be shown, as far as that can be said without its value. */
  boolean takes(SlotSummary slot) {
    return isOfKind(slot.kind())
        && (round.isEmpty() || slot.ballot().filter(this::isOfRound).isPresent())
        && ((least.isEmpty() && most.isEmpty())
            || (slot.lengthBytes().isPresent() && isOfSize(slot.lengthBytes().getAsInt())));
  }

  /** Whether a slot is to be shown: one without a value is not if something is to be in it. */
  boolean takes(SlotState state) {
    if (state instanceof SlotState.Committed committed) {
      return takes(SlotSummary.Kind.COMMITTED, committed.ballot(), committed.value());
    }
    return state instanceof SlotState.Pending pending
        && takes(SlotSummary.Kind.PENDING, pending.ballot(), pending.value());
  }

  private boolean takes(SlotSummary.Kind is, Ballot ballot, Value value) {
    return isOfKind(is)
        && isOfRound(ballot)
        && isOfSize(value.length())
        && (!readsValues() || holds(value));
  }

  private boolean isOfKind(SlotSummary.Kind is) {
    return kind.isEmpty() || kind.get() == is;
  }

  private boolean isOfRound(Ballot ballot) {
    return round.isEmpty() || ballot.round() == round.getAsLong();
  }

  private boolean isOfSize(int bytes) {
    return (least.isEmpty() || bytes >= least.getAsLong())
        && (most.isEmpty() || bytes <= most.getAsLong());
  }

  private boolean holds(Value value) {
    ByteBuffer bytes = value.asReadOnlyBuffer();
    ByteBuffer wanted = contains.asReadOnlyBuffer();
    int last = bytes.limit() - wanted.limit();
    for (int at = 0; at <= last; at++) {
      int i = 0;
      while (i < wanted.limit() && bytes.get(at + i) == wanted.get(i)) {
        i++;
      }
      if (i == wanted.limit()) {
        return true;
      }
    }
    return false;
  }
}

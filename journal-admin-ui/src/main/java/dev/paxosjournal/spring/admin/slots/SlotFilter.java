package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.web.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which slots to show. Plain comparisons of plain fields: nothing that comes with a request is ever
 * evaluated.
 *
 * @param kind only slots of this kind
 * @param before only slots below this one
 * @param round only ballots of this round
 * @param node only ballots of this node
 * @param least only values of at least so many bytes
 * @param most only values of at most so many
 * @param contains only values with these bytes in them; no bytes for any
 */
record SlotFilter(
    Optional<SlotSummary.Kind> kind,
    OptionalLong before,
    OptionalLong round,
    OptionalInt node,
    OptionalLong least,
    OptionalLong most,
    BytePattern contains) {

  private static final Pattern BALLOT = Pattern.compile("(-?[0-9]{1,19})(?:\\.(-?[0-9]{1,10}))?");
  private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2})+");

  /** Takes every slot. */
  static final SlotFilter NONE =
      new SlotFilter(
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          new BytePattern(new byte[0]));

  /** Reads the filter from a form in which everything can be read. */
  static SlotFilter of(Call call) {
    Matcher ballot = BALLOT.matcher(call.text("round"));
    boolean hasNode = ballot.matches() && ballot.group(2) != null;
    return new SlotFilter(
        kind(call.text("state")),
        call.number("before"),
        ballot.matches() ? OptionalLong.of(Long.parseLong(ballot.group(1))) : OptionalLong.empty(),
        hasNode ? OptionalInt.of(Integer.parseInt(ballot.group(2))) : OptionalInt.empty(),
        call.number("least"),
        call.number("most"),
        bytes(call));
  }

  /** What of a form cannot be read: it would filter nothing, and nobody would notice. */
  static Optional<String> unreadable(Call call) {
    List<String> wrong = new ArrayList<>();
    for (String name : List.of("before", "least", "most")) {
      if (call.isSet(name) && call.number(name).isEmpty()) {
        wrong.add(call.text(name));
      }
    }
    if (call.isSet("state") && kind(call.text("state")).isEmpty()) {
      wrong.add(call.text("state"));
    }
    if (call.isSet("round") && !isBallot(call.text("round"))) {
      wrong.add(call.text("round"));
    }
    if (call.isSet("hex") && !HEX.matcher(withoutBlanks(call.text("hex"))).matches()) {
      wrong.add(call.text("hex"));
    }
    return wrong.stream().findFirst();
  }

  private static boolean isBallot(String text) {
    Matcher ballot = BALLOT.matcher(text);
    try {
      if (ballot.matches()) {
        Long.parseLong(ballot.group(1));
        Integer.parseInt(ballot.group(2) == null ? "0" : ballot.group(2));
        return true;
      }
    } catch (NumberFormatException tooLarge) {
      // Refused below.
    }
    return false;
  }

  private static Optional<SlotSummary.Kind> kind(String text) {
    return Arrays.stream(SlotSummary.Kind.values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst();
  }

  private static BytePattern bytes(Call call) {
    String hex = withoutBlanks(call.text("hex"));
    return new BytePattern(
        hex.isEmpty()
            ? call.text("text").getBytes(StandardCharsets.UTF_8)
            : HexFormat.of().parseHex(hex));
  }

  private static String withoutBlanks(String hex) {
    return hex.replaceAll("[\\s:]", "");
  }

  boolean isEmpty() {
    return kind.isEmpty()
        && before.isEmpty()
        && round.isEmpty()
        && node.isEmpty()
        && least.isEmpty()
        && most.isEmpty()
        && !readsValues();
  }

  /** Whether values must be read to answer. */
  boolean readsValues() {
    return !contains.isEmpty();
  }

  /** Whether a slot lies in the range. */
  boolean reaches(long slot) {
    return before.isEmpty() || slot < before.getAsLong();
  }

  /** Whether a slot is to be shown, as far as that can be said without its value. */
  boolean takes(SlotSummary slot) {
    return isOfKind(slot.kind())
        && (round.isEmpty() || slot.ballot().filter(this::isOfBallot).isPresent())
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
        && isOfBallot(ballot)
        && isOfSize(value.length())
        && (!readsValues() || contains.isIn(value.asReadOnlyBuffer()));
  }

  private boolean isOfKind(SlotSummary.Kind is) {
    return kind.isEmpty() || kind.get() == is;
  }

  private boolean isOfBallot(Ballot ballot) {
    return (round.isEmpty() || ballot.round() == round.getAsLong())
        && (node.isEmpty() || ballot.node() == node.getAsInt());
  }

  private boolean isOfSize(int bytes) {
    return (least.isEmpty() || bytes >= least.getAsLong())
        && (most.isEmpty() || bytes <= most.getAsLong());
  }
}

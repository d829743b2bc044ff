package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was submitted to a journal and what of it was acknowledged, and therefore what the journal
 * may show after any crash: the state after some prefix of the submitted records that includes all
 * that was acknowledged. Only the promise, and term and vote, may be higher, if they were
 * submitted: any copy counts, also one in a group that is torn.
 */
final class AcceptorModel {

  /** What may be wrong with a recovered journal, the worst first. */
  enum Fault {
    LOWER_PROMISE,
    LOWER_TERM,
    LOST,
    CHANGED,
    PHANTOM,
    LOWER_COMMITTED_FLOOR,
    SILENT_DAMAGE,
    NEEDLESS_DAMAGE,
    NO_PREFIX
  }

  /**
   * What a recovered journal shows.
   *
   * @param fault empty if that is in order
   * @param explanation for people
   * @param matched the state that it shows, if it is in order
   */
  record Judgement(
      Optional<Fault> fault, String explanation, Optional<ModelState> matched, long served) {}

  private ModelState known;
  private final TreeSet<Long> mentioned = new TreeSet<>();

  /** The group on its way: its calls, and the state and answer after each. */
  private List<Call> calls = List.of();

  private final List<ModelState> states = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();

  /** How many of the calls on their way were told their outcome. */
  private int toldCount;

  AcceptorModel() {
    this(new ModelState());
  }

  private AcceptorModel(ModelState known) {
    this.known = known;
    mentioned.add(0L);
  }

  /** The state after everything that was acknowledged. */
  ModelState known() {
    return known;
  }

  /** The same history and present. */
  AcceptorModel copy() {
    AcceptorModel copy = new AcceptorModel(known);
    copy.mentioned.addAll(mentioned);
    copy.calls = calls;
    copy.states.addAll(states);
    copy.answers.addAll(answers);
    copy.toldCount = toldCount;
    return copy;
  }

  /** Begins a group; tells what must be answered. */
  List<Answer> begin(List<Call> group) {
    forget();
    calls = List.copyOf(group);
    ModelState state = known;
    for (Call call : calls) {
      state = state.copy();
      answers.add(state.submit(call));
      states.add(state);
      if (call.namesSlot()) {
        mentioned.add(call.slot());
      }
      call.suffix().forEach(accept -> mentioned.add(accept.slot()));
    }
    return List.copyOf(answers);
  }

  /**
   * The first calls of the group were told their outcome. What a refusal rests on must be durable
   * as well, so it makes no difference what the outcome was.
   */
  void told(int count) {
    toldCount = count;
  }

  /** The group is acknowledged as a whole. */
  void acknowledge() {
    if (!states.isEmpty()) {
      known = states.get(states.size() - 1);
    }
    forget();
  }

  /**
   * The group is acknowledged as far as its answers say so. Where the disk could not be read, a
   * call may be refused because of that, and a committed value may be learned once more.
   *
   * @param shown what the journal shows of a slot
   * @return the first answer that is wrong, for people
   */
  Optional<String> follow(List<Answer> given, Function<Long, SlotState> shown) {
    ModelState state = known;
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      ModelState after = state.copy();
      Answer expected = after.submit(call);
      if (given.get(i).equals(expected)) {
        if (call.kind() == Request.Kind.LEARN && expected.equals(Answer.DONE)) {
          SlotState again =
              new SlotState.Committed(call.slot(), call.ballot(), call.requiredValue());
          if (shown.apply(call.slot()).equals(again)) {
            after.learnAgain(call.slot(), call.ballot());
          }
        }
        state = after;
      } else if (given.get(i).kind() != Answer.Kind.DAMAGED) {
        return Optional.of(call + ": " + given.get(i) + " instead of " + expected);
      }
    }
    settle(state);
    return Optional.empty();
  }

  /**
   * The group was refused for want of space: none of it may ever appear, but for promises that were
   * taken nevertheless, since there is a reserve for them.
   *
   * @return the first answer that is wrong, for people
   */
  Optional<String> refuse(List<Answer> given) {
    ModelState state = known.copy();
    for (int i = 0; i < calls.size(); i++) {
      if (given.get(i).kind() != Answer.Kind.NO_SPACE
          && ((calls.get(i).kind() != Request.Kind.PROMISE
                  && calls.get(i).kind() != Request.Kind.REGISTER)
              || !given.get(i).equals(state.submit(calls.get(i))))) {
        return Optional.of(calls.get(i) + ", in a group without space: " + given.get(i));
      }
    }
    settle(state);
    return Optional.empty();
  }

  /** The group on its way is settled: a reopened journal shows this state. */
  void settle(ModelState state) {
    known = state;
    forget();
  }

  private void forget() {
    calls = List.of();
    states.clear();
    answers.clear();
    toldCount = 0;
  }

  /** The slots that any call named and that are not long compacted, with neighbours. */
  SortedSet<Long> slotsToAsk() {
    TreeSet<Long> slots = new TreeSet<>();
    for (long slot : mentioned.tailSet(Math.max(0, known.firstAvailable() - 2))) {
      slots.add(slot);
      slots.add(slot + 1);
    }
    slots.add(0L);
    slots.add(known.firstAvailable());
    slots.add(known.committedThrough() + 1);
    mentioned.headSet(known.firstAvailable() - 8).clear();
    return slots;
  }

  /**
   * Judges what a journal shows after a crash.
   *
   * @param rotten whether the disk was damaged, so that slots may be
   */
  Judgement judge(Observation shown, boolean rotten) {
    if (!rotten && shown.status().state() == JournalStatus.State.REPAIR_ONLY) {
      // Also if nothing was promised yet: the node would be silent for ever.
      return new Judgement(
          Optional.of(Fault.NEEDLESS_DAMAGE), "no disk was damaged: " + shown, Optional.empty(), 0);
    }
    List<ModelState> allowed = new ArrayList<>();
    if (toldCount == 0) {
      allowed.add(known);
    }
    for (int i = Math.max(0, toldCount - 1); i < states.size(); i++) {
      allowed.add(states.get(i));
    }
    ModelState least = allowed.get(0);
    ModelState most = allowed.get(allowed.size() - 1);
    // The latest first: equal states in between make no difference.
    for (int i = allowed.size() - 1; i >= 0; i--) {
      ModelState state = allowed.get(i);
      List<ModelState> andLater = allowed.subList(i, allowed.size());
      if (explainMismatch(state, shown, rotten) == null
          && registerIsAllowed(shown, andLater, rotten)
          && (promiseIsAllowed(shown.promised(), state, andLater)
              || (rotten && shown.status().state() == JournalStatus.State.REPAIR_ONLY))) {
        ModelState matched = state.copy();
        matched.raisePromise(shown.promised());
        matched.raiseRegister(shown.registered());
        return new Judgement(
            Optional.empty(), "", Optional.of(matched), served(state, shown, rotten));
      }
    }
    String difference = explainMismatch(least, shown, rotten);
    return new Judgement(
        Optional.of(classify(shown, least, most, rotten)),
        "against the acknowledged state: "
            + difference
            + "\nshown: "
            + shown
            + "\nacknowledged: "
            + least
            + "\ncalls on their way: "
            + calls
            + " of which told: "
            + toldCount,
        Optional.empty(),
        0);
  }

  private static boolean registerIsAllowed(
      Observation shown, List<ModelState> andLater, boolean rotten) {
    return (rotten && shown.registerLost())
        || andLater.stream().anyMatch(each -> shown.registered().equals(each.registered()));
  }

  private static boolean promiseIsAllowed(
      @Nullable Ballot shown, ModelState state, List<ModelState> andLater) {
    return Objects.equals(shown, state.promised())
        || andLater.stream().anyMatch(later -> Objects.equals(shown, later.promised()));
  }

  private static long served(ModelState state, Observation shown, boolean rotten) {
    return rotten ? shown.served() : state.slots().size();
  }

  /** The first difference, promise and register apart; null if there is none. */
  private static @Nullable String explainMismatch(
      ModelState state, Observation shown, boolean rotten) {
    JournalStatus status = shown.status();
    if (status.committedThrough() != state.committedThrough()) {
      return "C is " + status.committedThrough() + " instead of " + state.committedThrough();
    }
    if (status.firstAvailable() != state.firstAvailable()) {
      return "F is " + status.firstAvailable() + " instead of " + state.firstAvailable();
    }
    for (SlotState slot : shown.slots().values()) {
      SlotState expected = state.slot(slot.slot());
      if (!slot.equals(expected)
          && !(rotten && slot instanceof SlotState.Damaged damaged && fits(damaged, expected))) {
        return slot + " instead of " + expected;
      }
    }
    if (status.highestSlot() != state.highestSlot()) {
      return "the highest slot is " + status.highestSlot() + " instead of " + state.highestSlot();
    }
    if (!rotten && status.damaged() != 0) {
      return status.damaged() + " damaged slots";
    }
    if (status.damaged() == 0) {
      if (status.pending() != state.pending()) {
        return status.pending() + " pending slots instead of " + state.pending();
      }
      if (!status.firstGap().equals(state.firstGap())) {
        return "the first gap is " + status.firstGap() + " instead of " + state.firstGap();
      }
    }
    return null;
  }

  /** Whether what is told of a damaged slot is true of what it held. */
  private static boolean fits(SlotState.Damaged damaged, SlotState held) {
    if (held instanceof SlotState.Committed committed) {
      return damaged.ballot().map(committed.ballot()::equals).orElse(true)
          && (damaged.lengthBytes().isEmpty()
              || damaged.lengthBytes().getAsInt() == committed.value().length())
          && (damaged.expectedChecksum().isEmpty()
              || damaged.expectedChecksum().getAsInt() == committed.value().checksum());
    }
    return !damaged.committed() && !(held instanceof SlotState.Compacted);
  }

  private static Fault classify(
      Observation shown, ModelState least, ModelState most, boolean rotten) {
    Ballot promised = shown.promised();
    if (least.promised() != null
        && (promised == null || promised.isBelow(least.promised()))
        && shown.status().state() != JournalStatus.State.REPAIR_ONLY) {
      return Fault.LOWER_PROMISE;
    }
    if (promised != null && !most.promisesAtLeast(promised)) {
      return Fault.PHANTOM;
    }
    if (!shown.registerLost()
        && least.registered().isPresent()
        && (shown.registered().isEmpty()
            || shown.registered().get().isBefore(least.registered().get()))) {
      return Fault.LOWER_TERM;
    }
    for (SlotState slot : shown.slots().values()) {
      SlotState expected = least.slot(slot.slot());
      SlotState latest = most.slot(slot.slot());
      if (!slot.equals(expected) && !slot.equals(latest)) {
        Fault fault = classify(slot, expected, latest, rotten);
        if (fault != null) {
          return fault;
        }
      }
    }
    if (shown.status().committedThrough() < least.committedThrough()) {
      return Fault.LOWER_COMMITTED_FLOOR;
    }
    return Fault.NO_PREFIX;
  }

  private static @Nullable Fault classify(
      SlotState shown, SlotState expected, SlotState latest, boolean rotten) {
    if (shown instanceof SlotState.Damaged damaged) {
      if (!rotten) {
        return Fault.NEEDLESS_DAMAGE;
      }
      return fits(damaged, expected) || fits(damaged, latest) ? null : Fault.CHANGED;
    } else if (expected instanceof SlotState.Unknown) {
      return Fault.PHANTOM;
    } else if (shown instanceof SlotState.Unknown || shown instanceof SlotState.Compacted) {
      return rotten ? Fault.SILENT_DAMAGE : Fault.LOST;
    }
    return Fault.CHANGED;
  }
}

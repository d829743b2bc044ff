package dev.paxosjournal.journal;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One harmed journal: opened and judged, opened again, written on, closed and opened, repaired and
 * opened. What it shows is what it held or is called damaged, at each step; what is damaged stays
 * so until it is healed, and then it is well.
 */
final class RotCase {

  /** How a case that is in order ended. */
  enum Outcome {
    /** Every slot whose own record was not harmed is served. */
    SERVED,
    /** Some such slots are not. */
    SERVED_IN_PART,
    /** No copy of the promise was left: nothing is promised or accepted. */
    REPAIR_ONLY,
    /** The directory is refused as a whole, with the next step. */
    REFUSED,
    /** What was lost cannot be told from what never was; not judged. */
    UNDECIDABLE
  }

  /**
   * The result of a case without fault.
   *
   * @param served share of the slots served of those whose own record was not harmed
   */
  record Result(Outcome outcome, double served, long damaged) {}

  private final RotVictim victim;
  private final Rot rot;
  private final boolean wholeCourse;
  private final boolean mayBeRefused;
  private final SortedSet<Long> asked;
  private boolean readsAreBack;

  /** Whether damage that only a read found is written down too. */
  private boolean readsAreNoted;

  /**
   * The slots whose damage the first opening found and wrote down: reading again does not undo
   * that.
   */
  private final Set<Long> verdicts = new HashSet<>();

  private String step = "opened";

  /** Slots written after the harm, with what they must show. */
  private final Map<Long, SlotState> writtenOn = new TreeMap<>();

  /**
   * A case.
   *
   * @param wholeCourse whether to go on after the first opening even if nothing is damaged
   * @param mayBeRefused whether so much is harmed that the directory may be refused
   */
  RotCase(RotVictim victim, Rot rot, boolean wholeCourse, boolean mayBeRefused) {
    this.victim = victim;
    this.rot = rot;
    this.wholeCourse = wholeCourse;
    this.mayBeRefused = mayBeRefused;
    this.asked = new TreeSet<>(victim.asked());
  }

  /** Runs it; every fault is an {@link AssertionError} that says where. */
  Result run() {
    try {
      return play();
    } catch (IOException | RuntimeException | AssertionError failure) {
      throw new AssertionError(victim + ", " + rot + ", " + step, failure);
    }
  }

  private Result play() throws IOException {
    MemoryDisk disk = rot.disk();
    rot.watch(disk);
    SteppedJournal journal;
    try {
      journal = open(disk);
    } catch (JournalException.Unusable | JournalException.ForeignJournal refused) {
      if (rot.isUndecidable()) {
        return new Result(Outcome.UNDECIDABLE, 0, 0);
      }
      if (!mayBeRefused) {
        throw new AssertionError("REFUSED", refused);
      }
      return new Result(Outcome.REFUSED, 0, 0);
    }
    Observation first = Observation.of(journal, asked);
    if (rot.isUndecidable()) {
      journal.abandon();
      return new Result(Outcome.UNDECIDABLE, 0, 0);
    }
    judge(first);
    Result result = result(first);
    if (!wholeCourse && first.damaged() == 0) {
      journal.abandon();
      return result;
    }
    // At times only what the opening itself wrote down is left to keep the damage known.
    asked.stream()
        .filter(slot -> journal.life().use(state -> state.damageOf(slot)).isPresent())
        .forEach(verdicts::add);
    readsAreNoted = rot.random().nextInt(4) > 0;
    if (readsAreNoted) {
      journal.noteDamage(damaged(first));
    }
    journal.abandon();
    course(disk.crash(CrashStrategy.NOTHING, 0), first);
    return result;
  }

  private SteppedJournal open(MemoryDisk disk) throws IOException {
    return SteppedJournal.open(disk, victim.options(), SteppedJournal.Upkeep.AT_ONCE, 1);
  }

  private void judge(Observation shown) {
    AcceptorModel.Judgement judgement = victim.model().judge(shown, true);
    if (judgement.fault().isPresent()) {
      throw new AssertionError(judgement.fault().get() + ": " + judgement.explanation());
    }
    if (rot.onlyDerived() && shown.damaged() > 0) {
      throw new AssertionError("NEEDLESS_DAMAGE: " + shown);
    }
    // A record that is harmed and not shown as damaged must have been read from somewhere else.
    for (long slot : victim.known().slots().keySet()) {
      if (shown.slots().get(slot) instanceof SlotState.Unknown) {
        throw new AssertionError("SILENT_DAMAGE: slot " + slot + " of " + shown);
      }
    }
  }

  private Result result(Observation shown) {
    int unharmed = 0;
    int served = 0;
    for (long slot : victim.known().slots().keySet()) {
      if (!rot.isHit(victim.own(slot))) {
        unharmed++;
        served += Objects.equals(shown.slots().get(slot), victim.known().slot(slot)) ? 1 : 0;
      }
    }
    Outcome outcome =
        shown.status().state() == JournalStatus.State.REPAIR_ONLY
            ? Outcome.REPAIR_ONLY
            : served == unharmed ? Outcome.SERVED : Outcome.SERVED_IN_PART;
    return new Result(outcome, unharmed == 0 ? 1 : (double) served / unharmed, shown.damaged());
  }

  private static List<Long> damaged(Observation shown) {
    return shown.slots().values().stream()
        .filter(SlotState.Damaged.class::isInstance)
        .map(SlotState::slot)
        .toList();
  }

  private void course(MemoryDisk harmed, Observation first) throws IOException {
    step = "opened again";
    if (rot.random().nextBoolean()) {
      rot.recoverReads();
      readsAreBack = true;
    }
    rot.watch(harmed);
    SteppedJournal journal = open(harmed);
    Observation second = Observation.of(journal, asked);
    remains(first, second);
    step = "opened again and written on";
    boolean speaks = first.status().state() != JournalStatus.State.REPAIR_ONLY;
    writeOn(journal, second, speaks);
    remains(first, Observation.of(journal, asked));
    journal.close();

    step = "written on, closed and opened";
    MemoryDisk after = harmed.crash(CrashStrategy.NOTHING, 0);
    boolean logAlone = rot.random().nextBoolean();
    if (logAlone) {
      // The verdicts stand in the log: they need nothing that is derived.
      step += " without checkpoint, positions and hint";
      after.names().stream().filter(name -> !name.startsWith("wal-")).forEach(after::deleteNow);
    }
    rot.watch(after);
    journal = open(after);
    Observation third = Observation.of(journal, asked);
    if (logAlone) {
      // Of a harmed log the positions may know more: without them more may be damaged, not less.
      remainsDamaged(first, third);
    } else {
      remains(first, third);
      showsWhatWasWritten(journal);
    }
    step = "repaired";
    journal.noteDamage(damaged(third));
    repair(journal, third, speaks);
    showsWhatWasWritten(journal);
    journal.abandon();

    step = "repaired and opened";
    MemoryDisk repaired = after.crash(CrashStrategy.NOTHING, 0);
    rot.watch(repaired);
    journal = open(repaired);
    showsWhatWasWritten(journal);
    Observation last = Observation.of(journal, asked);
    // Without a promise nothing that is not committed can be healed.
    if (speaks && (last.status().damaged() > 0 || last.damaged() > 0)) {
      throw new AssertionError("NOT HEALED: " + last);
    }
    journal.abandon();
  }

  private void remainsDamaged(Observation before, Observation now) {
    for (long slot : damaged(before)) {
      SlotState same = Objects.requireNonNull(now.slots().get(slot));
      if (!(same instanceof SlotState.Damaged) && !isReadAgain(same)) {
        throw new AssertionError("FORGOTTEN DAMAGE: " + now.slots().get(slot));
      }
    }
    for (SlotState slot : before.slots().values()) {
      SlotState same = Objects.requireNonNull(now.slots().get(slot.slot()));
      if (!same.equals(slot) && !(same instanceof SlotState.Damaged) && !isReadAgain(same)) {
        throw new AssertionError("CHANGED: " + same + " was " + slot);
      }
    }
  }

  /** What was damaged is, and all else is as it was. */
  private void remains(Observation before, Observation now) {
    for (SlotState slot : before.slots().values()) {
      SlotState same = Objects.requireNonNull(now.slots().get(slot.slot()));
      if (slot instanceof SlotState.Damaged was) {
        if (isReadAgain(same)) {
          continue;
        }
        if (!(same instanceof SlotState.Damaged is)) {
          throw new AssertionError("FORGOTTEN DAMAGE: " + same + " was " + was);
        }
        if ((is.committed() != was.committed() && !isKnownNow(is))
            || (is.ballot().isPresent() && !is.ballot().equals(was.ballot()) && !isKnownNow(is))) {
          throw new AssertionError("CHANGED DAMAGE: " + is + " was " + was);
        }
      } else if (!slot.equals(same)
          && !writtenOn.containsKey(slot.slot())
          && !isLostWithPositions(same)) {
        throw new AssertionError("CHANGED: " + same + " was " + slot);
      }
    }
    if (now.status().committedThrough() < before.status().committedThrough()
        || now.status().firstAvailable() != before.status().firstAvailable()
        || now.status().state() != before.status().state()
        || !now.registered().equals(before.registered())) {
      throw new AssertionError("CHANGED: " + now + "\nwas " + before);
    }
  }

  /**
   * What only a read found may be served again where it was not written down; only as it was
   * acknowledged. What an opening found, named or not, ends by healing alone.
   */
  private boolean isReadAgain(SlotState now) {
    return isOpen(now.slot()) && now.equals(victim.known().slot(now.slot()));
  }

  private boolean isOpen(long slot) {
    return !readsAreNoted && !verdicts.contains(slot);
  }

  /**
   * Where the log is harmed and the positions too, a value that was found before may not be found
   * by a later opening: it is damaged then, never another one.
   */
  private boolean isLostWithPositions(SlotState now) {
    return now instanceof SlotState.Damaged && rot.isFileHit("positions-") && !rot.onlyDerived();
  }

  /**
   * Where reads work again, a commit may be seen that could not be read before; only a true one.
   */
  private boolean isKnownNow(SlotState.Damaged now) {
    return (readsAreBack || isOpen(now.slot()))
        && now.committed()
        && victim.known().slot(now.slot()) instanceof SlotState.Committed held
        && now.ballot().map(held.ballot()::equals).orElse(true);
  }

  /** New slots, in the forms that are allowed. */
  private void writeOn(SteppedJournal journal, Observation shown, boolean speaks) {
    Ballot ballot = above(shown.promised());
    long next = victim.known().highestSlot() + 2;
    List<Call> calls = new ArrayList<>();
    calls.add(Call.learn(next, ballot, Value.utf8("learned")));
    writtenOn.put(next, new SlotState.Committed(next, ballot, Value.utf8("learned")));
    if (speaks) {
      calls.add(Call.accept(next + 1, ballot, Value.utf8("accepted")));
      writtenOn.put(next + 1, new SlotState.Pending(next + 1, ballot, Value.utf8("accepted")));
    }
    for (Call call : calls) {
      expect(journal, call, Answer.Kind.DONE);
      journal.runUpkeep();
    }
    if (!speaks) {
      Answer.Kind refused = journal.submit(List.of(Call.promise(ballot))).get(0).kind();
      if (refused == Answer.Kind.DONE) {
        throw new AssertionError("promises although every copy of the promise was lost");
      }
    }
  }

  private void repair(SteppedJournal journal, Observation shown, boolean speaks) {
    Ballot ballot = above(journal.status().promised().orElse(null));
    for (long slot : damaged(shown)) {
      ModelState.Held held = victim.known().slots().get(slot);
      SlotState.Damaged damage = (SlotState.Damaged) shown.slots().get(slot);
      if (held != null && held.committed()) {
        if (damage.committed() && damage.expectedChecksum().isPresent()) {
          expect(
              journal,
              Call.learn(slot, ballot, Value.utf8("of another cluster")),
              Answer.Kind.SAFETY_VIOLATION);
        }
        expect(journal, Call.learn(slot, held.ballot(), held.value()), Answer.Kind.DONE);
        writtenOn.put(slot, new SlotState.Committed(slot, held.ballot(), held.value()));
      } else if (speaks) {
        Value value = held == null ? Value.utf8("new") : held.value();
        expect(journal, Call.accept(slot, ballot, value), Answer.Kind.DONE);
        writtenOn.put(slot, new SlotState.Pending(slot, ballot, value));
      }
    }
  }

  private static void expect(SteppedJournal journal, Call call, Answer.Kind expected) {
    Answer answer = journal.submit(List.of(call)).get(0);
    if (answer.kind() != expected) {
      throw new AssertionError(call + " is answered " + answer + " instead of " + expected);
    }
  }

  private void showsWhatWasWritten(SteppedJournal journal) {
    for (SlotState expected : writtenOn.values()) {
      SlotState shown = journal.slot(expected.slot());
      if (!shown.equals(expected)) {
        throw new AssertionError("LOST: " + shown + " instead of " + expected);
      }
    }
  }

  private static Ballot above(@Nullable Ballot promised) {
    return promised == null ? new Ballot(9, 9) : new Ballot(promised.round() + 1, promised.node());
  }
}

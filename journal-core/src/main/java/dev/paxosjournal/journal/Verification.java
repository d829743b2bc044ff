package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.wal.HintCheck;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.Segment;
import dev.paxosjournal.wal.SegmentSurvey;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Reads everything that is needed and checks it: each slot by the way a reader takes, then the
 * segment files from end to end, then what is derived. Used by one thread, once.
 */
final class Verification {
  private static final int RUN_SLOTS = 1024;
  private static final long PART_BYTES = 1 << 20;
  private static final int MOST_HINT_TRIES = 50;
  private static final long HINT_PAUSE_NANOS = 2_000_000;

  private final Life life;
  private final RunningOperation run;
  private final Function<Long, SlotReader.Answer> reader;
  private final Noting noting;
  private final Set<Long> found = new HashSet<>();

  /** Writes damage down. */
  interface Noting {
    void damaged(long slot) throws InterruptedException;
  }

  /** It came to an early end. */
  static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Operation.State state;

    Ended(Operation.State state, String why) {
      super(why);
      this.state = state;
    }

    Operation.State state() {
      return state;
    }
  }

  Verification(
      Life life, RunningOperation run, Function<Long, SlotReader.Answer> reader, Noting noting) {
    this.life = life;
    this.run = run;
    this.reader = reader;
    this.noting = noting;
  }

  void run(Pace pace) {
    try {
      check(pace);
    } catch (InterruptedException | CancellationException cancelled) {
      throw new Ended(Operation.State.CANCELLED, "cancelled");
    } catch (IOException failure) {
      throw new Ended(Operation.State.FAILED, "ended early: " + failure);
    }
  }

  void check(Pace pace) throws IOException, InterruptedException {
    run.expect(life.use(Verification::slotCount));
    slots(pace);
    log(pace);
    derived();
  }

  private static long slotCount(AcceptorState state) {
    long above = state.committedAbove().count() + state.pending().size();
    return state.committedThrough() - state.firstAvailable() + 1 + above;
  }

  // Slots.

  private void slots(Pace pace) throws IOException, InterruptedException {
    long from = life.use(AcceptorState::firstAvailable);
    while (true) {
      long wanted = from;
      long first = life.use(state -> next(state, wanted));
      if (first < 0) {
        return;
      }
      run(first, pace);
      if (first > Long.MAX_VALUE - RUN_SLOTS) {
        return;
      }
      from = first + RUN_SLOTS;
    }
  }

  /** The next slot at or above one that holds a record, damaged ones among them; or -1. */
  private static long next(AcceptorState state, long from) {
    long next = state.nextCommitted(from);
    Long pending = state.pending().ceilingKey(from);
    if (pending != null && (next < 0 || pending < next)) {
      next = pending;
    }
    long damaged = state.damage().ceiling(from);
    return damaged >= 0 && (next < 0 || damaged < next) ? damaged : next;
  }

  private void run(long first, Pace pace) throws IOException, InterruptedException {
    long most = first > Long.MAX_VALUE - RUN_SLOTS + 1 ? Long.MAX_VALUE : first + RUN_SLOTS - 1;
    long last = Math.min(most, Math.max(first, life.use(AcceptorState::highestSlot)));
    List<Positions.Lookup> entries = null;
    long slot = first;
    while (slot >= 0 && slot <= last) {
      run.checkCancelled();
      long now = slot;
      if (life.use(state -> state.isCommitted(now) && state.damageOf(now).isEmpty())) {
        if (entries == null) {
          entries = life.positions.get(slot, (int) (last - slot + 1));
          pace.read(entries.size() * 32);
        }
        int at = (int) (slot - last + entries.size() - 1);
        if (entries.get(at) instanceof Positions.NotNow notNow) {
          throw notNow.why();
        }
        if (entries.get(at) instanceof Positions.NoEntry missing && stillCommitted(slot)) {
          run.damaged("slot " + slot + ": " + missing.reason() + "; rebuild makes it again");
          run.advance();
          slot = after(slot);
          continue;
        }
      }
      check(slot, pace);
      slot = after(slot);
    }
  }

  private boolean stillCommitted(long slot) {
    return life.use(state -> slot >= state.firstAvailable())
        && life.positions.get(slot) instanceof Positions.NoEntry;
  }

  private long after(long slot) {
    return slot == Long.MAX_VALUE ? -1 : life.use(state -> next(state, slot + 1));
  }

  private void check(long slot, Pace pace) throws IOException, InterruptedException {
    SlotReader.Answer answer = reader.apply(slot);
    SlotState state = answer.state();
    if (state instanceof SlotState.Damaged damaged) {
      if (!answer.isSure()) {
        throw new IOException("too many files are open to look at slot " + slot);
      }
      found.add(slot);
      run.damaged(describe(damaged));
      noting.damaged(slot);
    }
    int bytes = lengthOf(state) + RecordHeader.BYTES;
    run.read(bytes);
    run.advance();
    pace.read(bytes);
  }

  private String describe(SlotState.Damaged slot) {
    SlotSummary place =
        new SlotBrowser(life)
            .page(slot.slot(), 1).slots().stream()
                .filter(summary -> summary.slot() == slot.slot())
                .findFirst()
                .orElse(SlotSummary.bare(slot.slot(), SlotSummary.Kind.DAMAGED));
    String file = slot.file().isEmpty() ? place.file() : slot.file();
    long offset = slot.file().isEmpty() ? place.offset() : slot.offset();
    return "slot "
        + slot.slot()
        + ": "
        + slot.reason()
        + (file.isEmpty() ? "" : ", file " + file + ", offset " + offset)
        + checksums(slot.expectedChecksum(), slot.foundChecksum())
        + (slot.committed() ? ", committed" : ", not committed");
  }

  private static String checksums(OptionalInt expected, OptionalInt found) {
    return (expected.isPresent() ? ", expected " + hex(expected.getAsInt()) : "")
        + (found.isPresent() ? ", found " + hex(found.getAsInt()) : "");
  }

  private static String hex(int checksum) {
    return String.format(Locale.ROOT, "%08x", checksum);
  }

  private static int lengthOf(SlotState state) {
    if (state instanceof SlotState.Committed committed) {
      return committed.value().length();
    }
    return state instanceof SlotState.Pending pending ? pending.value().length() : 0;
  }

  // The log.

  private void log(Pace pace) throws IOException, InterruptedException {
    long firstAvailable = life.use(AcceptorState::firstAvailable);
    for (Segment segment : life.log.segments()) {
      long offset = 0;
      while (offset >= 0) {
        run.checkCancelled();
        SegmentSurvey.Survey part = life.log.survey(segment, offset, PART_BYTES, firstAvailable);
        if (part == null) {
          // Given up meanwhile.
          break;
        }
        for (SegmentSurvey.Stretch stretch : part.stretches()) {
          note(segment, stretch);
        }
        long before = part.nextOffset() < 0 ? segment.fileBytes() : part.nextOffset();
        int bytes = (int) Math.min(Integer.MAX_VALUE, Math.max(0, before - offset));
        run.read(bytes);
        pace.read(bytes);
        offset = part.nextOffset();
      }
    }
  }

  private void note(Segment segment, SegmentSurvey.Stretch stretch) {
    if (stretch.kind() != SegmentSurvey.Kind.DAMAGED) {
      return;
    }
    String finding =
        "file "
            + segment.fileName()
            + ", offset "
            + stretch.fromOffset()
            + ": "
            + stretch.what()
            + checksums(stretch.expectedChecksum(), stretch.foundChecksum())
            + (stretch.slots().isEmpty() ? "" : ", slots " + stretch.slots());
    boolean named = !stretch.slots().isEmpty();
    if (named && found.containsAll(stretch.slots())) {
      run.find(finding);
    } else if (named && stretch.slots().stream().allMatch(this::isFoundOrServed)) {
      // Its bytes stay rotten until they are compacted, but nothing is missing any more.
      run.find(finding + ": nothing is lost, what they hold is read from elsewhere");
    } else {
      run.damaged(finding);
    }
  }

  /** A committed slot that was read whole before holds its value somewhere else. */
  private boolean isFoundOrServed(long slot) {
    return found.contains(slot)
        || life.use(state -> state.isCommitted(slot) && state.damageOf(slot).isEmpty());
  }

  // What is derived.

  private void derived() throws IOException, InterruptedException {
    if (life.disk.list().contains(Checkpoint.FILE) && Checkpoint.read(life.disk).isEmpty()) {
      run.damaged(
          "file " + Checkpoint.FILE + ": unreadable; rebuild, or the next checkpoint, replaces it");
    }
    // It is written in place while the journal runs: only what stays unreadable is damage.
    List<String> trouble = HintCheck.troubles(life.disk);
    for (int i = 0; !trouble.isEmpty() && i < MOST_HINT_TRIES; i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("cancelled");
      }
      LockSupport.parkNanos(HINT_PAUSE_NANOS);
      trouble = HintCheck.troubles(life.disk);
    }
    trouble.forEach(run::damaged);
  }
}

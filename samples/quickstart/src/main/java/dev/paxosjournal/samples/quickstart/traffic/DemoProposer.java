package dev.paxosjournal.samples.quickstart.traffic;

import dev.paxosjournal.journal.BlockingJournal;
import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rest of a small cluster, as one of its acceptors sees it: leaders come and go, values arrive
 * with gaps, are accepted again by the next leader, are committed in and out of order, and are
 * learned late from a peer. Each step makes at most one write. It knows nothing but what it finds
 * in the journal, so it goes on from any journal, and looks again after a refusal.
 *
 * <p>Keeps the log small: compacts what it committed, and stops adding when the log is long all the
 * same.
 */
final class DemoProposer {
  private static final int CLUSTER_NODES = 3;
  private static final int MAX_OPEN_SLOTS = 32;
  private static final int KEPT_SLOTS = 200;
  private static final int COMPACTED_SLOTS = 2000;
  private static final int COMPACTED_SLOTS_OF_LONG_LOG = 100;
  // With segments of 64 MiB, 112 MiB in use are up to three segments, and a spare makes 256 MiB.
  private static final long LONG_LOG_BYTES = 80L << 20;
  private static final long TOO_LONG_LOG_BYTES = 112L << 20;

  private final PaxosJournal journal;
  private final BlockingJournal writes;
  private final Random random;

  // What is open between the committed floor and the highest slot.
  private final NavigableMap<Long, Accept> pending = new TreeMap<>();
  private final NavigableSet<Long> gaps = new TreeSet<>();
  private Optional<Ballot> leader = Optional.empty();
  private boolean looked;

  DemoProposer(PaxosJournal journal, long seed) {
    this.journal = journal;
    this.writes = journal.blocking();
    this.random = new Random(seed);
  }

  /**
   * Makes one write, or none if there is nothing sensible to do.
   *
   * @throws JournalException if the journal refused or failed; the next step looks at it again
   */
  void step() {
    JournalStatus status = journal.status();
    if (status.state() != JournalStatus.State.OPEN) {
      looked = false;
      return;
    }
    try {
      if (!looked) {
        look(status);
      }
      write(status);
    } catch (JournalException e) {
      looked = false;
      throw e;
    }
  }

  private void look(JournalStatus status) {
    pending.clear();
    gaps.clear();
    leader = Optional.empty();
    long first = Math.max(status.committedThrough() + 1, status.firstAvailable());
    for (long slot = first; slot <= status.highestSlot() && slot - first < MAX_OPEN_SLOTS; slot++) {
      SlotState state = journal.slot(slot);
      if (state instanceof SlotState.Pending found) {
        pending.put(slot, new Accept(slot, found.ballot(), found.value()));
      } else if (state instanceof SlotState.Unknown) {
        gaps.add(slot);
      }
    }
    looked = true;
  }

  private void write(JournalStatus status) {
    long openSlots = status.highestSlot() - status.committedThrough();
    if (compactsNow(status)) {
      writes.compact(status.committedThrough() + 1 - KEPT_SLOTS);
    } else if (!leads(status) || oneIn(300)) {
      elect(status);
    } else if (!gaps.isEmpty() && (oneIn(12) || openSlots >= MAX_OPEN_SLOTS)) {
      catchUp(gaps.first());
    } else if (isOfFormerLeader() && !oneIn(4)) {
      acceptAgain();
    } else if (isDecisionDue(openSlots)) {
      decide();
    } else if (openSlots < MAX_OPEN_SLOTS) {
      acceptNew(status);
    } else if (oneIn(100)) {
      // The slots seen are all decided, and there are more.
      looked = false;
    }
  }

  private boolean compactsNow(JournalStatus status) {
    long slots = status.committedThrough() + 1 - KEPT_SLOTS - status.firstAvailable();
    return slots >= COMPACTED_SLOTS
        || (slots >= COMPACTED_SLOTS_OF_LONG_LOG && status.liveBytes() > LONG_LOG_BYTES);
  }

  private boolean leads(JournalStatus status) {
    return leader.isPresent() && leader.equals(status.promised());
  }

  private void elect(JournalStatus status) {
    long round = status.promised().map(Ballot::round).orElse(0L);
    if (round == Long.MAX_VALUE) {
      return; // Nobody can outbid that.
    }
    Ballot ballot = new Ballot(round + 1, 1 + random.nextInt(CLUSTER_NODES));
    writes.promise(ballot);
    leader = Optional.of(ballot);
  }

  /** The more values are pending, the likelier it is that one of them is decided. */
  private boolean isDecisionDue(long openSlots) {
    return !pending.isEmpty()
        && (openSlots >= MAX_OPEN_SLOTS || random.nextInt(100) < 25 + 5 * pending.size());
  }

  private boolean isOfFormerLeader() {
    return !pending.isEmpty() && pending.firstEntry().getValue().ballot().isBelow(ballot());
  }

  /** The new leader finds a value that may be decided and must propose the same again. */
  private void acceptAgain() {
    Accept found = pending.firstEntry().getValue();
    accept(new Accept(found.slot(), ballot(), found.value()));
  }

  private void acceptNew(JournalStatus status) {
    int skipped = oneIn(15) ? 1 + random.nextInt(3) : 0;
    long next = Math.max(status.highestSlot() + 1, status.firstAvailable());
    if (status.liveBytes() > TOO_LONG_LOG_BYTES || next > Long.MAX_VALUE - skipped || next < 0) {
      return;
    }
    accept(new Accept(next + skipped, ballot(), newValue(next + skipped)));
    for (long slot = next; slot < next + skipped; slot++) {
      gaps.add(slot);
    }
  }

  private void accept(Accept accept) {
    writes.accept(accept);
    pending.put(accept.slot(), accept);
  }

  /** The oldest value is decided, now and then another, and sometimes a peer tells it. */
  private void decide() {
    Map.Entry<Long, Accept> chosen = pending.firstEntry();
    if (oneIn(5)) {
      chosen = pending.ceilingEntry(pending.firstKey() + random.nextInt(MAX_OPEN_SLOTS));
      chosen = chosen == null ? pending.lastEntry() : chosen;
    }
    Accept decided = chosen.getValue();
    if (oneIn(10)) {
      writes.learn(new Accept(decided.slot(), earlier(decided.ballot()), decided.value()));
    } else {
      writes.commit(decided.slot(), decided.ballot());
    }
    pending.remove(decided.slot());
  }

  /** A peer sends what this node missed, as a former leader proposed it. */
  private void catchUp(long slot) {
    gaps.remove(slot);
    // Somebody else may have filled it, and two values for one slot would raise an alarm.
    if (journal.slot(slot) instanceof SlotState.Unknown) {
      writes.learn(new Accept(slot, earlier(ballot()), newValue(slot)));
    } else {
      looked = false;
    }
  }

  private Ballot ballot() {
    return leader.orElseThrow();
  }

  private Ballot earlier(Ballot ballot) {
    long round = ballot.round() - 1 - random.nextInt(2);
    return round > ballot.round() ? ballot : new Ballot(round, 1 + random.nextInt(CLUSTER_NODES));
  }

  private Value newValue(long slot) {
    int padding = oneIn(20) ? random.nextInt(8192) : random.nextInt(400);
    return Value.utf8(
        "{\"order\":"
            + slot
            + ",\"item\":\"i-"
            + random.nextInt(1000)
            + "\",\"note\":\""
            + "x".repeat(padding)
            + "\"}");
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An engine's journal on this one, as the table in DESIGN.md maps it. Remembers only what was
 * written since the last {@link #sync}: everything else the journal tells.
 */
final class EngineAdapter implements EngineJournal {
  private final PaxosJournal journal;
  private final List<CompletableFuture<Void>> underway = new ArrayList<>();
  private final Map<Long, Ballot> written = new HashMap<>();
  private Optional<Ballot> promised;
  private long fixed;

  EngineAdapter(PaxosJournal journal) {
    this.journal = journal;
    this.promised = journal.status().promised();
    this.fixed = journal.status().committedThrough();
  }

  @Override
  public void writeProgress(Progress progress) {
    raisePromise(ballot(progress.promised()));
    for (long slot = fixed + 1; slot <= progress.fixed(); slot++) {
      // An empty one is committed when its value comes.
      commitIfHeld(slot);
    }
    fixed = Math.max(fixed, progress.fixed());
  }

  private void raisePromise(Ballot ballot) {
    if (promised.isEmpty() || promised.get().isBelow(ballot)) {
      promised = Optional.of(ballot);
      underway.add(journal.promise(ballot));
    }
  }

  private void commitIfHeld(long slot) {
    held(slot).ifPresent(ballot -> underway.add(journal.commit(slot, ballot)));
  }

  @Override
  public void writeAccept(Written accept) {
    long slot = accept.slot();
    Ballot ballot = ballot(accept.number());
    Accept what = new Accept(slot, ballot, Value.utf8(accept.command()));
    Optional<Ballot> held = held(slot);
    boolean learned =
        promised.filter(ballot::isBelow).isPresent() || held.filter(ballot::isBelow).isPresent();
    if (learned) {
      // The engine may write it only because the cluster has decided it.
      underway.add(journal.learn(what));
    } else {
      underway.add(journal.accept(what));
      promised = Optional.of(ballot);
    }
    if (held.isEmpty() || !isCommitted(slot)) {
      written.put(slot, ballot);
    }
    if (slot <= fixed && !learned) {
      commitIfHeld(slot);
    }
  }

  /** The ballot in a slot, once what is underway is done. */
  private Optional<Ballot> held(long slot) {
    Ballot since = written.get(slot);
    return since != null
        ? Optional.of(since)
        : readDurable(slot).map(accept -> ballot(accept.number()));
  }

  private boolean isCommitted(long slot) {
    return journal.slot(slot) instanceof SlotState.Committed;
  }

  @Override
  public Optional<Progress> readProgress() {
    sync();
    JournalStatus status = journal.status();
    return status.promised().map(ballot -> new Progress(number(ballot), status.committedThrough()));
  }

  @Override
  public Optional<Written> readAccept(long slot) {
    sync();
    return readDurable(slot);
  }

  private Optional<Written> readDurable(long slot) {
    SlotState state = journal.slot(slot);
    if (state instanceof SlotState.Pending pending) {
      return Optional.of(new Written(slot, number(pending.ballot()), pending.value().toUtf8()));
    } else if (state instanceof SlotState.Committed committed) {
      return Optional.of(new Written(slot, number(committed.ballot()), committed.value().toUtf8()));
    } else if (state instanceof SlotState.Unknown) {
      return Optional.empty();
    }
    // Never "nothing": an engine that believed it could let another value be decided.
    throw new IllegalStateException("slot " + slot + " cannot be told: " + state);
  }

  @Override
  public void sync() {
    underway.add(journal.sync());
    underway.forEach(CompletableFuture::join);
    underway.clear();
    written.clear();
  }

  @Override
  public long highestLogIndex() {
    sync();
    return journal.status().highestSlot();
  }

  /** Era and counter become the round, which keeps the order. */
  static Ballot ballot(BallotNumber number) {
    return new Ballot(((long) number.era() << 32) + number.counter() + (1L << 31), number.node());
  }

  static BallotNumber number(Ballot ballot) {
    return new BallotNumber(
        (short) (ballot.round() >> 32),
        (int) ((ballot.round() & 0xFFFF_FFFFL) - (1L << 31)),
        (short) ballot.node());
  }
}

package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import dev.paxosjournal.samples.replicatedkv.raftlog.Snapshot;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * What is committed and cannot be read here any more, and how it comes back: slot by slot from the
 * peers, or, when they have compacted it, with a snapshot of theirs. Until then the engine must not
 * start: it would apply less than was committed.
 */
final class LostEntries {
  private final PaxosJournal journal;
  private final JournalLog log;
  private final Peers peers;

  LostEntries(PaxosJournal journal, JournalLog log, Peers peers) {
    this.journal = journal;
    this.log = log;
    this.peers = peers;
  }

  /**
   * What was found.
   *
   * @param what for people
   * @param snapshotThrough how far a snapshot must reach to replace some of it
   */
  record Loss(String what, long snapshotThrough) {}

  /** Reads everything that the engine will read; empty if it can. */
  Optional<Loss> find() {
    JournalStatus status = journal.status();
    long first = Math.max(1, status.firstAvailable());
    long covered;
    try {
      covered = log.saved().map(Snapshot::index).orElse(0L);
    } catch (IOException unreadable) {
      if (first > 1) {
        return Optional.of(new Loss("its snapshot, " + unreadable.getMessage(), first - 1));
      }
      covered = 0;
    }
    if (covered < first - 1) {
      return Optional.of(
          new Loss("its snapshot, which is gone; the log begins at " + first, first - 1));
    }
    long damaged = 0;
    long lowest = 0;
    for (long slot = Math.max(first, covered + 1); slot <= status.committedThrough(); slot++) {
      if (journal.slot(slot) instanceof SlotState.Damaged) {
        lowest = damaged == 0 ? slot : lowest;
        damaged++;
      }
    }
    return damaged == 0
        ? Optional.empty()
        : Optional.of(new Loss(damaged + " damaged slots, the first is " + lowest, lowest));
  }

  /** Asks the peers for each damaged slot, and tells what came of it. */
  String askForSlots() {
    try {
      Operation asked = journal.repair(peers).join();
      String healed = "healed " + asked.healed() + " of " + asked.total() + " damaged slots";
      return asked.findings().isEmpty()
          ? healed
          : healed + "; " + String.join("; ", asked.findings());
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof JournalException.Busy busy) {
        return "asked for no slot: " + busy.getMessage();
      }
      throw failure;
    }
  }

  /**
   * Before the engine starts: replaces the beginning of the log, if a peer has a snapshot of it.
   */
  String askForSnapshot(Loss loss) {
    Optional<Snapshot> offered = peers.snapshot();
    if (offered.map(Snapshot::index).orElse(-1L) < loss.snapshotThrough()) {
      return "no peer that answers has a snapshot through "
          + loss.snapshotThrough()
          + " or later; start the others, or try again when one of them has taken one";
    }
    try {
      log.install(offered.get());
      return "installed a peer's snapshot through " + offered.get().index();
    } catch (IOException | IllegalArgumentException refused) {
      return "a peer's snapshot was not installed: " + refused.getMessage();
    }
  }
}

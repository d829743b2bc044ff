package dev.paxosjournal.journal;

import java.util.Optional;

/**
 * What a Paxos engine asks of its journal, in the shape of the interface that TRex 2 has for it.
 * Nothing that is written need be durable before {@link #sync} returns.
 */
interface EngineJournal {

  /** An engine's ballot, compared by era, then counter, then node. */
  record BallotNumber(short era, int counter, short node) {}

  /**
   * How far the engine is.
   *
   * @param promised the highest ballot promised
   * @param fixed every slot up to this one is decided
   */
  record Progress(BallotNumber promised, long fixed) {}

  /** A value that the engine accepted or learned. */
  record Written(long slot, BallotNumber number, String command) {}

  /** Replaces the progress. */
  void writeProgress(Progress progress);

  /** The progress; empty before the first was written. */
  Optional<Progress> readProgress();

  /** Replaces what the slot holds. */
  void writeAccept(Written accept);

  /** What the slot holds. */
  Optional<Written> readAccept(long slot);

  /** Returns once everything that was written before is durable. */
  void sync();

  /** The highest slot ever written; -1 before the first. */
  long highestLogIndex();
}

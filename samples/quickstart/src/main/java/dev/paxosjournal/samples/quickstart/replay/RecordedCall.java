package dev.paxosjournal.samples.quickstart.replay;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.util.Optional;

/** One call that the recorded engine made on its journal, in this journal's words. */
sealed interface RecordedCall {

  /** The engine opened the journal of a node. */
  record Open(int node) implements RecordedCall {}

  /**
   * The engine wrote its progress.
   *
   * @param promised the highest ballot promised
   * @param fixed every slot up to this one is decided
   */
  record Progress(Ballot promised, long fixed) implements RecordedCall {}

  /** The engine wrote a value that it accepted or learned. */
  record Write(long slot, Ballot ballot, Value value) implements RecordedCall {}

  /**
   * The engine read a slot.
   *
   * @param found the ballot that it found there, if any
   */
  record Read(long slot, Optional<Ballot> found) implements RecordedCall {}

  /** Everything before must be durable before the engine goes on. */
  record Sync() implements RecordedCall {}
}

package dev.paxosjournal.paxos;

import java.util.Objects;

/**
 * A value for a slot under a ballot: what an acceptor accepts, or a learner learns.
 *
 * @param slot place in the replicated sequence, 0 and up
 * @param ballot the ballot under which the value was proposed
 * @param value the proposed bytes
 */
public record Accept(long slot, Ballot ballot, Value value) {

  /** Refuses a negative slot. */
  public Accept {
    if (slot < 0) {
      throw new IllegalArgumentException("slot " + slot + " is negative; slots begin at 0");
    }
    Objects.requireNonNull(ballot, "ballot");
    Objects.requireNonNull(value, "value");
  }
}

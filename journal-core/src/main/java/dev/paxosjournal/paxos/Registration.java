package dev.paxosjournal.paxos;

import java.util.Objects;
import java.util.Optional;

/**
 * What a Raft node must not forget: the highest term it has seen, and for whom it voted in it.
 *
 * @param term 0 and up
 * @param vote the candidate, in the engine's own bytes, at most {@link #MOST_VOTE_BYTES}; empty
 *     before a vote was given in this term
 */
public record Registration(long term, Optional<Value> vote) {

  /** The longest vote. */
  public static final int MOST_VOTE_BYTES = 256;

  /** Checks the components. */
  public Registration {
    Objects.requireNonNull(vote, "vote");
    if (term < 0) {
      throw new IllegalArgumentException("term " + term + " is negative; terms begin at 0");
    }
    if (vote.isPresent() && vote.get().length() > MOST_VOTE_BYTES) {
      throw new IllegalArgumentException(
          "a vote of " + vote.get().length() + " bytes; at most " + MOST_VOTE_BYTES + " are kept");
    }
  }

  /** A term in which no vote was given. */
  public static Registration ofTerm(long term) {
    return new Registration(term, Optional.empty());
  }

  /** A vote in a term. */
  public static Registration ofVote(long term, Value vote) {
    return new Registration(term, Optional.of(vote));
  }

  /** Whether another one is further on: in a higher term, or the vote in this one. */
  public boolean isBefore(Registration other) {
    return term < other.term || (term == other.term && vote.isEmpty() && other.vote.isPresent());
  }

  @Override
  public String toString() {
    return "term " + term + vote.map(value -> ", vote " + value).orElse("");
  }
}

package dev.paxosjournal.paxos;

/**
 * A proposal number: totally ordered, unique to its proposer (Lamport, "Paxos Made Simple", section
 * 2.2). Compared by {@code round}, then by {@code node}; both are signed and may be negative.
 *
 * <p>A Raft term fits into {@code round}; a ballot of era, counter and node fits with {@code round
 * = era·2³² + counter + 2³¹}.
 *
 * @param round the larger part of the order, 64 bits, signed
 * @param node the proposer, 32 bits, signed
 */
public record Ballot(long round, int node) implements Comparable<Ballot> {

  @Override
  public int compareTo(Ballot other) {
    int byRound = Long.compare(round, other.round);
    return byRound != 0 ? byRound : Integer.compare(node, other.node);
  }

  /** Whether this ballot is lower than another. */
  public boolean isBelow(Ballot other) {
    return compareTo(other) < 0;
  }

  /** For messages and logs: {@code round.node}. */
  @Override
  public String toString() {
    return round + "." + node;
  }
}

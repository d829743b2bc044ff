package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Registration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a Raft node needs of its journal beyond a Paxos acceptor: a register for term and vote, and
 * a way to replace the end of the log. Requests go through the same queue as all others, in order.
 *
 * <p><em>Not for Paxos</em>: an acceptor may never drop what it accepted. A Raft follower may,
 * since a leader of a higher term says what stands there instead.
 *
 * <p>The mapping: an entry at an index is an accept of the slot of that index, at the ballot (term
 * of the leader that sent it, a constant node), and its own term is part of the value; the commit
 * index is the committed floor; an installed snapshot is {@link PaxosJournal#advanceFloor(long)}.
 */
public interface RaftRecords {

  /**
   * What is durably registered; empty before the first time.
   *
   * @throws JournalException.RegisterUnknown if every copy was lost
   */
  Optional<Registration> registered();

  /**
   * Registers a term, or a vote in it. The term never falls, and a term has one vote, given once. A
   * higher term forgets the vote of the lower one; the present term again, with the same vote or
   * none, succeeds and changes nothing.
   *
   * @return completes when durable; fails with {@link JournalException.StaleTerm} if the term is
   *     below the one registered, with {@link JournalException.AlreadyVoted} if another vote was
   *     given in it, with {@link JournalException.RegisterUnknown} if every copy was lost
   */
  CompletableFuture<Void> register(Registration registration);

  /**
   * Drops every slot from one on, pending or damaged, and accepts what replaces it, as one: after
   * any crash either both happened or neither. Without anything to drop it accepts several slots at
   * once. The promise rises to the ballots accepted; it does not fall with what is dropped.
   *
   * @param from the first slot to drop; above every committed slot
   * @param suffix what stands there instead, slots ascending from {@code from} on, ballots never
   *     falling; may be empty
   * @return completes when durable; fails with {@link JournalException.SuffixCommitted} if a slot
   *     at or above {@code from} is committed or compacted, with {@link
   *     JournalException.StaleBallot} if a ballot is below the promise, with {@link
   *     JournalException.ValueTooLarge}
   */
  CompletableFuture<Void> replaceSuffix(long from, List<Accept> suffix);

  /** {@link #register} for a caller that waits, as {@link BlockingJournal}'s calls do. */
  void registerNow(Registration registration);

  /** {@link #replaceSuffix} for a caller that waits, as {@link BlockingJournal}'s calls do. */
  void replaceSuffixNow(long from, List<Accept> suffix);
}

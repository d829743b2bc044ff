package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;

/**
 * The writes of {@link PaxosJournal} for callers that want to wait: each method returns when the
 * write is durable and throws the {@link JournalException} that the future would fail with. If the
 * thread is interrupted while it waits, {@link JournalException.Interrupted} is thrown with the
 * flag kept; whether the write becomes durable is then unknown.
 */
public interface BlockingJournal {

  /** See {@link PaxosJournal#promise(Ballot)}. */
  void promise(Ballot ballot);

  /** See {@link PaxosJournal#accept(Accept)}. */
  void accept(Accept accept);

  /** See {@link PaxosJournal#learn(Accept)}. */
  void learn(Accept accept);

  /** See {@link PaxosJournal#commit(long, Ballot)}. */
  void commit(long slot, Ballot ballot);

  /** See {@link PaxosJournal#sync()}. */
  void sync();

  /** See {@link PaxosJournal#compact(long)}. */
  long compact(long before);

  /** See {@link PaxosJournal#advanceFloor(long)}. */
  long advanceFloor(long slot);
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * The durable memory of one Paxos acceptor: what it promised, what it accepted, what is committed.
 *
 * <p>Each write returns a future that completes when the write is durable; <em>reply to a peer only
 * then</em>. Requests are checked in the order in which they were submitted, against everything
 * submitted before them, and complete in that order. A refused request changes nothing and its
 * future fails with one of the refusals of {@link JournalException}; a refusal that rests on a
 * write which is not yet durable is told only when it is.
 *
 * <p>Writes wait while the queue is full; that is the back-pressure. If the waiting thread is
 * interrupted, nothing was submitted and the future fails with {@link
 * JournalException.Interrupted}. Cancelling a future does not take its write back. Callbacks run on
 * one thread of the journal, in order: a slow one delays the futures that complete after it, never
 * the disk, and no caller of {@link #blocking()}. A callback may call the journal, close and reopen
 * it; only for another of its futures it must not wait.
 *
 * <p>While callbacks lag so far behind that as many futures are still to be completed as the queue
 * may hold, calls for further futures wait too; {@link #blocking()} calls and calls made by a
 * callback do not. So hold no lock that a callback needs while you call the journal.
 *
 * <p>After a failed force every write fails with {@link JournalException.Failed}, reads go on, and
 * {@link #reopen()} is the way back.
 */
public interface PaxosJournal extends JournalView, Closeable {

  /**
   * Opens the journal in a directory, after recovery; makes a new one if the directory is empty and
   * the options allow it.
   *
   * @throws JournalException.InUse if this or another process has it open
   * @throws JournalException.ForeignJournal if it belongs to another node or cluster
   * @throws JournalException.UnsupportedVersion if a newer release wrote it
   * @throws JournalException.Unusable if the directory cannot be used as it is
   */
  static PaxosJournal open(JournalOptions options) {
    return JournalAssembly.open(options);
  }

  /**
   * Looks at a journal's directory without opening it: takes no lock, changes nothing on disk, and
   * works beside the node that owns it.
   *
   * @throws JournalException.Unusable if it holds no journal, or cannot be read
   * @throws JournalException.UnsupportedVersion if a newer release wrote it
   */
  static ReadOnlyJournal openReadOnly(Path directory) {
    return ReadOnlyJournal.open(directory);
  }

  /**
   * Promises to take nothing below a ballot (phase 1b). A promise equal to the present one
   * succeeds. The promise never falls.
   *
   * @return completes when the promise is durable; fails with {@link JournalException.StaleBallot}
   *     if a higher one was given
   */
  CompletableFuture<Void> promise(Ballot ballot);

  /**
   * Accepts a value (phase 2b) and raises the promise to its ballot. The same value at the same
   * ballot again succeeds.
   *
   * @return completes when durable; fails with {@link JournalException.Compacted}, {@link
   *     JournalException.StaleBallot}, {@link JournalException.Conflict} if the slot holds another
   *     value at this ballot or any value at a higher one, {@link JournalException.Damaged}, or
   *     {@link JournalException.SafetyViolation} if another value is committed there
   */
  CompletableFuture<Void> accept(Accept accept);

  /**
   * Records a value that the cluster has committed, obtained from a peer. Independent of the
   * promise and of the ballot in the slot; the promise does not change.
   *
   * @return completes when durable; fails with {@link JournalException.Compacted}, or {@link
   *     JournalException.SafetyViolation} if another value is committed there, or pending at this
   *     ballot or a higher one
   */
  CompletableFuture<Void> learn(Accept accept);

  /**
   * Records that the value accepted at this slot and ballot is committed. Slots may be committed
   * out of order. Rides along with the next force, or causes one after {@link
   * JournalOptions#commitDelay()}.
   *
   * @return completes when durable; fails with {@link JournalException.NotAccepted} if the slot
   *     holds nothing, or something at another ballot
   */
  CompletableFuture<Void> commit(long slot, Ballot ballot);

  /** Completes when everything submitted before this call is durable. */
  CompletableFuture<Void> sync();

  /**
   * Gives up all slots below one; they answer {@link JournalException.Compacted} from then on and
   * their space is reused.
   *
   * @param before at most one above the committed floor
   * @return completes with the lowest slot still available; fails with {@link
   *     JournalException.NotCommitted} if {@code before} is past the committed floor
   */
  CompletableFuture<Long> compact(long before);

  /**
   * The same, past the committed floor: call it after the application durably installed a snapshot
   * that covers every slot below. All those slots count as committed.
   *
   * @return completes with the lowest slot still available
   */
  CompletableFuture<Long> advanceFloor(long slot);

  /**
   * Reads everything that is needed and checks it, while the journal is open. Damage that is found
   * is written down, so that it is not forgotten.
   *
   * @param bytesPerSecond how fast to read; 0 for as fast as the disk
   * @return completes at its end, whatever that is; fails with {@link JournalException.Busy} if
   *     another operation runs
   */
  CompletableFuture<Operation> verify(long bytesPerSecond);

  /**
   * Makes positions and checkpoint again from the log, while the journal is open.
   *
   * @return as {@link #verify(long)}
   */
  default CompletableFuture<Operation> rebuild() {
    return rebuild(false);
  }

  /**
   * The same.
   *
   * @param dryRun whether only to find out what would be put right
   */
  CompletableFuture<Operation> rebuild(boolean dryRun);

  /**
   * Asks a peer for the committed value of each damaged slot and learns it.
   *
   * @return as {@link #verify(long)}
   */
  default CompletableFuture<Operation> repair(RepairSource source) {
    return repair(source, false);
  }

  /**
   * The same.
   *
   * @param dryRun whether to ask and check only, and learn nothing
   */
  CompletableFuture<Operation> repair(RepairSource source, boolean dryRun);

  /**
   * Does {@link #reopen()} as an operation, for consoles.
   *
   * @return as {@link #verify(long)}
   */
  CompletableFuture<Operation> reopenInBackground();

  /**
   * Removes the evidence that {@link #quarantine()} names: somebody has looked at it. What lies at
   * the very end of the log stays until something was written behind it, what lies within the log
   * until that is compacted.
   */
  void deleteQuarantine();

  /** Ends the running operation, if there is one; what it did so far stays. */
  void cancelOperation();

  /** The same calls in a form that waits; faster than waiting for the futures. */
  BlockingJournal blocking();

  /** What a Raft node needs beyond this; a Paxos acceptor never calls it. */
  RaftRecords raft();

  /**
   * Recovers from disk again, in this same object, after {@link JournalStatus.State#FAILED}, or
   * after {@link #close()}; does nothing if the journal is open. Fails as {@link
   * #open(JournalOptions)} does and can be repeated.
   */
  void reopen();

  /**
   * Finishes the writes already submitted, forces, closes, and frees the directory. Closing twice
   * is harmless.
   */
  @Override
  void close();
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.DamagedSlot;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.RecordHeader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One write on its way: what the caller asked for, what became of it, and who waits for it. Only
 * the journal's thread sets the outcome; it is told once, after the force.
 */
sealed class Request permits RaftRequest {

  enum Kind {
    PROMISE(RequestKind.PROMISE),
    ACCEPT(RequestKind.ACCEPT),
    LEARN(RequestKind.LEARN),
    COMMIT(RequestKind.COMMIT),
    SYNC(RequestKind.SYNC),
    COMPACT(RequestKind.COMPACT),
    ADVANCE_FLOOR(RequestKind.ADVANCE_FLOOR),

    /** Term and vote; a {@link RaftRequest}. */
    REGISTER(RequestKind.REGISTER),

    /** The end of the log is dropped and written anew; a {@link RaftRequest}. */
    REPLACE_SUFFIX(RequestKind.REPLACE_SUFFIX),

    /** A read found the slot's record unreadable. */
    NOTE_DAMAGE(null),

    /** The log says that a committed slot lies elsewhere than its entry. */
    PUT_RIGHT(null),

    /** A checkpoint is wanted now. */
    CHECKPOINT(null);

    private final @Nullable RequestKind outward;

    Kind(@Nullable RequestKind outward) {
      this.outward = outward;
    }

    /** As users know it; null for what the journal asks of itself. */
    @Nullable RequestKind outward() {
      return outward;
    }

    boolean hasResult() {
      return this == COMPACT || this == ADVANCE_FLOOR;
    }
  }

  static final Ballot NO_BALLOT = new Ballot(0, 0);

  final Kind kind;
  final long slot;
  final Ballot ballot;
  final @Nullable Value value;
  final long enqueuedNanos;

  /** Null if a thread waits in {@link #await()} instead. */
  private final @Nullable CompletableFuture<Long> future;

  /** The queue's: the request that was pushed before this one. */
  @Nullable Request pushedBefore;

  private volatile @Nullable Thread waiter;
  private volatile boolean told;

  // The outcome; written by the journal's thread before the request is told.
  @Nullable JournalException failure;
  long result;

  /** The type of the record written for this request; 0 for none. */
  byte recordType;

  /** Where the value of a slot lies that this request accepts, learns or commits. */
  @Nullable SlotLocation location;

  /** What was found of a slot to be called damaged. */
  @Nullable DamagedSlot damage;

  Request(Kind kind, long slot, Ballot ballot, @Nullable Value value, boolean waits) {
    this.kind = kind;
    this.slot = slot;
    this.ballot = ballot;
    this.value = value;
    this.future = waits ? null : new CompletableFuture<>();
    this.enqueuedNanos = System.nanoTime();
  }

  int valueBytes() {
    return value == null ? 0 : value.length();
  }

  /** How many records it may add to a group. */
  int mostRecords() {
    return 1;
  }

  /** What these may take. */
  long mostRecordBytes() {
    return RecordHeader.recordBytes(Math.max(valueBytes(), Verdicts.DAMAGE_BYTES));
  }

  boolean hasFuture() {
    return future != null;
  }

  CompletableFuture<Long> future() {
    if (future == null) {
      throw new AssertionError("a waiting request has no future");
    }
    return future;
  }

  /** A commit may wait for something to ride along with; nothing else may. */
  boolean isUrgent() {
    return kind != Kind.COMMIT;
  }

  /** Forgets what became of it, to be submitted once more. */
  void reset() {
    failure = null;
    recordType = 0;
    location = null;
    damage = null;
  }

  void fail(JournalException cause) {
    failure = cause;
  }

  /** Tells the caller the outcome. */
  void tell() {
    if (future == null) {
      told = true;
      LockSupport.unpark(waiter);
    } else if (failure != null) {
      future.completeExceptionally(failure);
    } else {
      future.complete(kind.hasResult() ? result : null);
    }
  }

  /** Waits until the request is told, and for what. */
  long await() {
    awaitTold();
    return outcome();
  }

  boolean isTold() {
    return told;
  }

  /** Waits until the request is told. */
  void awaitTold() {
    waiter = Thread.currentThread();
    while (!told) {
      if (Thread.currentThread().isInterrupted()) {
        throw new JournalException.Interrupted(true);
      }
      LockSupport.park(this);
    }
  }

  /** The result of a request that was told; throws if that was a failure. */
  long outcome() {
    if (failure != null) {
      throw failure;
    }
    return result;
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a call, as far as the rules of an acceptor fix it.
 *
 * @param kind success, or which refusal
 * @param number the result of a floor call that succeeded, or the floor that forbids a slot; else 0
 * @param promised the promise that forbids a ballot
 */
record Answer(Kind kind, long number, @Nullable Ballot promised) {

  enum Kind {
    DONE,
    COMPACTED,
    STALE_BALLOT,
    CONFLICT,
    NOT_ACCEPTED,
    NOT_COMMITTED,
    SAFETY_VIOLATION,
    STALE_TERM,
    ALREADY_VOTED,
    SUFFIX_COMMITTED,
    DAMAGED,
    NO_SPACE,
    PROMISE_UNKNOWN,
    FAILED,
    OTHER
  }

  static final Answer DONE = new Answer(Kind.DONE, 0, null);

  static Answer of(Kind kind) {
    return new Answer(kind, 0, null);
  }

  static Answer floor(long firstAvailable) {
    return new Answer(Kind.DONE, firstAvailable, null);
  }

  static Answer compacted(long firstAvailable) {
    return new Answer(Kind.COMPACTED, firstAvailable, null);
  }

  static Answer stale(Ballot promised) {
    return new Answer(Kind.STALE_BALLOT, 0, promised);
  }

  /** What a journal answered. */
  static Answer of(@Nullable JournalException failure, long result) {
    if (failure == null) {
      return floor(result);
    } else if (failure instanceof JournalException.Compacted compacted) {
      return compacted(compacted.firstAvailable());
    } else if (failure instanceof JournalException.StaleBallot stale) {
      return stale(stale.promised());
    } else if (failure instanceof JournalException.Conflict) {
      return of(Kind.CONFLICT);
    } else if (failure instanceof JournalException.NotAccepted) {
      return of(Kind.NOT_ACCEPTED);
    } else if (failure instanceof JournalException.NotCommitted) {
      return of(Kind.NOT_COMMITTED);
    } else if (failure instanceof JournalException.SafetyViolation) {
      return of(Kind.SAFETY_VIOLATION);
    } else if (failure instanceof JournalException.StaleTerm) {
      return of(Kind.STALE_TERM);
    } else if (failure instanceof JournalException.AlreadyVoted) {
      return of(Kind.ALREADY_VOTED);
    } else if (failure instanceof JournalException.SuffixCommitted) {
      return of(Kind.SUFFIX_COMMITTED);
    } else if (failure instanceof JournalException.Damaged) {
      return of(Kind.DAMAGED);
    } else if (failure instanceof JournalException.NoSpace) {
      return of(Kind.NO_SPACE);
    } else if (failure instanceof JournalException.PromiseUnknown) {
      return of(Kind.PROMISE_UNKNOWN);
    } else if (failure instanceof JournalException.Failed) {
      return of(Kind.FAILED);
    }
    return of(Kind.OTHER);
  }
}

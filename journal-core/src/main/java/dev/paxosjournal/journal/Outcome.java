package dev.paxosjournal.journal;

import org.jspecify.annotations.Nullable;

/** What became of a write; a tag of counters and meters. */
public enum Outcome {
  /** It is durable. */
  DONE,
  /** {@link JournalException.StaleBallot}. */
  STALE_BALLOT,
  /** {@link JournalException.Conflict}. */
  CONFLICT,
  /** {@link JournalException.NotAccepted}. */
  NOT_ACCEPTED,
  /** {@link JournalException.NotCommitted}. */
  NOT_COMMITTED,
  /** {@link JournalException.Compacted}. */
  COMPACTED,
  /** {@link JournalException.Damaged}. */
  DAMAGED,
  /** {@link JournalException.SafetyViolation}. */
  SAFETY_VIOLATION,
  /** {@link JournalException.NoSpace}. */
  NO_SPACE,
  /** {@link JournalException.Failed}. */
  FAILED,
  /** Any other refusal, as of a value that is too large or by a closed journal. */
  OTHER;

  static Outcome of(@Nullable JournalException failure) {
    if (failure == null) {
      return DONE;
    } else if (failure instanceof JournalException.StaleBallot) {
      return STALE_BALLOT;
    } else if (failure instanceof JournalException.Conflict) {
      return CONFLICT;
    } else if (failure instanceof JournalException.NotAccepted) {
      return NOT_ACCEPTED;
    } else if (failure instanceof JournalException.NotCommitted) {
      return NOT_COMMITTED;
    } else if (failure instanceof JournalException.Compacted) {
      return COMPACTED;
    } else if (failure instanceof JournalException.Damaged) {
      return DAMAGED;
    } else if (failure instanceof JournalException.SafetyViolation) {
      return SAFETY_VIOLATION;
    } else if (failure instanceof JournalException.NoSpace) {
      return NO_SPACE;
    }
    return failure instanceof JournalException.Failed ? FAILED : OTHER;
  }
}

package dev.paxosjournal.samples.quickstart.acceptor;

import dev.paxosjournal.journal.JournalException;
import org.springframework.http.HttpStatus;

/** What went wrong, for programs; each code has its HTTP status. */
enum ErrorCode {
  BAD_REQUEST(HttpStatus.BAD_REQUEST),
  STALE_BALLOT(HttpStatus.CONFLICT),
  CONFLICT(HttpStatus.CONFLICT),
  NOT_ACCEPTED(HttpStatus.CONFLICT),
  NOT_COMMITTED(HttpStatus.CONFLICT),
  DAMAGED(HttpStatus.CONFLICT),
  SAFETY_VIOLATION(HttpStatus.CONFLICT),
  COMPACTED(HttpStatus.GONE),
  UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE);

  private final HttpStatus status;

  ErrorCode(HttpStatus status) {
    this.status = status;
  }

  HttpStatus status() {
    return status;
  }

  /** The code of a refusal or failure of the journal. */
  static ErrorCode of(JournalException failure) {
    if (failure instanceof JournalException.StaleBallot) {
      return STALE_BALLOT;
    }
    if (failure instanceof JournalException.Conflict) {
      return CONFLICT;
    }
    if (failure instanceof JournalException.NotAccepted) {
      return NOT_ACCEPTED;
    }
    if (failure instanceof JournalException.NotCommitted) {
      return NOT_COMMITTED;
    }
    if (failure instanceof JournalException.Damaged) {
      return DAMAGED;
    }
    if (failure instanceof JournalException.SafetyViolation) {
      return SAFETY_VIOLATION;
    }
    if (failure instanceof JournalException.Compacted) {
      return COMPACTED;
    }
    if (failure instanceof JournalException.ValueTooLarge) {
      return BAD_REQUEST;
    }
    return UNAVAILABLE;
  }
}

package dev.paxosjournal.samples.quickstart.replay;

/** Why a recording could not be replayed, or did not match; for people. */
final class ReplayFailure extends Exception {
  private static final long serialVersionUID = 1L;

  ReplayFailure(String message) {
    super(message);
  }

  ReplayFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** A failure at a line of the recording. */
  static ReplayFailure at(long line, String what) {
    return new ReplayFailure("line " + line + ": " + what);
  }
}

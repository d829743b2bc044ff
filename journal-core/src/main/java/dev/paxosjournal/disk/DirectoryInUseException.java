package dev.paxosjournal.disk;

import java.io.IOException;

/** Somebody else holds the lock of the directory. Nothing was changed. */
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean thisProcess;

  /** Says who holds the lock, as far as it is known. */
  public DirectoryInUseException(String message, boolean thisProcess) {
    super(message);
    this.thisProcess = thisProcess;
  }

  /** Whether the holder is this very process. */
  public boolean thisProcess() {
    return thisProcess;
  }
}

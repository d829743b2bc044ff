package dev.paxosjournal.disk;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Somebody else holds the lock of the directory. Nothing was changed. */
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean thisProcess;
  private final @Nullable String owner;

  /** Says who holds the lock, as far as it is known. */
  public DirectoryInUseException(String message, boolean thisProcess, @Nullable String owner) {
    super(message);
    this.thisProcess = thisProcess;
    this.owner = owner;
  }

  /** Process and host of the holder, if they are known; for people. */
  public Optional<String> owner() {
    return Optional.ofNullable(owner);
  }

  /** Whether the holder is this very process. */
  public boolean thisProcess() {
    return thisProcess;
  }
}

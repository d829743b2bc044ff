package dev.paxosjournal.disk;

import java.io.IOException;

/** There was no room: the disk or a quota is full, or the process has too many open files. */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Names the file and what was tried. */
  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether files must be closed rather than space be freed. */
  public boolean isOfOpenFiles() {
    return String.valueOf(getMessage()).contains(SystemErrors.TOO_MANY_OPEN_FILES);
  }
}

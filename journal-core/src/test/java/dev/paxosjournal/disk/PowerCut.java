package dev.paxosjournal.disk;

/**
 * The machine went off. Thrown by the operation at which a {@link MemoryDisk} loses power and by
 * all that follow. An {@link Error}, so that code under test does not take it for a disk that
 * failed.
 */
public final class PowerCut extends Error {
  private static final long serialVersionUID = 1L;

  /** Says where. */
  public PowerCut(String message) {
    super(message);
  }
}

package dev.paxosjournal.wal;

import java.util.Optional;

/**
 * What a checkpoint proves of the log.
 *
 * @param end the position through which it was forced; 0 without a checkpoint
 * @param state of the acceptor there, if that is known
 */
public record Covered(long end, Optional<ShardState> state) {
  /** No checkpoint. */
  public static final Covered NOTHING = new Covered(0, Optional.empty());
}

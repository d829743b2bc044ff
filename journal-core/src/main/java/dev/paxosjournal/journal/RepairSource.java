package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import java.io.IOException;
import java.util.Optional;

/**
 * Where the committed value of a slot can be had that is damaged here: a peer of the same cluster.
 *
 * <p>An answer asserts that the value is <em>committed</em>: it is journaled as a learn. A value
 * that was only accepted somewhere must never be given.
 */
@FunctionalInterface
public interface RepairSource {

  /**
   * The committed value of a slot.
   *
   * @return empty if the peer does not have it, or does not know it to be committed
   * @throws IOException if the peer cannot be asked; the slot stays damaged
   */
  Optional<Accept> committed(long slot) throws IOException;
}

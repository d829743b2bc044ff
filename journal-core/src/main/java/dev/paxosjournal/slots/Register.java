package dev.paxosjournal.slots;

import dev.paxosjournal.paxos.Registration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The register for term and vote: none, known, or lost with every copy of it. It never goes back,
 * and a lost one is never known again.
 */
public final class Register {
  private boolean exists;
  private boolean lost;
  private @Nullable Registration known;

  /** Whether anything was ever registered. */
  public boolean exists() {
    return exists;
  }

  /** Whether every copy was lost. */
  public boolean isLost() {
    return lost;
  }

  /** What was registered; empty before that, and if it was lost. */
  public Optional<Registration> known() {
    return lost ? Optional.empty() : Optional.ofNullable(known);
  }

  /** Whether there is one, but nothing has told yet what it holds. */
  public boolean isUntold() {
    return exists && !lost && known == null;
  }

  /** A copy was found, or a new term or vote is durable; the one that is furthest on counts. */
  public void take(Registration copy) {
    exists = true;
    if (known == null || known.isBefore(copy)) {
      known = copy;
    }
  }

  /** No copy survives. */
  public void lose() {
    exists = true;
    lost = true;
  }

  /** There is one, as a header tells. */
  void noteExists() {
    exists = true;
  }
}

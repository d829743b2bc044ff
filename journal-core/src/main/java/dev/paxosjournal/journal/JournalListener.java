package dev.paxosjournal.journal;

/**
 * What a journal tells of its work: the seam for metrics and events. Must be quick, and must not
 * call the journal. What it throws is logged and ignored.
 *
 * <p>{@link #requestTold} is called by several threads at once; the others are called by one thread
 * after another. Nothing here delays the disk: each is told after the callers whom it concerns.
 */
public interface JournalListener {

  /** A group was written and forced, and its callers were told. */
  default void groupForced(ForcedGroup group) {}

  /**
   * A caller was told what became of its request; not called for one that was refused before it was
   * submitted.
   *
   * @param totalNanos from the moment it was submitted
   */
  default void requestTold(RequestKind kind, Outcome outcome, long totalNanos) {}

  /** A request contradicted what is committed here. */
  default void safetyViolated(JournalException.SafetyViolation violation) {}

  /** A read found a damaged slot, and that was written down. */
  default void damageFound(long slot) {}

  /**
   * A repair came to a damaged slot.
   *
   * @param healed whether its committed value was learned
   */
  default void repaired(long slot, boolean healed) {}

  /** There is no space; writes are refused until there is. */
  default void filled(JournalException.NoSpace cause) {}

  /** There is space again. */
  default void resumed() {}

  /** A force of the log failed; {@link #failed} follows. */
  default void forceFailed(Throwable cause) {}

  /** The journal takes no writes any more. */
  default void failed(JournalException.Failed cause) {}

  /** The journal was opened or reopened. */
  default void recovered(RecoveryReport report) {}

  /** An operation came to its end, whatever that is. */
  default void operationEnded(Operation operation) {}
}

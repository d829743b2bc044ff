package dev.paxosjournal.journal;

/**
 * What a journal tells of its work: the seam for metrics and events. Called on threads of the
 * journal; must be quick and must not call the journal. What it throws is logged and ignored.
 */
public interface JournalListener {

  /** Hears nothing. */
  JournalListener NONE = new JournalListener() {};

  /**
   * A group was written and forced.
   *
   * @param records how many records it held
   * @param groupBytes its length on disk
   * @param writeNanos how long the write took
   * @param forceNanos how long the force took
   */
  default void groupForced(int records, int groupBytes, long writeNanos, long forceNanos) {}

  /** A request contradicted what is committed here. */
  default void safetyViolated(JournalException.SafetyViolation violation) {}

  /** A read found a damaged slot. */
  default void damageFound(long slot) {}

  /** There is no space; writes are refused until there is. */
  default void filled(JournalException.NoSpace cause) {}

  /** There is space again. */
  default void resumed() {}

  /** The journal takes no writes any more. */
  default void failed(JournalException.Failed cause) {}

  /** The journal was opened or reopened. */
  default void recovered(RecoveryReport report) {}
}

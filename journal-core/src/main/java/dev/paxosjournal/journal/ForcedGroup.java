package dev.paxosjournal.journal;

/**
 * One group that was written and forced, and how long each step took.
 *
 * @param records how many records it held
 * @param groupBytes its length on disk
 * @param reason why no further request joined it
 * @param queueNanos how long its oldest request had waited when the group was begun
 * @param writeNanos how long the write took
 * @param forceNanos how long the force took
 */
public record ForcedGroup(
    int records, int groupBytes, Reason reason, long queueNanos, long writeNanos, long forceNanos) {

  /** Why a group was closed. */
  public enum Reason {
    /** Nothing more was waiting. */
    DRAINED,
    /** It had as many bytes as the options allow. */
    SIZE,
    /** It held commits only, and nothing came within the commit delay. */
    COMMIT_DELAY
  }
}

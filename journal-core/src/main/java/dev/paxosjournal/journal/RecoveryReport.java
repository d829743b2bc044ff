package dev.paxosjournal.journal;

import java.util.List;

/**
 * What recovery found and did when a journal was opened.
 *
 * @param scannedFrom position in the log at which reading started
 * @param scannedTo position at which the log ends
 * @param fromCheckpoint whether a checkpoint made it possible to start behind the beginning
 * @param groups how many groups were read
 * @param tornBytes bytes behind the end that were set aside because they were never acknowledged
 * @param rewrittenGroup whether the last group was written again because nothing proved its force
 * @param positionsRebuilt whether the positions files were rebuilt from the log
 * @param damagedSlots how many slots are damaged
 * @param nanos how long it took
 * @param findings one sentence each, for people: what was seen and why what was done is safe
 */
public record RecoveryReport(
    long scannedFrom,
    long scannedTo,
    boolean fromCheckpoint,
    long groups,
    long tornBytes,
    boolean rewrittenGroup,
    boolean positionsRebuilt,
    long damagedSlots,
    long nanos,
    List<String> findings) {

  /** Copies the findings. */
  public RecoveryReport {
    findings = List.copyOf(findings);
  }
}

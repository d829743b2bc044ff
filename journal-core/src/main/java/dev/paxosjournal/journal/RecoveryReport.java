package dev.paxosjournal.journal;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What recovery found and did when a journal was opened. Kept beside the log, for people; nothing
 * depends on it.
 *
 * @param opened when, by the clock of the machine
 * @param openCounter counts the lives that wrote; openings without a write share a number
 * @param journalId of the journal
 * @param scannedFrom position in the log at which reading started
 * @param scannedTo position at which the log ends
 * @param fromCheckpoint whether a checkpoint made it possible to start behind the beginning
 * @param groups how many groups were read
 * @param tornBytes bytes behind the end that were set aside because they were never acknowledged
 * @param rewrittenGroup whether the last group was written again because nothing proved its force
 * @param positionsRebuilt whether the positions files were rebuilt from the log
 * @param damagedSlots how many slots are damaged
 * @param nanos how long it took
 * @param segments the segments that were read or left out, oldest first; of very many, some
 * @param setAside what was not taken for the log or could not be read, where it lies; of very much,
 *     the first pieces
 * @param findings one sentence each, for people: what was seen and why what was done is safe
 */
public record RecoveryReport(
    Instant opened,
    long openCounter,
    UUID journalId,
    long scannedFrom,
    long scannedTo,
    boolean fromCheckpoint,
    long groups,
    long tornBytes,
    boolean rewrittenGroup,
    boolean positionsRebuilt,
    long damagedSlots,
    long nanos,
    List<SegmentReport> segments,
    List<SetAside> setAside,
    List<String> findings) {

  /** Copies the lists. */
  public RecoveryReport {
    segments = List.copyOf(segments);
    setAside = List.copyOf(setAside);
    findings = List.copyOf(findings);
  }

  /**
   * What was done with one segment. Lengths are in bytes.
   *
   * @param file its plain name
   * @param sequence its number
   * @param scannedFrom position at which reading it started
   * @param scannedTo position at which reading it ended
   * @param groups how many groups in it can be read
   * @param keptBytes what they take, and stays as it is
   * @param setAsideBytes what lies behind the end of the log and stays as evidence
   * @param rewrittenBytes what was written again, in a new segment
   * @param damagedBytes what was forced once and cannot be read
   * @param why one sentence each: why what was not kept could be left out
   */
  public record SegmentReport(
      String file,
      long sequence,
      long scannedFrom,
      long scannedTo,
      long groups,
      long keptBytes,
      long setAsideBytes,
      long rewrittenBytes,
      long damagedBytes,
      List<String> why) {

    /** Copies the list. */
    public SegmentReport {
      why = List.copyOf(why);
    }
  }
}

package dev.paxosjournal.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One run of maintenance on an open journal, as it stands at this moment. At most one runs at a
 * time.
 *
 * @param id counts the operations of this journal object, from 1
 * @param kind what is done
 * @param state how far it is
 * @param done how many slots were looked at
 * @param total how many there are to look at, as far as known
 * @param damaged how many damaged slots were found
 * @param healed how many were healed or put right; in a dry run, how many would be
 * @param begun when it began
 * @param took how long it has been running, or ran
 * @param findings one sentence each, for people; the first thousand
 * @param dryRun whether it only finds out what it would do
 * @param bytesRead how many bytes were read from disk and checked
 */
public record Operation(
    long id,
    Kind kind,
    State state,
    long done,
    long total,
    long damaged,
    long healed,
    Instant begun,
    Duration took,
    List<String> findings,
    boolean dryRun,
    long bytesRead) {

  /** What is done. */
  public enum Kind {
    /** Reads everything and checks it. */
    VERIFY,
    /** Makes positions and checkpoint again from the log. */
    REBUILD,
    /** Asks a {@link RepairSource} for each damaged slot. */
    REPAIR,
    /** Recovers from disk again, after the journal failed or was closed. */
    REOPEN,
    /** Reads and checks slowly in the background, again and again. */
    SCRUB
  }

  /** How far an operation is. */
  public enum State {
    /** Under way. */
    RUNNING,
    /** Came to its end. */
    DONE,
    /** Was cancelled, or the journal was closed; what it did so far stays. */
    CANCELLED,
    /** Could not go on; the last finding says why. */
    FAILED
  }

  /** Copies the findings. */
  public Operation {
    findings = List.copyOf(findings);
  }
}

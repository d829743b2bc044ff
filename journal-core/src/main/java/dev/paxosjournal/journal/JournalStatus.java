package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One consistent, immutable snapshot of the durable state, for health, metrics and console alike.
 *
 * @param state whether and what the journal takes
 * @param promised the highest ballot promised; empty before the first
 * @param committedThrough every slot 0…this is committed; -1 at the start
 * @param firstGap the lowest slot above {@code committedThrough} and below {@code highestSlot} that
 *     holds no value; empty if there is none
 * @param highestSlot the highest slot of which anything is recorded; -1 at the start
 * @param pending how many slots are accepted and not committed
 * @param damaged how many slots are damaged
 * @param firstAvailable the compaction floor: the lowest slot not compacted
 * @param logBytes bytes of the log that the files hold, from the beginning of the first one; the
 *     room prepared for more, at most three times the segment size, is not counted
 * @param liveBytes bytes from the first group still needed to the end of the log
 * @param segments how many segment files make up the log
 * @param cause why the state is not {@code OPEN}, for people; empty if it is
 */
public record JournalStatus(
    State state,
    Optional<Ballot> promised,
    long committedThrough,
    OptionalLong firstGap,
    long highestSlot,
    long pending,
    long damaged,
    long firstAvailable,
    long logBytes,
    long liveBytes,
    int segments,
    Optional<String> cause) {

  /** Whether and what a journal takes. */
  public enum State {
    /** Reads and writes. */
    OPEN,
    /** No space: writes are refused, reads go on; resumes by itself. */
    FULL,
    /** No copy of the promise survives: reads, learns and repair only. */
    REPAIR_ONLY,
    /** The disk failed: reads go on until {@link PaxosJournal#reopen()}. */
    FAILED,
    /** Closed, or not yet open. */
    CLOSED
  }
}

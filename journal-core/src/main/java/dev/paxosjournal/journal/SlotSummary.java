package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is known of a slot without reading its record: from memory and from the positions files. Rot
 * that nobody has come upon yet does not show here; {@link JournalView#slot} reads and checks.
 *
 * @param slot the slot
 * @param kind what the slot is
 * @param ballot of its record, if known
 * @param lengthBytes of its value, if known
 * @param checksum CRC-32C that its value must have, if known
 * @param segment sequence of the segment in which the record lies or lay, if known
 * @param file name of that segment's file; empty if not known
 * @param offset of the record in that file; -1 if not known
 */
public record SlotSummary(
    long slot,
    Kind kind,
    Optional<Ballot> ballot,
    OptionalInt lengthBytes,
    OptionalInt checksum,
    OptionalLong segment,
    String file,
    long offset) {

  /** What a slot is; see {@link dev.paxosjournal.paxos.SlotState}. */
  public enum Kind {
    /** Nothing was accepted here: a gap, if anything lies above it. */
    UNKNOWN,
    /** Accepted, not known to be committed. */
    PENDING,
    /** The decision is recorded. */
    COMMITTED,
    /** Below the compaction floor. */
    COMPACTED,
    /** Its record cannot be read; committed or not. */
    DAMAGED
  }

  /** Refuses a negative slot. */
  public SlotSummary {
    Requests.checkSlot(slot);
  }

  /** A slot of which only the kind is known. */
  static SlotSummary bare(long slot, Kind kind) {
    return new SlotSummary(
        slot,
        kind,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        "",
        -1);
  }
}

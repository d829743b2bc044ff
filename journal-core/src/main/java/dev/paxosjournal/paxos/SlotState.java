package dev.paxosjournal.paxos;

import java.util.Optional;
import java.util.OptionalInt;

/** What this node durably knows of one slot: always exactly one of these five answers. */
public sealed interface SlotState {

  /** The slot that was asked for. */
  long slot();

  /** Nothing was accepted here, at any ballot. Phase 1 may be answered with "nothing". */
  record Unknown(long slot) implements SlotState {}

  /** Accepted here, not known to be committed. */
  record Pending(long slot, Ballot ballot, Value value) implements SlotState {}

  /** The decision is recorded here. */
  record Committed(long slot, Ballot ballot, Value value) implements SlotState {}

  /**
   * Below the compaction floor: no longer here.
   *
   * @param firstAvailable the lowest slot that still is
   */
  record Compacted(long slot, long firstAvailable) implements SlotState {}

  /**
   * Something was recorded here and cannot be read back. Phase 1 must not be answered with
   * "nothing"; a peer's committed value heals the slot.
   *
   * @param committed whether the slot is known to be committed
   * @param ballot the ballot of the lost record, if it is known
   * @param lengthBytes the length of the lost value, if it is known
   * @param expectedChecksum the CRC-32C of the lost value, if it is known
   * @param foundChecksum the CRC-32C of what was found instead, if a value could be read at all
   * @param file the segment file in which the record lies or lay; empty if it is not known
   * @param offset the record's byte offset in that file, or -1
   * @param reason one sentence for people
   */
  record Damaged(
      long slot,
      boolean committed,
      Optional<Ballot> ballot,
      OptionalInt lengthBytes,
      OptionalInt expectedChecksum,
      OptionalInt foundChecksum,
      String file,
      long offset,
      String reason)
      implements SlotState {}
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/**
 * The read-only half of a journal. Every answer rests on what is durable, is read from disk and
 * checked on the caller's thread, and never waits for a write. Safe for use from any thread, also
 * one that is being interrupted.
 */
public interface JournalView {

  /** Whose journal this is. */
  JournalIdentity identity();

  /** One consistent snapshot of the durable state; never waits for the disk. */
  JournalStatus status();

  /**
   * What this node durably knows of one slot. The record is read and all its checksums are verified
   * on every call; bytes that fail are never returned, the answer is then {@link
   * SlotState.Damaged}.
   *
   * @param slot 0 and up
   * @throws IllegalArgumentException if the slot is negative
   * @throws JournalException.Closed if the journal is closed
   */
  SlotState slot(long slot);

  /**
   * The committed slots from {@code from} upwards, in order, as a peer that missed them needs them:
   * {@link SlotState.Committed} or {@link SlotState.Damaged}; pending and unknown slots are left
   * out. One value is in memory at a time. Close it when done.
   *
   * @param from first slot to send
   * @param maxBytes stop before the value bytes sent exceed this; one value is always sent
   * @throws JournalException.Compacted if {@code from} is below the compaction floor
   * @throws IllegalArgumentException if {@code from} is negative or {@code maxBytes} not positive
   */
  Retransmission retransmit(long from, long maxBytes);

  /**
   * The same, written to a channel in the frames that FORMAT.md, section "Retransmission stream",
   * describes.
   *
   * @return where and why it ended
   * @throws IOException if the channel fails; how much of the last frame was written is then
   *     unknown
   */
  Retransmission.End retransmit(long from, long maxBytes, WritableByteChannel target)
      throws IOException;

  /** The operation that runs, or ran last. */
  Optional<Operation> operation();

  /** What recovery found when this journal was last opened or reopened. */
  RecoveryReport recovery();
}

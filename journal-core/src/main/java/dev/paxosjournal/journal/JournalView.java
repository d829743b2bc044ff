package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
   * @param maxBytes stop before the value bytes sent exceed this; one value is always sent, also
   *     with 0
   * @throws JournalException.Compacted if {@code from} is below the compaction floor
   * @throws IllegalArgumentException if {@code from} or {@code maxBytes} is negative
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

  /**
   * What is known of neighbouring slots, from memory and the positions files: the log itself is not
   * read. Costs the same at any depth. Slots below the compaction floor and above the highest slot
   * are left out; every other one is listed, gaps as {@link SlotSummary.Kind#UNKNOWN}.
   *
   * @param from the first slot wanted
   * @param limit how many at most, 1 to {@link SlotPage#MOST_SLOTS}
   * @throws IllegalArgumentException if {@code from} is negative or {@code limit} out of bounds
   */
  SlotPage slots(long from, int limit);

  /**
   * The lowest slot of a kind at or above one, found without looking at those in between. {@link
   * SlotSummary.Kind#UNKNOWN} finds gaps below the highest slot only.
   */
  OptionalLong nextSlot(long from, SlotSummary.Kind kind);

  /** The highest slot of a kind at or below one; otherwise as {@link #nextSlot}. */
  OptionalLong previousSlot(long from, SlotSummary.Kind kind);

  /** The segments of the log, oldest first; from memory. */
  List<SegmentInfo> segments();

  /**
   * Reads a part of a segment file, on the caller's thread, and says of each byte what it is.
   *
   * @param sequence the segment's number
   * @param fromOffset where to begin; within a group, that group's begin is taken
   * @param maxBytes about how much to read: a group that begins within is read to its end
   * @throws JournalException.NoSuchSegment if there is none with this number, or no more
   */
  SegmentMap segmentMap(long sequence, long fromOffset, long maxBytes);

  /** What the last openings found, newest first, at most 20; the present one is the first. */
  List<RecoveryReport> recoveries();

  /**
   * What the last recoveries set aside and is still there: torn groups, and what could not be read
   * of the log. It lies in place until the segment is compacted, and is then copied to a file of
   * its own, if there is room for that; the oldest copies go when there are too many.
   */
  List<SetAside> quarantine();

  /** What this object did since it was made. */
  JournalCounters counters();

  /** Bytes that the file system has free for this directory; -1 if it cannot tell. Does I/O. */
  long diskFreeBytes();

  /** The operations of this object, newest first, at most 20. */
  List<Operation> operations();

  /** The operation that runs, or ran last. */
  Optional<Operation> operation();

  /** What recovery found when this journal was last opened or reopened. */
  RecoveryReport recovery();
}

package dev.paxosjournal.journal;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the bytes of a part of a segment file are.
 *
 * @param segment the segment
 * @param stretches in order of offset, without a hole; neighbours of one kind are one stretch,
 *     except damage
 * @param groups how many groups were read whole
 * @param records how many records they hold
 * @param lowestSlot the lowest slot that one of these names
 * @param highestSlot the highest
 * @param nextOffset the offset to ask for next; empty if the end of the file was reached
 */
public record SegmentMap(
    SegmentInfo segment,
    List<Stretch> stretches,
    long groups,
    long records,
    OptionalLong lowestSlot,
    OptionalLong highestSlot,
    OptionalLong nextOffset) {

  /** Copies the list. */
  public SegmentMap {
    stretches = List.copyOf(stretches);
  }

  /**
   * Neighbouring bytes of one kind.
   *
   * @param kind what they are
   * @param fromOffset offset in the file of the first byte
   * @param before offset behind the last byte
   * @param what one sentence for people
   * @param expectedChecksum for damage: the CRC-32C that the first broken part should have had
   * @param foundChecksum for damage: the one it has
   * @param slots for damage: the slots whose record it hit, as far as known, at most 1000
   */
  public record Stretch(
      Kind kind,
      long fromOffset,
      long before,
      String what,
      OptionalInt expectedChecksum,
      OptionalInt foundChecksum,
      List<Long> slots) {

    /** Copies the list. */
    public Stretch {
      slots = List.copyOf(slots);
    }
  }

  /** What a stretch is. */
  public enum Kind {
    /** The segment's own header, whole. */
    HEADER,
    /** Groups, read whole, of which something is needed. */
    GOOD,
    /** Unreadable, behind the end of the log: was never acknowledged. */
    TORN,
    /** Unreadable although it was forced. */
    DAMAGED,
    /** Groups, read whole, that name no slot at or above the compaction floor. */
    COMPACTED,
    /** Left from an earlier use of the file, behind the end of the log. */
    REUSED,
    /** Zeros behind the end of the log: room, or filled up ahead of need. */
    FREE
  }
}

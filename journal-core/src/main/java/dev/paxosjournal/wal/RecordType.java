package dev.paxosjournal.wal;

/** The types of record; the numbers are those of FORMAT.md, section 6. */
public final class RecordType {
  /** A ballot was promised. */
  public static final byte PROMISE = 1;

  /** A value was accepted. */
  public static final byte ACCEPT = 2;

  /** A committed value was learned from a peer. */
  public static final byte LEARN = 3;

  /** The value accepted at this slot and ballot is committed. */
  public static final byte COMMIT = 4;

  /** The compaction floor moved. */
  public static final byte FLOOR = 5;

  /** A slot is damaged. */
  public static final byte DAMAGE = 6;

  /** The loss of a stretch of the log was judged. */
  public static final byte JUDGED = 7;

  /** Term and vote of a Raft node. */
  public static final byte REGISTER = 8;

  /** All slots from this one on that are not committed were dropped. */
  public static final byte TRUNCATE = 9;

  /** Flag of {@link #REGISTER}: the value is a vote. */
  public static final byte REGISTER_VOTED = 1;

  /** Flag of {@link #REGISTER}: every copy of it was lost. */
  public static final byte REGISTER_LOST = 2;

  /** Flag of {@link #FLOOR}: all lower slots count as committed. */
  public static final byte FLOOR_COMMITS = 1;

  private RecordType() {}

  static boolean isKnown(byte type) {
    return type >= PROMISE && type <= TRUNCATE;
  }

  /** Whether records of this type carry the value of a slot. */
  public static boolean holdsSlotValue(byte type) {
    return type == ACCEPT || type == LEARN;
  }

  /** Whether records of this type name a slot whose fate rests on them. */
  public static boolean namesSlot(byte type) {
    return type == ACCEPT || type == LEARN || type == COMMIT || type == DAMAGE;
  }
}

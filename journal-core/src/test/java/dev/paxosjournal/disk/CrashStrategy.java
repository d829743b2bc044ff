package dev.paxosjournal.disk;

/**
 * What becomes of the unforced in a power cut. The forced is always there, except in {@link
 * #BLOCK_DESTROYED}, where it shares a block with an unforced write.
 *
 * <p>Unless said otherwise, each unforced name survives or not at random, as in {@link
 * #NAMES_LOST}.
 */
public enum CrashStrategy {
  /** Nothing unforced is there. */
  NOTHING,
  /** All is there: bytes, lengths and names; except what a failed force lost. */
  EVERYTHING,
  /** The unforced operations up to a random one, in the order they were made, names included. */
  PREFIX,
  /** Each unforced sector as it was before, between or after the unforced writes; any length. */
  SUBSET,
  /** As {@link #SUBSET}, but sectors may be part old, part new. */
  TORN,
  /** The length is new, the bytes behind the old length are zeros, garbage or a deleted file's. */
  SIZE_AHEAD,
  /** The bytes are new, the length is not. */
  SIZE_BEHIND,
  /**
   * All bytes are there. Each unforced create, rename or delete happened or not, but none without
   * the earlier ones on the same name: a file may vanish, keep its old name or come back.
   */
  NAMES_LOST,
  /** Any block of 4096 bytes that had an unforced write may be garbage, all of it. */
  BLOCK_DESTROYED,
  /** Unforced sectors show older content, or that of another file. */
  STALE,
  /** Another strategy for each file. */
  MIXED
}

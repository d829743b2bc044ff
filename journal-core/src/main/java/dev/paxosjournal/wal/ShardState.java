package dev.paxosjournal.wal;

import dev.paxosjournal.paxos.Ballot;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The acceptor's state in short, as every header repeats it (FORMAT.md, section 5).
 *
 * @param promised the promise; null before the first
 * @param promiseLost whether every copy of the promise was lost once
 * @param committedThrough C; -1 at the start
 * @param firstAvailable F; 0 at the start
 * @param highestSlot the highest slot of which anything is recorded; -1 at the start
 * @param registered whether a term or vote was ever registered
 * @param truncated whether a suffix was ever dropped
 */
public record ShardState(
    @Nullable Ballot promised,
    boolean promiseLost,
    long committedThrough,
    long firstAvailable,
    long highestSlot,
    boolean registered,
    boolean truncated) {

  /** Length of an encoded state. */
  public static final int BYTES = 40;

  /** The state of a journal that holds nothing. */
  public static final ShardState EMPTY = new ShardState(null, false, -1, 0, -1);

  private static final int PROMISED = 1;
  private static final int LOST = 2;
  private static final int REGISTERED = 4;
  private static final int TRUNCATED = 8;

  /** The state of an acceptor that keeps nothing for Raft. */
  public ShardState(
      @Nullable Ballot promised,
      boolean promiseLost,
      long committedThrough,
      long firstAvailable,
      long highestSlot) {
    this(promised, promiseLost, committedThrough, firstAvailable, highestSlot, false, false);
  }

  /** The same, with another promise. */
  public ShardState promising(@Nullable Ballot other) {
    return new ShardState(
        other, promiseLost, committedThrough, firstAvailable, highestSlot, registered, truncated);
  }

  /** The same, without a word of what is committed or compacted: that a later record will tell. */
  ShardState withoutFloors() {
    return new ShardState(promised, promiseLost, -1, 0, highestSlot, registered, truncated);
  }

  void encode(ByteBuffer target, int at) {
    int flags =
        (promised != null ? PROMISED : 0)
            | (promiseLost ? LOST : 0)
            | (registered ? REGISTERED : 0)
            | (truncated ? TRUNCATED : 0);
    target
        .putShort(at, (short) 0)
        .putShort(at + 2, (short) flags)
        .putInt(at + 4, promised != null ? promised.node() : 0)
        .putLong(at + 8, promised != null ? promised.round() : 0)
        .putLong(at + 16, committedThrough)
        .putLong(at + 24, firstAvailable)
        .putLong(at + 32, highestSlot);
  }

  static ShardState parse(ByteBuffer source, int at) {
    int flags = source.getShort(at + 2);
    return new ShardState(
        (flags & PROMISED) != 0 ? new Ballot(source.getLong(at + 8), source.getInt(at + 4)) : null,
        (flags & LOST) != 0,
        source.getLong(at + 16),
        source.getLong(at + 24),
        source.getLong(at + 32),
        (flags & REGISTERED) != 0,
        (flags & TRUNCATED) != 0);
  }

  /** Puts an encoded state at the buffer's position and moves it. */
  public void putTo(ByteBuffer target) {
    encode(target, target.position());
    target.position(target.position() + BYTES);
  }

  /** Takes an encoded state from the buffer's position and moves it. */
  public static ShardState getFrom(ByteBuffer source) {
    ShardState state = parse(source, source.position());
    source.position(source.position() + BYTES);
    return state;
  }
}

package dev.paxosjournal.slots;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.wal.Crc;
import dev.paxosjournal.wal.RecordType;
import dev.paxosjournal.wal.ShardState;
import dev.paxosjournal.wal.WalPointer;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * From where an opening may read the log, and what was known there (FORMAT.md, section 8).
 *
 * @param journalId whose checkpoint it is
 * @param position a group begins here, or the log ends
 * @param previousGroup position of the last group before; -1 for none
 * @param segmentHighestSlot highest slot named by the segment that holds {@code previousGroup}
 * @param logStart no group below this position is needed
 * @param state promise and floors
 * @param pending the pending slots
 * @param committedAbove committed ranges above the committed floor
 * @param damaged the damaged slots of which more than that is known
 * @param unnamed the other damaged slots
 * @param registration term and vote; empty if there are none, or if they were lost
 */
public record Checkpoint(
    UUID journalId,
    long position,
    long previousGroup,
    long segmentHighestSlot,
    long logStart,
    ShardState state,
    List<PendingSlot> pending,
    List<SlotRange> committedAbove,
    List<DamagedSlot> damaged,
    List<SlotRange> unnamed,
    Optional<Registration> registration) {

  /** One of an acceptor that registered nothing. */
  public Checkpoint(
      UUID journalId,
      long position,
      long previousGroup,
      long segmentHighestSlot,
      long logStart,
      ShardState state,
      List<PendingSlot> pending,
      List<SlotRange> committedAbove,
      List<DamagedSlot> damaged,
      List<SlotRange> unnamed) {
    this(
        journalId,
        position,
        previousGroup,
        segmentHighestSlot,
        logStart,
        state,
        pending,
        committedAbove,
        damaged,
        unnamed,
        Optional.empty());
  }

  /** The file's name. */
  public static final String FILE = "checkpoint";

  private static final String UNFINISHED = "checkpoint.tmp";
  private static final int MAGIC = 0x50584A43;
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 4 + 4 + 16 + 4 * 8 + 4 + ShardState.BYTES;
  private static final int PENDING_BYTES = 36;
  private static final int RANGE_BYTES = 16;
  private static final int DAMAGED_BYTES = 41;
  private static final int REGISTER_BYTES = 12;

  /** One pending slot. */
  public record PendingSlot(long slot, SlotLocation location) {}

  /** Takes what a checkpoint needs from the state, at the end of a group. */
  public static Checkpoint of(
      AcceptorState state,
      UUID journalId,
      long position,
      long previousGroup,
      long segmentHighestSlot,
      long logStart) {
    List<PendingSlot> pending = new ArrayList<>(state.pending().size());
    state.pending().forEach((slot, location) -> pending.add(new PendingSlot(slot, location)));
    return new Checkpoint(
        journalId,
        position,
        previousGroup,
        segmentHighestSlot,
        logStart,
        state.shardState(),
        pending,
        state.committedAbove().ranges(),
        List.copyOf(state.damage().named()),
        state.damage().unnamed(),
        state.register().known());
  }

  /** A state that begins with what this checkpoint knows. */
  public AcceptorState toState() {
    AcceptorState restored = new AcceptorState();
    restored.restore(state);
    committedAbove.forEach(range -> restored.restoreCommitted(range.first(), range.last()));
    pending.forEach(slot -> restored.restorePending(slot.slot(), slot.location()));
    damaged.forEach(restored::damage);
    unnamed.forEach(range -> restored.restoreUnnamed(range.first(), range.last()));
    registration.ifPresent(restored.register()::take);
    if (state.registered() && registration.isEmpty()) {
      restored.register().lose();
    }
    return restored;
  }

  /** Replaces the checkpoint in a directory; when this returns, it is durable. */
  public void write(Disk disk) throws IOException {
    disk.delete(UNFINISHED);
    try (DiskFile file = disk.open(UNFINISHED, Disk.Access.CREATE)) {
      file.write(encode(), 0);
      file.force();
    }
    disk.rename(UNFINISHED, FILE);
    disk.forceDirectory();
  }

  /** The checkpoint of a directory; empty if there is none that can be used. */
  public static Optional<Checkpoint> read(Disk disk) throws IOException {
    try {
      return readOrFail(disk);
    } catch (NoSpaceException tooManyOpenFiles) {
      throw tooManyOpenFiles;
    } catch (IOException unreadable) {
      // Derived data: the log is read instead.
      return Optional.empty();
    }
  }

  /** The same, but what the disk cannot read is an error, which may pass, and not nothing. */
  public static Optional<Checkpoint> readOrFail(Disk disk) throws IOException {
    if (disk.list(FILE::equals).isEmpty()) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(FILE, Disk.Access.READ)) {
      long size = file.size();
      // A state takes more memory than its checkpoint takes bytes, so a longer file is none of
      // ours.
      long most = Math.min(Integer.MAX_VALUE - 16, Runtime.getRuntime().maxMemory() / 4);
      if (size < FIXED_BYTES + 20 || size > most) {
        return Optional.empty();
      }
      ByteBuffer content = ByteBuffer.allocate((int) size);
      file.read(content, 0);
      return Optional.ofNullable(parse(content.flip()));
    } catch (BufferUnderflowException
        | IndexOutOfBoundsException
        | IllegalArgumentException invalid) {
      return Optional.empty();
    }
  }

  private ByteBuffer encode() {
    long bytes =
        FIXED_BYTES
            + 20L
            + (long) pending.size() * PENDING_BYTES
            + (long) committedAbove.size() * RANGE_BYTES
            + (long) damaged.size() * DAMAGED_BYTES
            + (long) unnamed.size() * RANGE_BYTES
            + (state.registered() ? REGISTER_BYTES + voteBytes() : 0);
    ByteBuffer target = ByteBuffer.allocate(Math.toIntExact(bytes));
    target.putInt(MAGIC).putInt(VERSION);
    target.putLong(journalId.getMostSignificantBits());
    target.putLong(journalId.getLeastSignificantBits());
    target.putLong(position).putLong(previousGroup).putLong(segmentHighestSlot).putLong(logStart);
    target.putShort((short) 1).putShort((short) 0);
    state.putTo(target);
    target.putInt(pending.size());
    for (PendingSlot slot : pending) {
      WalPointer pointer = slot.location().pointer();
      target.putLong(slot.slot());
      putBallot(target, slot.location().ballot());
      target.putLong(pointer.position()).putInt(pointer.lengthBytes()).putInt(pointer.checksum());
    }
    putRanges(target, committedAbove);
    target.putInt(damaged.size());
    for (DamagedSlot slot : damaged) {
      target.put((byte) ((slot.committed() ? 1 : 0) | (slot.ballot().isPresent() ? 2 : 0)));
      target.putLong(slot.slot());
      putBallot(target, slot.ballot().orElse(new Ballot(0, 0)));
      target.putInt(slot.lengthBytes()).putInt(slot.checksum());
      target.putLong(slot.position()).putInt(0);
    }
    putRanges(target, unnamed);
    if (state.registered()) {
      putRegister(target);
    }
    target.putInt(new Crc().of(target, 0, target.position()));
    return target.flip();
  }

  private static @Nullable Checkpoint parse(ByteBuffer source) {
    int end = source.limit() - 4;
    if (source.getInt(0) != MAGIC
        || source.getInt(4) != VERSION
        || source.getInt(end) != new Crc().of(source, 0, end)) {
      return null;
    }
    source.position(8).limit(end);
    UUID journalId = new UUID(source.getLong(), source.getLong());
    long position = source.getLong();
    long previousGroup = source.getLong();
    long segmentHighestSlot = source.getLong();
    long logStart = source.getLong();
    if (source.getShort() != 1) {
      return null;
    }
    source.getShort();
    ShardState state = ShardState.getFrom(source);
    int pendingCount = source.getInt();
    List<PendingSlot> pending = new ArrayList<>();
    for (int i = 0; i < pendingCount; i++) {
      long slot = source.getLong();
      Ballot ballot = getBallot(source);
      WalPointer pointer = new WalPointer(source.getLong(), source.getInt(), source.getInt());
      pending.add(new PendingSlot(slot, new SlotLocation(ballot, pointer)));
    }
    List<SlotRange> ranges = getRanges(source);
    int damagedCount = source.getInt();
    List<DamagedSlot> damaged = new ArrayList<>();
    for (int i = 0; i < damagedCount; i++) {
      int flags = source.get();
      long slot = source.getLong();
      Ballot ballot = getBallot(source);
      damaged.add(
          new DamagedSlot(
              slot,
              (flags & 1) != 0,
              (flags & 2) != 0 ? Optional.of(ballot) : Optional.empty(),
              source.getInt(),
              source.getInt(),
              source.getLong()));
      source.getInt();
    }
    List<SlotRange> unnamed = getRanges(source);
    return new Checkpoint(
        journalId,
        position,
        previousGroup,
        segmentHighestSlot,
        logStart,
        state,
        pending,
        ranges,
        damaged,
        unnamed,
        state.registered() ? getRegister(source) : Optional.empty());
  }

  private int voteBytes() {
    return registration.flatMap(Registration::vote).map(Value::length).orElse(0);
  }

  private void putRegister(ByteBuffer target) {
    Optional<Value> vote = registration.flatMap(Registration::vote);
    int flags =
        (vote.isPresent() ? RecordType.REGISTER_VOTED : 0)
            | (registration.isEmpty() ? RecordType.REGISTER_LOST : 0);
    target.putLong(registration.map(Registration::term).orElse(0L));
    target.putShort((short) flags).putShort((short) voteBytes());
    vote.ifPresent(value -> value.putTo(target));
  }

  private static Optional<Registration> getRegister(ByteBuffer source) {
    long term = source.getLong();
    int flags = source.getShort();
    int length = source.getShort();
    if ((flags & RecordType.REGISTER_LOST) != 0) {
      return Optional.empty();
    }
    if ((flags & RecordType.REGISTER_VOTED) == 0) {
      return Optional.of(Registration.ofTerm(term));
    }
    Value vote = Value.copyOf(source.slice(source.position(), length));
    source.position(source.position() + length);
    return Optional.of(Registration.ofVote(term, vote));
  }

  private static void putRanges(ByteBuffer target, List<SlotRange> ranges) {
    target.putInt(ranges.size());
    ranges.forEach(range -> target.putLong(range.first()).putLong(range.last()));
  }

  private static List<SlotRange> getRanges(ByteBuffer source) {
    int count = source.getInt();
    List<SlotRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(new SlotRange(source.getLong(), source.getLong()));
    }
    return ranges;
  }

  private static void putBallot(ByteBuffer target, Ballot ballot) {
    target.putLong(ballot.round()).putInt(ballot.node());
  }

  private static Ballot getBallot(ByteBuffer source) {
    return new Ballot(source.getLong(), source.getInt());
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.DamagedSlot;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.GroupBuilder;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.RecordType;
import dev.paxosjournal.wal.ShardState;
import dev.paxosjournal.wal.WalPointer;
import dev.paxosjournal.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known of damage, as records of the log (FORMAT.md, section 10): without them, the next
 * opening could lack what proved it.
 */
final class Verdicts {
  /** Flag of a judged record. */
  static final byte PROMISE_LOST = 1;

  /** Length of a damage record's value. */
  static final int DAMAGE_BYTES = 32;

  private static final int JUDGED_BYTES = 16;
  private static final int COMMITTED = 1;
  private static final int BALLOT = 2;
  private static final int VALUE = 4;
  private static final int KEPT = 8;

  private static final Value NO_VALUE = Value.copyOf(new byte[0]);

  private Verdicts() {}

  /** One record to be written. */
  private record Entry(byte type, byte flags, long slot, Ballot ballot, Value value) {}

  /** Writes down that these stretches are lost and which slots are damaged, and forces it. */
  static void write(
      WriteAheadLog log, AcceptorState state, Positions positions, List<Replay.Lost> lost)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    byte flags = state.promiseLost() ? PROMISE_LOST : 0;
    for (Replay.Lost stretch : lost) {
      entries.add(new Entry(RecordType.JUDGED, flags, 0, Request.NO_BALLOT, judgedValue(stretch)));
    }
    Set<Long> named = new TreeSet<>();
    lost.forEach(stretch -> named.addAll(stretch.named()));
    lost.stream()
        .flatMap(stretch -> stretch.truncations().stream())
        .min(Long::compare)
        .ifPresent(
            from -> {
              // Whoever does not see the truncation any more must not bring back what it dropped.
              entries.add(
                  new Entry(RecordType.TRUNCATE, (byte) 0, from, Request.NO_BALLOT, NO_VALUE));
              named.addAll(state.pending().tailMap(from, true).keySet());
            });
    for (long slot : named) {
      kept(state, positions, slot)
          .ifPresent(location -> entries.add(keptEntry(state, slot, location)));
    }
    for (DamagedSlot slot : state.damage().named()) {
      entries.add(
          new Entry(
              RecordType.DAMAGE,
              (byte) 0,
              slot.slot(),
              slot.ballot().orElse(Request.NO_BALLOT),
              damageValue(slot, slot.slot(), 0)));
    }
    for (SlotRange range : state.damage().unnamed()) {
      for (SlotRange part : split(range, state)) {
        DamagedSlot slot =
            new DamagedSlot(
                part.first(), state.isCommitted(part.first()), Optional.empty(), -1, 0, -1);
        entries.add(
            new Entry(
                RecordType.DAMAGE,
                (byte) 0,
                part.first(),
                Request.NO_BALLOT,
                damageValue(slot, part.last(), 0)));
      }
    }
    writeGroup(log, state, entries);
  }

  /** Where a slot's record lies, although the log does not lead there any more. */
  private static Optional<SlotLocation> kept(AcceptorState state, Positions positions, long slot)
      throws IOException {
    if (slot < state.firstAvailable() || state.damageOf(slot).isPresent()) {
      return Optional.empty();
    }
    if (!state.isCommitted(slot)) {
      return Optional.ofNullable(state.pending().get(slot));
    }
    return positions.find(slot);
  }

  private static Entry keptEntry(AcceptorState state, long slot, SlotLocation location) {
    WalPointer pointer = location.pointer();
    DamagedSlot told =
        new DamagedSlot(
            slot,
            state.isCommitted(slot),
            Optional.of(location.ballot()),
            pointer.lengthBytes(),
            pointer.checksum(),
            pointer.position());
    Value value = damageValue(told, slot, KEPT);
    return new Entry(RecordType.DAMAGE, (byte) 0, slot, location.ballot(), value);
  }

  /** Splits a range where committed slots end, so that one flag tells the truth of each part. */
  private static List<SlotRange> split(SlotRange range, AcceptorState state) {
    List<SlotRange> parts = new ArrayList<>();
    long from = range.first();
    while (true) {
      long through;
      if (from <= state.committedThrough()) {
        through = Math.min(range.last(), state.committedThrough());
      } else if (state.committedAbove().contains(from)) {
        through = Math.min(range.last(), state.committedAbove().runFrom(from));
      } else {
        long next = state.committedAbove().ceiling(from);
        through = next < 0 ? range.last() : Math.min(range.last(), next - 1);
      }
      parts.add(new SlotRange(from, through));
      if (through >= range.last()) {
        return parts;
      }
      from = through + 1;
    }
  }

  /** In one group: a judged record without all that was judged would make damage forgotten. */
  private static void writeGroup(WriteAheadLog log, AcceptorState state, List<Entry> entries)
      throws IOException {
    ShardState shard = state.shardState();
    long bytes =
        (long) entries.size() * RecordHeader.recordBytes(DAMAGE_BYTES)
            + GroupBuilder.mostRegisterBytes();
    GroupBuilder group = log.begin(entries.size() + 1L, bytes, true, shard);
    RegisterRecord.repeat(state.register(), group);
    long highest = -1;
    for (Entry entry : entries) {
      group.add(entry.type(), entry.flags(), entry.slot(), entry.ballot(), entry.value());
      highest = Math.max(highest, entry.slot());
    }
    log.write(false, log.logStart(), shard);
    log.force(highest, log.logStart(), shard);
  }

  /** Writes down a promise, or a vote, of which only a group that is torn tells, and forces it. */
  static void writePromise(WriteAheadLog log, AcceptorState state) throws IOException {
    ShardState shard = state.shardState();
    long bytes = RecordHeader.recordBytes(0) + GroupBuilder.mostRegisterBytes();
    GroupBuilder group = log.begin(2, bytes, true, shard);
    RegisterRecord.repeat(state.register(), group);
    state
        .promised()
        .ifPresent(promised -> group.add(RecordType.PROMISE, (byte) 0, 0, promised, null));
    log.write(true, log.logStart(), shard);
    log.force(-1, log.logStart(), shard);
  }

  private static Value judgedValue(Replay.Lost stretch) {
    ByteBuffer value = ByteBuffer.allocate(JUDGED_BYTES);
    value.putLong(stretch.from()).putLong(stretch.to());
    return Value.copyOf(value.flip());
  }

  /** The value of a record that calls one slot damaged. */
  static Value damageValue(DamagedSlot slot) {
    return damageValue(slot, slot.slot(), 0);
  }

  private static Value damageValue(DamagedSlot slot, long last, int kept) {
    ByteBuffer value = ByteBuffer.allocate(DAMAGE_BYTES);
    int flags =
        kept
            | (slot.committed() ? COMMITTED : 0)
            | (slot.ballot().isPresent() ? BALLOT : 0)
            | (slot.lengthBytes() >= 0 ? VALUE : 0);
    value.put(0, (byte) flags);
    value.putLong(8, last).putLong(16, slot.position());
    value.putInt(24, slot.lengthBytes()).putInt(28, slot.checksum());
    return Value.copyOf(value);
  }

  /** The positions that a judged record speaks of, both ends included. */
  static SlotRange judged(ByteBuffer value) {
    if (value.remaining() != JUDGED_BYTES) {
      return new SlotRange(0, 0);
    }
    long from = value.getLong(value.position());
    long to = value.getLong(value.position() + 8);
    return from >= 0 && to > from ? new SlotRange(from, to - 1) : new SlotRange(0, 0);
  }

  /**
   * Applies a damage record.
   *
   * @return where the slot's value lies, if the record says that it was kept and is committed
   */
  static Optional<SlotLocation> apply(AcceptorState state, RecordHeader header, ByteBuffer value) {
    if (value.remaining() != DAMAGE_BYTES) {
      return Optional.empty();
    }
    int at = value.position();
    int flags = value.get(at);
    boolean committed = (flags & COMMITTED) != 0;
    long first = header.slot();
    long last = value.getLong(at + 8);
    WalPointer pointer = pointer(value);
    if ((flags & KEPT) != 0) {
      return applyKept(state, first, new SlotLocation(header.ballot(), pointer), committed);
    }
    if (first == last) {
      boolean valueKnown = (flags & VALUE) != 0;
      state.damage(
          new DamagedSlot(
              first,
              committed,
              (flags & BALLOT) != 0 ? Optional.of(header.ballot()) : Optional.empty(),
              valueKnown ? pointer.lengthBytes() : -1,
              valueKnown ? pointer.checksum() : 0,
              pointer.position()));
    } else if (committed) {
      state.damageCommitted(first, last);
    } else if (first >= 0 && first < last) {
      // All of it, also what can be seen to be committed now: only healing ends a verdict.
      state.damageAll(first, last);
    }
    return Optional.empty();
  }

  /** Where a committed slot's value lies, if that is what a damage record says. */
  static Optional<SlotLocation> keptCommitted(RecordHeader header, ByteBuffer value) {
    if (value.remaining() != DAMAGE_BYTES) {
      return Optional.empty();
    }
    int at = value.position();
    int flags = value.get(at);
    return (flags & KEPT) != 0 && (flags & COMMITTED) != 0
        ? Optional.of(new SlotLocation(header.ballot(), pointer(value)))
        : Optional.empty();
  }

  private static WalPointer pointer(ByteBuffer value) {
    int at = value.position();
    return new WalPointer(value.getLong(at + 16), value.getInt(at + 24), value.getInt(at + 28));
  }

  private static Optional<SlotLocation> applyKept(
      AcceptorState state, long slot, SlotLocation location, boolean committed) {
    if (slot < state.firstAvailable()) {
      return Optional.empty();
    }
    if (!committed) {
      state.accept(slot, location);
      return Optional.empty();
    }
    state.commitKnown(slot);
    return Optional.of(location);
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.CommittedSlots;
import dev.paxosjournal.slots.DamagedSlot;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.slots.SlotRanges;
import dev.paxosjournal.wal.GroupHeader;
import dev.paxosjournal.wal.LogOpening;
import dev.paxosjournal.wal.LostStretch;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.RecordType;
import dev.paxosjournal.wal.ShardState;
import dev.paxosjournal.wal.WalPointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Applies what a scan of the log reads to an acceptor's state, and works out what may have been in
 * the stretches that could not be read.
 */
final class Replay implements LogOpening.Visitor {
  private final AcceptorState state;
  private final CommittedSlots positions;
  private final List<String> findings = new ArrayList<>();
  private final List<Lost> lost = new ArrayList<>();
  private ShardState before = ShardState.EMPTY;
  private ShardState after = ShardState.EMPTY;
  private long logStart;
  private long coveredThrough;

  /** Whether a term or vote may have been registered that nothing read so far tells. */
  private boolean registerInDoubt;

  /** Where the last stretch ends that may have held such a record. */
  private long doubtThrough;

  /** Whether the stretch read last may have raised the promise, and nothing tells to what. */
  private boolean promiseUntold;

  private long firstLost = Long.MAX_VALUE;

  /** What the last group commits; written to the positions only when that group is proved. */
  private final Map<Long, SlotLocation> committedLast = new LinkedHashMap<>();

  /**
   * A stretch that this scan could not read.
   *
   * @param whole whether nothing was lost after all
   * @param slots those that were called damaged for it
   * @param named those of which a record in it, or the commit in it, is known
   * @param truncations from which slots on what was pending was dropped in it
   */
  record Lost(
      long from,
      long to,
      boolean whole,
      List<SlotRange> slots,
      Set<Long> named,
      List<Long> truncations) {

    Lost(long from, long to, boolean whole) {
      this(from, to, whole, new ArrayList<>(), new TreeSet<>(), new ArrayList<>());
    }
  }

  Replay(AcceptorState state, CommittedSlots positions) {
    this.state = state;
    this.positions = positions;
  }

  /** Call when the state is what it was where the scan begins. */
  void begin() {
    begin(0);
  }

  /**
   * The same.
   *
   * @param through the position behind what the state covers already
   */
  void begin(long through) {
    coveredThrough = through;
    registerInDoubt = state.register().isUntold();
    before = state.shardState();
    after = before;
  }

  /** What was seen, for people. */
  List<String> findings() {
    return findings;
  }

  /** Stretches whose loss was not judged by an earlier opening. */
  List<Lost> newlyLost() {
    return lost;
  }

  /** Whether a stretch was unreadable that begins before a position. */
  boolean lostSomethingBefore(long position) {
    return firstLost < position;
  }

  /** Whether it is this scan that found no copy of the promise where the log ends. */
  boolean promiseIsUntold() {
    return promiseUntold;
  }

  /** The highest log start that a group named. */
  long logStart() {
    return logStart;
  }

  /** The state before the last group, as the header of a new segment tells it. */
  ShardState stateBeforeLastGroup() {
    return before;
  }

  /** Everything before a position is missing, and nothing explains why. */
  void lostBeginning(long position, ShardState there) throws IOException {
    Lost beginning = new Lost(0, position, false);
    reconcile(there, true, beginning);
    lost.add(beginning);
  }

  @Override
  public void group(GroupHeader header) throws IOException {
    catchUp();
    notePositions();
    forgetWhole();
    before = after;
    after = header.state();
    promiseUntold = false;
    logStart = Math.max(logStart, header.logStart());
    notePromise(header.state());
    if (header.state().promiseLost()) {
      state.losePromise();
    }
    state.noteRaft(header.state());
  }

  /**
   * A stretch of which nothing was lost needs no verdict as long as the group behind it repeats its
   * record headers; at the end of the log only the hint does, and that is overwritten soon.
   */
  private void forgetWhole() {
    if (!lost.isEmpty() && lost.get(lost.size() - 1).whole()) {
      lost.remove(lost.size() - 1);
    }
  }

  /**
   * Call when the last group was applied. A header counts more slots as committed than its records
   * explain if commits of slots above a gap were lost and the gap is closed now.
   */
  void catchUp() throws IOException {
    if (state.committedThrough() < after.committedThrough()) {
      Lost cause = lost.isEmpty() ? new Lost(0, 0, false) : lost.get(lost.size() - 1);
      notePositions();
      positions.flush();
      commitThrough(after.committedThrough(), cause);
    }
    if (after.truncated() && after.highestSlot() < state.highestSlot()) {
      // What a lost stretch may have held, and a later group dropped, as its header tells.
      state.truncate(after.highestSlot() + 1);
    }
  }

  /**
   * Call after {@link #catchUp}, if the scan did not start at a checkpoint although there is one:
   * the positions that it vouches for are gone, but what it knows is as true as before.
   */
  void confirm(Checkpoint told) throws IOException {
    ShardState there = told.state();
    notePromise(there);
    state.noteRaft(there);
    state.floor(there.firstAvailable(), there.firstAvailable() - 1 > state.committedThrough());
    boolean known = lost.isEmpty();
    Lost cause = known ? new Lost(0, 0, false) : lost.get(lost.size() - 1);
    positions.flush();
    commitThrough(there.committedThrough(), cause);
    for (SlotRange range : told.committedAbove()) {
      long first = Math.max(range.first(), state.firstAvailable());
      for (long slot = first; slot >= 0 && slot <= range.last(); slot++) {
        if (!state.isCommitted(slot)) {
          commitUnseen(slot, cause.slots);
          cause.named.add(slot);
        }
      }
    }
    if (known && !cause.named.isEmpty()) {
      lost.add(cause);
    }
    told.registration().ifPresent(state.register()::take);
    if (there.registered() && doubtThrough <= told.position()) {
      if (told.registration().isEmpty()) {
        state.register().lose();
      }
      registerInDoubt = false;
    }
  }

  /** Call when nothing more is read: a register that nothing told is lost. */
  void settleRegister() {
    if (registerInDoubt) {
      state.register().lose();
      findings.add(
          "every copy of the term and vote is unreadable: nothing can be registered here any more");
    }
  }

  /** Writes down what the last group commits; call it once nothing can take that group away. */
  void notePositions() throws IOException {
    for (Map.Entry<Long, SlotLocation> entry : committedLast.entrySet()) {
      positions.put(entry.getKey(), entry.getValue());
    }
    committedLast.clear();
  }

  @Override
  public void record(RecordHeader header, long position, ByteBuffer value) {
    long slot = header.slot();
    switch (header.type()) {
      case RecordType.PROMISE -> state.promise(header.ballot());
      case RecordType.ACCEPT -> state.accept(slot, location(header, position));
      case RecordType.LEARN -> {
        if (slot >= state.firstAvailable()) {
          committedLast.put(slot, location(header, position));
          state.learn(slot);
        }
      }
      case RecordType.COMMIT ->
          state
              .commit(slot, header.ballot())
              .ifPresent(accepted -> committedLast.put(slot, accepted));
      case RecordType.FLOOR -> state.floor(slot, (header.flags() & RecordType.FLOOR_COMMITS) != 0);
      case RecordType.DAMAGE ->
          Verdicts.apply(state, header, value)
              .ifPresent(location -> committedLast.put(slot, location));
      case RecordType.JUDGED -> withdrawWithin(Verdicts.judged(value), header.flags());
      case RecordType.TRUNCATE -> state.truncate(slot);
      case RecordType.REGISTER -> {
        RegisterRecord.apply(state.register(), header, value);
        registerInDoubt = false;
      }
      default -> throw new AssertionError("a record of type " + header.type());
    }
  }

  /** An earlier opening knew more about these stretches than can be found out now. */
  private void withdrawWithin(SlotRange judged, byte flags) {
    if (flags == Verdicts.PROMISE_LOST) {
      state.losePromise();
    }
    SlotRanges withdrawn = new SlotRanges();
    for (Lost stretch : List.copyOf(lost)) {
      if (judged.contains(stretch.from()) && stretch.to() - 1 <= judged.last()) {
        lost.remove(stretch);
        stretch.slots().forEach(range -> withdrawn.add(range.first(), range.last()));
      }
    }
    // A stretch that nobody judged may have held something of the same slots.
    for (Lost stretch : lost) {
      stretch.slots().forEach(range -> withdrawn.removeAll(range.first(), range.last()));
    }
    withdrawn.ranges().forEach(range -> state.withdrawDamage(range.first(), range.last()));
  }

  @Override
  public void lost(LostStretch stretch) throws IOException {
    firstLost = Math.min(firstLost, stretch.from());
    notePositions();
    before = after;
    Lost judged = new Lost(stretch.from(), stretch.to(), stretch.isWhole());
    if (stretch.records().isEmpty() && stretch.state().isEmpty() && stretch.to() > coveredThrough) {
      // What was promised there cannot be told from nothing: never go on from a lower promise.
      state.losePromise();
      promiseUntold = true;
      findings.add("nothing tells what was promised at positions from " + stretch.from() + " on");
    }
    for (LostStretch.Remains record : stretch.records()) {
      if (RecordType.namesSlot(record.header().type())) {
        judged.named.add(record.header().slot());
      } else if (record.header().type() == RecordType.TRUNCATE) {
        judged.truncations.add(record.header().slot());
      }
      if (record.position() < coveredThrough) {
        applyCovered(record, judged.slots);
      } else if (record.readable()) {
        record(record.header(), record.position(), record.value());
      } else {
        applyUnreadable(record, judged.slots);
      }
    }
    lostRegister(stretch);
    if (stretch.from() < coveredThrough) {
      keepCovered(stretch, judged);
    }
    if (stretch.to() <= coveredThrough) {
      after = state.shardState();
    } else if (stretch.state().isPresent()) {
      reconcile(stretch.state().get(), !stretch.allNamed(), judged);
    } else if (!stretch.allNamed()) {
      damageUncommitted(state.highestSlot(), judged.slots);
    }
    after = state.shardState();
    lost.add(judged);
    findings.add(describe(stretch) + explain(stretch, judged));
  }

  /**
   * The checkpoint has applied this record, and those behind it, which perhaps cannot be read any
   * more: applied again it could bring back what they replaced, or drop what they wrote. It only
   * matters whether what the checkpoint says is there still is.
   */
  private void applyCovered(LostStretch.Remains record, List<SlotRange> slots) {
    RecordHeader header = record.header();
    if (record.readable() || !RecordType.holdsSlotValue(header.type())) {
      return;
    }
    SlotLocation pending = state.pending().get(header.slot());
    boolean isPending = pending != null && pending.pointer().position() == record.position();
    if (isPending || (header.type() == RecordType.LEARN && state.isCommitted(header.slot()))) {
      applyUnreadable(record, slots);
    }
  }

  private void lostRegister(LostStretch stretch) {
    if (stretch.register().isPresent()) {
      LostStretch.Remains copy = stretch.register().get();
      record(copy.header(), copy.position(), copy.value());
    } else if (!stretch.allNamed() && stretch.to() > coveredThrough) {
      registerInDoubt |= stretch.state().map(ShardState::registered).orElse(true);
      doubtThrough = stretch.to();
    }
  }

  /**
   * The checkpoint knows what was in the stretch; a later scan without it must not know less. A
   * pending slot is damaged if its record lies there and is not known to be readable.
   */
  private void keepCovered(LostStretch stretch, Lost judged) throws IOException {
    for (Map.Entry<Long, SlotLocation> pending : List.copyOf(state.pending().entrySet())) {
      WalPointer pointer = pending.getValue().pointer();
      boolean within = pointer.position() >= stretch.from() && pointer.position() < stretch.to();
      if (within && !judged.named.contains(pending.getKey())) {
        long slot = pending.getKey();
        state.damage(
            new DamagedSlot(
                slot,
                false,
                Optional.of(pending.getValue().ballot()),
                pointer.lengthBytes(),
                pointer.checksum(),
                pointer.position()));
        judged.slots.add(new SlotRange(slot, slot));
      }
    }
    if (!stretch.allNamed()) {
      if (state.truncated()) {
        // Perhaps in this very stretch: a scan without the checkpoint would bring back what was
        // dropped. What is pending all the same is kept by name.
        judged.truncations.add(state.committedThrough() + 1);
      }
      judged.named.addAll(state.pending().keySet());
      for (SlotRange range : state.committedAbove().ranges()) {
        for (long slot = range.first(); slot <= range.last(); slot++) {
          judged.named.add(slot);
          if (state.damageOf(slot).isEmpty() && positions.find(slot).isEmpty()) {
            state.damage(new DamagedSlot(slot, true, Optional.empty(), -1, 0, -1));
          }
        }
      }
    }
  }

  private static String explain(LostStretch stretch, Lost judged) {
    if (stretch.isWhole()) {
      return ": only repeated or empty bytes, nothing was lost";
    }
    return (stretch.allNamed()
            ? ": each record in it is known by name; damaged slots: "
            : ": not every record in it is known by name; slots that it may have held: ")
        + (judged.slots.isEmpty() ? "none" : judged.slots);
  }

  static String describe(LostStretch stretch) {
    return "positions "
        + stretch.from()
        + " to "
        + stretch.to()
        + (stretch.file().isEmpty()
            ? " (no file)"
            : " (" + stretch.file() + ", offset " + stretch.offset() + ")")
        + " cannot be read whole, but "
        + stretch.proof();
  }

  /** The record is lost, but its header is known from where it is repeated. */
  private void applyUnreadable(LostStretch.Remains record, List<SlotRange> slots) {
    RecordHeader header = record.header();
    if (header.type() == RecordType.DAMAGE || header.type() == RecordType.JUDGED) {
      return;
    }
    if (header.type() == RecordType.REGISTER) {
      registerInDoubt = !RegisterRecord.applyHeader(state.register(), header);
      return;
    }
    if (!RecordType.holdsSlotValue(header.type())) {
      record(header, record.position(), record.value());
      return;
    }
    boolean learned = header.type() == RecordType.LEARN;
    long slot = header.slot();
    if (!learned) {
      state.promise(header.ballot());
    }
    if (slot < state.firstAvailable() || (!learned && state.isCommitted(slot))) {
      return;
    }
    state.damage(
        new DamagedSlot(
            slot,
            learned,
            Optional.of(header.ballot()),
            header.valueBytes(),
            header.valueChecksum(),
            record.position()));
    slots.add(new SlotRange(slot, slot));
  }

  /**
   * Takes over what a later header says of the state: slots that it counts as committed are, and if
   * not every lost record is known by name, each uncommitted slot may have held one.
   */
  private void reconcile(ShardState there, boolean unnamed, Lost judged) throws IOException {
    notePositions();
    positions.flush();
    notePromise(there);
    if (there.promiseLost()) {
      state.losePromise();
    }
    state.noteRaft(there);
    if (unnamed && there.highestSlot() < state.highestSlot()) {
      // Nothing but a truncation makes it fall.
      state.truncate(there.highestSlot() + 1);
      judged.truncations.add(there.highestSlot() + 1);
    }
    state.floor(there.firstAvailable(), there.firstAvailable() - 1 > state.committedThrough());
    commitThrough(there.committedThrough(), judged);
    if (unnamed) {
      damageUncommitted(there.highestSlot(), judged.slots);
    }
    state.raiseHighestSlot(there.highestSlot());
  }

  private void commitThrough(long last, Lost judged) throws IOException {
    if (last <= state.committedThrough()) {
      return;
    }
    for (long slot = Math.max(state.committedThrough() + 1, state.firstAvailable());
        slot >= 0 && slot <= last;
        slot++) {
      if (!state.isCommitted(slot)) {
        commitUnseen(slot, judged.slots);
        judged.named.add(slot);
      }
    }
  }

  /**
   * The record that committed a slot is lost; the positions may still know where its value lies.
   */
  private void commitUnseen(long slot, List<SlotRange> slots) throws IOException {
    if (positions.find(slot).isPresent()) {
      state.commitKnown(slot);
    } else {
      // What was known of it may be of a value that another one replaced in the lost stretch.
      state.damageCommitted(slot);
    }
    slots.add(new SlotRange(slot, slot));
  }

  private void damageUncommitted(long highest, List<SlotRange> slots) {
    if (highest > state.committedThrough()) {
      long first = state.committedThrough() + 1;
      state.damageUncommitted(first, highest);
      slots.add(new SlotRange(first, highest));
    }
  }

  private void notePromise(ShardState there) {
    Ballot promised = there.promised();
    if (promised != null) {
      state.promise(promised);
    }
  }

  private static SlotLocation location(RecordHeader header, long position) {
    return new SlotLocation(
        header.ballot(), new WalPointer(position, header.valueBytes(), header.valueChecksum()));
  }
}

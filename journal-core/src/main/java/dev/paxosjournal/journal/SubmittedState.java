package dev.paxosjournal.journal;

import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.DamagedSlot;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.RecordType;
import dev.paxosjournal.wal.ShardState;
import dev.paxosjournal.wal.WalPointer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of an acceptor, applied to one group: each request is checked against what is durable
 * plus all requests before it in the group. Nothing durable changes here; a group that does not
 * reach the disk is forgotten with this object.
 */
final class SubmittedState {

  /** Where the records of the group go. */
  interface Records {
    /** Adds a record to the group and returns its position in the log. */
    long add(byte type, byte flags, long slot, Ballot ballot, @Nullable Value value)
        throws IOException;
  }

  /** What this group did to one slot. */
  private record Touched(boolean committed, SlotLocation location, @Nullable Value value) {}

  private final AcceptorState durable;
  private final ValueSource values;
  private final Records records;
  private final String directory;
  private final Map<Long, Touched> touched = new HashMap<>();
  private @Nullable Ballot promised;
  private long committedThrough;
  private long firstAvailable;
  private long highestSlot;
  private final SubmittedRegister register;

  /** Durable pending slots at or above this were dropped by the group. */
  private long truncatedFrom = Long.MAX_VALUE;

  private boolean truncated;

  SubmittedState(AcceptorState durable, ValueSource values, Records records, String directory) {
    this.durable = durable;
    this.values = values;
    this.records = records;
    this.directory = directory;
    this.promised = durable.promised().orElse(null);
    this.committedThrough = durable.committedThrough();
    this.firstAvailable = durable.firstAvailable();
    this.highestSlot = durable.highestSlot();
    this.register = new SubmittedRegister(durable.register(), records, directory);
    this.truncated = durable.truncated();
  }

  /** The state after the requests so far, as the group's header tells it. */
  ShardState shardState() {
    return new ShardState(
        promised,
        durable.promiseLost(),
        committedThrough,
        firstAvailable,
        highestSlot,
        register.exists(),
        truncated);
  }

  /** Whether the promise, or the register, is higher than the durable one. */
  boolean raises() {
    return register.raised()
        || (promised != null && !Optional.of(promised).equals(durable.promised()));
  }

  /** Checks one request and, if it is taken and changes something, adds its record. */
  void submit(Request request) throws IOException {
    switch (request.kind) {
      case PROMISE -> promise(request);
      case ACCEPT -> accept(request);
      case LEARN -> learn(request);
      case COMMIT -> commit(request);
      case SYNC, PUT_RIGHT, CHECKPOINT -> {}
      case NOTE_DAMAGE -> noteDamage(request);
      case COMPACT -> compact(request);
      case ADVANCE_FLOOR -> advanceFloor(request);
      case REGISTER -> register.submit((RaftRequest) request);
      case REPLACE_SUFFIX -> replaceSuffix((RaftRequest) request);
    }
  }

  private void promise(Request request) throws IOException {
    if (durable.promiseLost()) {
      request.fail(new JournalException.PromiseUnknown(directory));
    } else if (promised != null && request.ballot.isBelow(promised)) {
      request.fail(new JournalException.StaleBallot(request.ballot, promised));
    } else {
      raisePromise(request);
    }
  }

  private void raisePromise(Request request) throws IOException {
    if (promised == null || promised.isBelow(request.ballot)) {
      records.add(RecordType.PROMISE, (byte) 0, 0, request.ballot, null);
      request.recordType = RecordType.PROMISE;
      promised = request.ballot;
    }
  }

  private void accept(Request request) throws IOException {
    long slot = request.slot;
    if (slot < firstAvailable) {
      request.fail(new JournalException.Compacted(slot, firstAvailable));
      return;
    }
    if (durable.promiseLost()) {
      request.fail(new JournalException.PromiseUnknown(directory));
      return;
    }
    if (promised != null && request.ballot.isBelow(promised)) {
      request.fail(new JournalException.StaleBallot(request.ballot, promised));
      return;
    }
    DamagedSlot damage = damage(slot);
    if (isCommitted(slot)) {
      if (damage != null) {
        request.fail(new JournalException.Damaged(SlotReader.describe(damage)));
      } else {
        acceptCommitted(request);
      }
      return;
    }
    Optional<SlotLocation> held = pendingLocation(slot);
    Optional<Ballot> heldBallot = damage != null ? damage.ballot() : held.map(SlotLocation::ballot);
    if (heldBallot.isPresent() && request.ballot.isBelow(heldBallot.get())) {
      request.fail(new JournalException.Conflict(slot, request.ballot, heldBallot.get()));
      return;
    }
    if (held.isPresent() && held.get().ballot().equals(request.ballot)) {
      acceptAgain(request, held.get());
      return;
    }
    if (damage != null && contradicts(damage, request)) {
      request.fail(new JournalException.Conflict(slot, request.ballot, request.ballot));
      return;
    }
    write(request, RecordType.ACCEPT, false);
    promised = request.ballot;
  }

  private void acceptCommitted(Request request) throws IOException {
    switch (compareWithCommitted(request)) {
      case SAME -> raisePromise(request);
      case OTHER ->
          request.fail(
              new JournalException.SafetyViolation(
                  request.slot,
                  "another value was proposed at ballot "
                      + request.ballot
                      + " than the one that is committed"));
      case UNREADABLE -> request.fail(unreadable(request.slot, true));
    }
  }

  private void acceptAgain(Request request, SlotLocation held) {
    switch (compare(request, held)) {
      case SAME -> request.location = held;
      case OTHER ->
          request.fail(new JournalException.Conflict(request.slot, request.ballot, held.ballot()));
      case UNREADABLE -> request.fail(unreadable(request.slot, false));
    }
  }

  /** A lost record still tells which values it cannot have held. */
  private static boolean contradicts(DamagedSlot damage, Request request) {
    Value value = valueOf(request);
    return damage.lengthBytes() >= 0
        && damage.ballot().isPresent()
        && damage.ballot().get().equals(request.ballot)
        && (damage.lengthBytes() != value.length() || damage.checksum() != value.checksum());
  }

  private void learn(Request request) throws IOException {
    long slot = request.slot;
    if (slot < firstAvailable) {
      request.fail(new JournalException.Compacted(slot, firstAvailable));
      return;
    }
    DamagedSlot damage = damage(slot);
    if (isCommitted(slot)) {
      if (damage == null) {
        learnCommitted(request);
      } else if (contradictsCommitted(damage, request)) {
        request.fail(
            new JournalException.SafetyViolation(
                slot, "a peer's committed value differs from what is known of the damaged one"));
      } else {
        write(request, RecordType.LEARN, true);
      }
      return;
    }
    Optional<SlotLocation> held = pendingLocation(slot);
    if (held.isPresent() && !held.get().ballot().isBelow(request.ballot)) {
      // A value decided at a ballot is the only one that any ballot at or above it can hold.
      switch (compare(request, held.get())) {
        case SAME -> write(request, RecordType.LEARN, true);
        case OTHER ->
            request.fail(
                new JournalException.SafetyViolation(
                    slot,
                    "a value committed at ballot "
                        + request.ballot
                        + " differs from the one accepted at "
                        + held.get().ballot()));
        case UNREADABLE -> write(request, RecordType.LEARN, true);
      }
      return;
    }
    write(request, RecordType.LEARN, true);
  }

  private static boolean contradictsCommitted(DamagedSlot damage, Request request) {
    Value value = valueOf(request);
    return damage.lengthBytes() >= 0
        && (damage.lengthBytes() != value.length() || damage.checksum() != value.checksum());
  }

  private void learnCommitted(Request request) throws IOException {
    switch (compareWithCommitted(request)) {
      case SAME -> {}
      case OTHER ->
          request.fail(
              new JournalException.SafetyViolation(
                  request.slot, "two different values were learned as committed"));
      // Of the same length and checksum, so it heals; the slot stays at the ballot it is known by.
      case UNREADABLE ->
          write(
              request,
              values
                  .committedLocation(request.slot)
                  .map(SlotLocation::ballot)
                  .orElse(request.ballot),
              RecordType.LEARN,
              true);
    }
  }

  private void commit(Request request) throws IOException {
    long slot = request.slot;
    if (slot < firstAvailable || isCommitted(slot)) {
      return;
    }
    DamagedSlot damage = damage(slot);
    if (damage != null) {
      request.fail(new JournalException.Damaged(SlotReader.describe(damage)));
      return;
    }
    Optional<SlotLocation> held = pendingLocation(slot);
    if (held.isEmpty() || !held.get().ballot().equals(request.ballot)) {
      request.fail(
          new JournalException.NotAccepted(slot, request.ballot, held.map(SlotLocation::ballot)));
      return;
    }
    records.add(RecordType.COMMIT, (byte) 0, slot, request.ballot, null);
    request.recordType = RecordType.COMMIT;
    request.location = held.get();
    Touched before = touched.get(slot);
    touched.put(slot, new Touched(true, held.get(), before == null ? null : before.value));
    advance();
  }

  /** Reads once more what a reader found unreadable, and writes down what is known of it. */
  private void noteDamage(Request request) throws IOException {
    long slot = request.slot;
    if (slot < firstAvailable || touched.containsKey(slot) || damage(slot) != null) {
      return;
    }
    boolean committed = isCommitted(slot);
    Optional<SlotLocation> location;
    try {
      location = committed ? values.committedLocation(slot) : pendingLocation(slot);
    } catch (NoSpaceException tooManyOpenFiles) {
      // Nothing can be said of it now, and the group's other requests have nothing to do with it.
      return;
    }
    if (!committed && location.isEmpty()) {
      return;
    }
    if (!values.isLost(slot, location)) {
      return;
    }
    DamagedSlot found = describe(slot, committed, location);
    Value value = Verdicts.damageValue(found);
    Ballot ballot = found.ballot().orElse(Request.NO_BALLOT);
    records.add(RecordType.DAMAGE, (byte) 0, slot, ballot, value);
    request.recordType = RecordType.DAMAGE;
    request.damage = found;
  }

  private static DamagedSlot describe(
      long slot, boolean committed, Optional<SlotLocation> location) {
    return location
        .map(
            lost ->
                new DamagedSlot(
                    slot,
                    committed,
                    Optional.of(lost.ballot()),
                    lost.pointer().lengthBytes(),
                    lost.pointer().checksum(),
                    lost.pointer().position()))
        .orElse(new DamagedSlot(slot, committed, Optional.empty(), -1, 0, -1));
  }

  private void compact(Request request) throws IOException {
    if (request.slot - 1 > committedThrough) {
      request.fail(new JournalException.NotCommitted(request.slot, committedThrough));
      return;
    }
    raiseFloor(request, (byte) 0);
  }

  private void advanceFloor(Request request) throws IOException {
    raiseFloor(request, request.slot - 1 > committedThrough ? RecordType.FLOOR_COMMITS : 0);
  }

  private void raiseFloor(Request request, byte flags) throws IOException {
    if (request.slot > firstAvailable) {
      records.add(RecordType.FLOOR, flags, request.slot, Request.NO_BALLOT, null);
      request.recordType = RecordType.FLOOR;
      firstAvailable = request.slot;
      if (flags == RecordType.FLOOR_COMMITS) {
        committedThrough = request.slot - 1;
        advance();
      }
      highestSlot = Math.max(highestSlot, committedThrough);
    }
    request.result = firstAvailable;
  }

  private void write(Request request, byte type, boolean commits) throws IOException {
    write(request, request.ballot, type, commits);
  }

  private void write(Request request, Ballot ballot, byte type, boolean commits)
      throws IOException {
    Value value = valueOf(request);
    long position = records.add(type, (byte) 0, request.slot, ballot, value);
    SlotLocation location =
        new SlotLocation(ballot, new WalPointer(position, value.length(), value.checksum()));
    request.recordType = type;
    request.location = location;
    touched.put(request.slot, new Touched(commits, location, value));
    highestSlot = Math.max(highestSlot, request.slot);
    if (commits) {
      advance();
    }
  }

  private void advance() {
    while (true) {
      long through = durable.committedAbove().runBehind(committedThrough);
      if (through == Long.MAX_VALUE) {
        committedThrough = through;
        return;
      }
      Touched next = touched.get(through + 1);
      if (next != null && next.committed) {
        through++;
      }
      if (through == committedThrough) {
        return;
      }
      committedThrough = through;
    }
  }

  private boolean isCommitted(long slot) {
    if (slot <= committedThrough) {
      return true;
    }
    Touched here = touched.get(slot);
    return here != null ? here.committed : durable.isCommitted(slot);
  }

  private @Nullable DamagedSlot damage(long slot) {
    return touched.containsKey(slot) || isDropped(slot)
        ? null
        : durable.damageOf(slot).orElse(null);
  }

  private Optional<SlotLocation> pendingLocation(long slot) {
    Touched here = touched.get(slot);
    if (here != null) {
      return Optional.of(here.location);
    }
    return isDropped(slot) ? Optional.empty() : Optional.ofNullable(durable.pending().get(slot));
  }

  private enum Comparison {
    SAME,
    OTHER,
    UNREADABLE
  }

  private Comparison compareWithCommitted(Request request) throws IOException {
    Touched here = touched.get(request.slot);
    if (here != null) {
      return compare(request, here.location);
    }
    return values
        .committedLocation(request.slot)
        .map(location -> compare(request, location))
        .orElse(Comparison.UNREADABLE);
  }

  /** By length and checksum first; equal ones are compared byte by byte. */
  private Comparison compare(Request request, SlotLocation location) {
    Value value = valueOf(request);
    WalPointer pointer = location.pointer();
    if (pointer.lengthBytes() != value.length() || pointer.checksum() != value.checksum()) {
      return Comparison.OTHER;
    }
    Touched here = touched.get(request.slot);
    if (here != null && here.value != null && here.location.equals(location)) {
      return here.value.equals(value) ? Comparison.SAME : Comparison.OTHER;
    }
    Optional<Value> stored = values.read(request.slot, location);
    if (stored.isEmpty()) {
      return Comparison.UNREADABLE;
    }
    return stored.get().equals(value) ? Comparison.SAME : Comparison.OTHER;
  }

  /** All of it or nothing: what is dropped and what replaces it stand in one group. */
  private void replaceSuffix(RaftRequest request) throws IOException {
    if (durable.promiseLost()) {
      request.fail(new JournalException.PromiseUnknown(directory));
      return;
    }
    long highestCommitted = highestCommitted();
    if (request.slot <= highestCommitted) {
      request.fail(new JournalException.SuffixCommitted(request.slot, highestCommitted));
      return;
    }
    Ballot least = promised;
    for (Accept accept : request.suffix) {
      if (least != null && accept.ballot().isBelow(least)) {
        request.fail(new JournalException.StaleBallot(accept.ballot(), least));
        return;
      }
      least = accept.ballot();
    }
    if (request.slot <= highestSlot) {
      records.add(RecordType.TRUNCATE, (byte) 0, request.slot, Request.NO_BALLOT, null);
      request.truncates = true;
      truncate(request.slot);
    }
    for (Accept accept : request.suffix) {
      Value value = accept.value();
      long position =
          records.add(RecordType.ACCEPT, (byte) 0, accept.slot(), accept.ballot(), value);
      SlotLocation location =
          new SlotLocation(
              accept.ballot(), new WalPointer(position, value.length(), value.checksum()));
      request.locations.add(location);
      touched.put(accept.slot(), new Touched(false, location, value));
      highestSlot = Math.max(highestSlot, accept.slot());
      promised = accept.ballot();
    }
    request.recordType = RecordType.TRUNCATE;
  }

  private void truncate(long from) {
    truncated = true;
    truncatedFrom = Math.min(truncatedFrom, from);
    touched.keySet().removeIf(slot -> slot >= from);
    highestSlot = Math.max(committedThrough, durable.highestAfterTruncation(truncatedFrom));
    for (long slot : touched.keySet()) {
      highestSlot = Math.max(highestSlot, slot);
    }
  }

  private long highestCommitted() {
    long highest = Math.max(committedThrough, durable.highestCommitted());
    for (Map.Entry<Long, Touched> slot : touched.entrySet()) {
      if (slot.getValue().committed) {
        highest = Math.max(highest, slot.getKey());
      }
    }
    return highest;
  }

  private boolean isDropped(long slot) {
    return slot >= truncatedFrom && !durable.isCommitted(slot);
  }

  private static JournalException unreadable(long slot, boolean committed) {
    return new JournalException.Damaged(
        SlotReader.describe(new DamagedSlot(slot, committed, Optional.empty(), -1, 0, -1)));
  }

  private static Value valueOf(Request request) {
    Value value = request.value;
    if (value == null) {
      throw new AssertionError("a request of kind " + request.kind + " has no value");
    }
    return value;
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.DamagedSlot;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.GroupBuilder;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.RecordType;
import dev.paxosjournal.wal.ShardState;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a batch of requests into one group: check, encode, write, force, apply, tell. Used by the
 * journal's thread only; one group is on its way at a time.
 */
final class GroupCommit {
  private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

  private final Life life;
  private final RequestQueue queue;
  private final Telemetry telemetry;
  private final Completions completions;
  private final Checkpointer checkpointer;
  private final String directory;

  private long mostRecords;
  private long mostRecordBytes;
  private @Nullable GroupBuilder group;
  private long highestSlot;
  private boolean useReserve;
  private long recordBytes;

  // Of the group forced last, until the listeners are told.
  private long groupBegunNanos;
  private long writeNanos;
  private long forceNanos;
  private int forcedBytes;
  private int forcedRecords;

  GroupCommit(
      Life life,
      RequestQueue queue,
      Telemetry telemetry,
      Completions completions,
      Checkpointer checkpointer,
      String directory) {
    this.life = life;
    this.queue = queue;
    this.telemetry = telemetry;
    this.completions = completions;
    this.checkpointer = checkpointer;
    this.directory = directory;
  }

  /** Processes one batch to its end, whatever happens: every request is told its outcome. */
  void process(List<Request> batch) {
    process(batch, ForcedGroup.Reason.DRAINED);
  }

  /**
   * The same.
   *
   * @param reason why no more requests are in it
   */
  void process(List<Request> batch, ForcedGroup.Reason reason) {
    JournalException ended = life.endedBy().orElse(null);
    if (ended != null) {
      failAll(batch, ended);
      return;
    }
    try {
      commitOrRefuse(batch);
    } catch (IOException failure) {
      end(batch, "the disk failed in " + directory, failure);
    } catch (RuntimeException | Error bug) {
      // Memory and disk may differ now; only the disk can be trusted.
      end(batch, "writing stopped half-way in " + directory, bug);
      if (bug instanceof VirtualMachineError) {
        log.error("journal={} writing stopped half-way", directory, bug);
      }
    }
    tell(batch);
    int records = forcedRecords;
    tellListeners(batch, reason);
    checkpointer.afterGroup(records);
  }

  private void tell(List<Request> batch) {
    for (Request request : batch) {
      telemetry.count(request);
    }
    completions.tell(batch);
  }

  /** After the callers: a listener must not keep them waiting. */
  private void tellListeners(List<Request> batch, ForcedGroup.Reason reason) {
    if (forcedRecords > 0 && telemetry.isHeard()) {
      long queueNanos = Math.max(0, groupBegunNanos - batch.get(0).enqueuedNanos);
      telemetry.groupForced(
          new ForcedGroup(forcedRecords, forcedBytes, reason, queueNanos, writeNanos, forceNanos));
    }
    forcedRecords = 0;
    for (Request request : batch) {
      if (request.failure instanceof JournalException.SafetyViolation violation) {
        telemetry.safetyViolated(violation);
      } else if (request.recordType == RecordType.DAMAGE && request.failure == null) {
        telemetry.damageFound(request.slot);
      }
    }
  }

  /** Without space the group is refused whole; promises and votes may use what is kept for them. */
  private void commitOrRefuse(List<Request> batch) throws IOException {
    try {
      commitGroup(batch, false);
      return;
    } catch (NoSpaceException full) {
      refuse(batch, full);
    }
    List<Request> promises =
        batch.stream()
            .filter(
                request ->
                    request.kind == Request.Kind.PROMISE || request.kind == Request.Kind.REGISTER)
            .toList();
    if (!promises.isEmpty()) {
      promises.forEach(Request::reset);
      try {
        commitGroup(promises, true);
      } catch (NoSpaceException full) {
        refuse(promises, full);
      }
    }
  }

  /** While there is no space: tries whether the group that was refused would be taken now. */
  void lookForSpace() {
    if (life.condition() != JournalStatus.State.FULL) {
      return;
    }
    try {
      life.log.begin(mostRecords, mostRecordBytes, false, life.stateForWriter().shardState());
      resume();
    } catch (NoSpaceException stillFull) {
      log.debug("journal={} still no space: {}", directory, stillFull.getMessage());
    } catch (IOException failure) {
      end(List.of(), "the disk failed in " + directory, failure);
    }
  }

  private void resume() {
    life.become(life.healthy(), null);
    log.info("journal={} there is space again; writing goes on", directory);
    telemetry.resumed();
  }

  private void commitGroup(List<Request> batch, boolean reserved) throws IOException {
    useReserve = reserved;
    boolean registered = life.stateForWriter().register().exists();
    mostRecords = registered ? 1 : 0;
    mostRecordBytes = registered ? GroupBuilder.mostRegisterBytes() : 0;
    for (Request request : batch) {
      mostRecords += request.mostRecords();
      mostRecordBytes += request.mostRecordBytes();
    }
    group = null;
    recordBytes = 0;
    highestSlot = -1;
    AcceptorState state = life.stateForWriter();
    SubmittedState submitted =
        new SubmittedState(state, new SlotReader(life), this::add, directory);
    for (Request request : batch) {
      submitted.submit(request);
    }
    if (group != null) {
      force(batch, submitted);
    }
    for (Request request : batch) {
      if (request.kind == Request.Kind.PUT_RIGHT && request.location != null) {
        putRight(request.slot, request.location);
      } else if (request.kind == Request.Kind.CHECKPOINT) {
        checkpointer.soon();
      }
    }
  }

  private long add(byte type, byte flags, long slot, Ballot ballot, @Nullable Value value)
      throws IOException {
    GroupBuilder building = group;
    if (building == null) {
      building =
          life.log.begin(
              mostRecords, mostRecordBytes, useReserve, life.stateForWriter().shardState());
      RegisterRecord.repeat(life.stateForWriter().register(), building);
      group = building;
    }
    if (RecordType.namesSlot(type)) {
      highestSlot = Math.max(highestSlot, slot);
    }
    recordBytes += RecordHeader.recordBytes(value == null ? 0 : value.length());
    return building.add(type, flags, slot, ballot, value);
  }

  private void force(List<Request> batch, SubmittedState submitted) throws IOException {
    AcceptorState state = life.stateForWriter();
    ShardState after = submitted.shardState();
    boolean floorMoves = after.firstAvailable() > state.firstAvailable();
    long logStart = floorMoves ? life.log.logStartFor(after.firstAvailable()) : life.log.logStart();
    GroupBuilder builder = group;
    int records = builder == null ? 0 : builder.count();
    long endBefore = life.log.end();
    long begun = System.nanoTime();
    int groupBytes = life.log.write(submitted.raises(), logStart, after);
    long written = System.nanoTime();
    try {
      life.log.force(highestSlot, logStart, after);
    } catch (IOException failure) {
      if (life.log.end() == endBefore) {
        telemetry.forceFailed(failure);
      }
      throw failure;
    }
    long forced = System.nanoTime();
    queue.forced(forced - written);

    // Durable from here on. Positions first, then memory: a reader that sees a slot committed finds
    // its entry.
    notePositions(batch);
    life.change(durable -> batch.forEach(request -> apply(durable, request)));
    if (floorMoves) {
      life.log.dropFreed();
      checkpointer.dropPositionsBefore(after.firstAvailable());
    }
    if (!useReserve && life.condition() == JournalStatus.State.FULL) {
      resume();
    }
    telemetry.countGroup(records, groupBytes, recordBytes, forced - written);
    groupBegunNanos = begun;
    writeNanos = written - begun;
    forceNanos = forced - written;
    forcedBytes = groupBytes;
    forcedRecords = records;
  }

  private void notePositions(List<Request> batch) {
    for (Request request : batch) {
      SlotLocation location = request.location;
      if (location != null
          && (request.recordType == RecordType.COMMIT || request.recordType == RecordType.LEARN)) {
        life.positions.put(request.slot, location);
      }
    }
    life.positions.flush();
  }

  /** Only an entry that leads nowhere is replaced: the log may have moved on since it was read. */
  private void putRight(long slot, SlotLocation location) {
    SlotReader reader = new SlotReader(life);
    boolean leadsNowhere =
        !(life.positions.get(slot) instanceof Positions.Entry entry)
            || reader.read(slot, entry.location()).isEmpty();
    if (life.stateForWriter().isCommitted(slot)
        && leadsNowhere
        && reader.read(slot, location).isPresent()) {
      life.positions.put(slot, location);
      life.positions.flush();
    }
  }

  private static void apply(AcceptorState durable, Request request) {
    switch (request.recordType) {
      case RecordType.PROMISE -> durable.promise(request.ballot);
      case RecordType.ACCEPT -> durable.accept(request.slot, locationOf(request));
      case RecordType.LEARN -> durable.learn(request.slot);
      case RecordType.COMMIT -> durable.commit(request.slot, request.ballot);
      case RecordType.DAMAGE -> {
        DamagedSlot found = request.damage;
        if (found != null) {
          durable.damage(found);
        }
      }
      case RecordType.REGISTER ->
          durable.register().take(((RaftRequest) request).requiredRegistration());
      case RecordType.TRUNCATE -> applySuffix(durable, (RaftRequest) request);
      case RecordType.FLOOR ->
          durable.floor(request.slot, request.kind == Request.Kind.ADVANCE_FLOOR);
      default -> {}
    }
  }

  private static void applySuffix(AcceptorState durable, RaftRequest request) {
    if (request.truncates) {
      durable.truncate(request.slot);
    }
    for (int i = 0; i < request.suffix.size(); i++) {
      durable.accept(request.suffix.get(i).slot(), request.locations.get(i));
    }
  }

  private static SlotLocation locationOf(Request request) {
    SlotLocation location = request.location;
    if (location == null) {
      throw new AssertionError("no location for slot " + request.slot);
    }
    return location;
  }

  private void refuse(List<Request> batch, NoSpaceException full) {
    JournalException.NoSpace refusal = new JournalException.NoSpace(directory, full);
    if (life.condition() != JournalStatus.State.FULL) {
      life.become(JournalStatus.State.FULL, refusal);
      log.warn("journal={} no space: {}", directory, full.getMessage());
      telemetry.filled(refusal);
    }
    batch.forEach(request -> request.fail(refusal));
  }

  private void end(List<Request> batch, String what, Throwable cause) {
    JournalException.Failed failed = new JournalException.Failed(what, cause);
    life.become(JournalStatus.State.FAILED, failed);
    log.error("journal={} FAILED: {}", directory, failed.getMessage(), cause);
    batch.forEach(request -> request.fail(failed));
    telemetry.failed(failed);
  }

  private void failAll(List<Request> batch, JournalException cause) {
    batch.forEach(request -> request.fail(cause));
    tell(batch);
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.GroupHeader;
import dev.paxosjournal.wal.LogIdentity;
import dev.paxosjournal.wal.LogOpening;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.RecordType;
import dev.paxosjournal.wal.ScanEnd;
import dev.paxosjournal.wal.SegmentHeader;
import dev.paxosjournal.wal.ShardState;
import dev.paxosjournal.wal.WalPointer;
import dev.paxosjournal.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

/** From disk to memory, once, at each opening. Changes no byte of the log that was there. */
final class Recovery {
  private final Disk disk;
  private final JournalOptions options;
  private final Executor upkeep;
  private final List<String> findings = new ArrayList<>();

  private Recovery(Disk disk, JournalOptions options, Executor upkeep) {
    this.disk = disk;
    this.options = options;
    this.upkeep = upkeep;
  }

  /**
   * Opens the journal in a directory whose lock the caller holds.
   *
   * @throws JournalException if it must not or cannot be opened; then nothing was changed
   */
  static Life open(Disk disk, JournalOptions options, Executor upkeep) throws IOException {
    return new Recovery(disk, options, upkeep).run();
  }

  private Life run() throws IOException {
    long begun = System.nanoTime();
    try (LogOpening opening = LogOpening.look(disk)) {
      refuseWhatIsNotOurs(opening);
      return opening.isEmpty() ? create(opening, begun) : recover(opening, begun);
    }
  }

  private void refuseWhatIsNotOurs(LogOpening opening) {
    for (LogOpening.UnusableFile file : opening.unusable()) {
      if (file.newerVersion() != 0) {
        throw new JournalException.UnsupportedVersion(
            disk.path(file.fileName()), file.newerVersion(), SegmentHeader.VERSION);
      }
    }
    for (SegmentHeader header : opening.headers()) {
      LogIdentity found = header.identity();
      if (!found.clusterId().equals(options.clusterId())) {
        throw foreign("cluster \"" + found.clusterId() + "\"", "cluster-id " + options.clusterId());
      }
      if (found.nodeId() != options.nodeId()) {
        throw foreign("node " + found.nodeId(), "node-id " + options.nodeId());
      }
      UUID first = opening.headers().get(0).identity().journalId();
      if (!found.journalId().equals(first)) {
        throw new JournalException.ForeignJournal(
            options.directory()
                + " holds segments of two journals ("
                + first
                + " and "
                + found.journalId()
                + "); remove "
                + header.fileName()
                + " if it was copied there by mistake");
      }
    }
    for (LogOpening.UnusableFile file : opening.unusable()) {
      throw new JournalException.Unusable(
          disk.path(file.fileName()) + " cannot be used: " + file.reason());
    }
  }

  private JournalException.ForeignJournal foreign(String owner, String configured) {
    return new JournalException.ForeignJournal(
        options.directory()
            + " belongs to "
            + owner
            + ", but this node is configured as "
            + configured
            + "; point it at its own directory");
  }

  private Life create(LogOpening opening, long begun) throws IOException {
    if (!options.create()) {
      throw new JournalException.Unusable(
          options.directory()
              + " holds no journal and create is false; if this node is new, set create to true, if"
              + " not, find out where its journal went");
    }
    LogIdentity identity =
        new LogIdentity(options.clusterId(), options.nodeId(), UUID.randomUUID(), 1);
    Positions positions = new Positions(disk, identity.journalId());
    positions.deleteAll();
    disk.delete(Checkpoint.FILE);
    opening.scanNothing();
    WriteAheadLog log =
        opening.open(
            identity, options.segmentBytes(), options.preallocate(), upkeep, 0, ShardState.EMPTY);
    log.establish();
    RecoveryReport report =
        new RecoveryReport(
            0, 0, false, 0, 0, false, false, 0, System.nanoTime() - begun, List.of("made anew"));
    return new Life(disk, log, positions, new AcceptorState(), report);
  }

  private Life recover(LogOpening opening, long begun) throws IOException {
    if (opening.headers().isEmpty()) {
      throw new JournalException.Unusable(
          options.directory()
              + " has a hint of a journal but none of its segments; restore them, or replace this"
              + " node by a new member");
    }
    LogIdentity found = opening.headers().get(0).identity();
    opening
        .hint()
        .filter(hint -> !hint.journalId().equals(found.journalId()))
        .ifPresent(hint -> opening.ignoreHint());
    for (String name : opening.otherNames()) {
      if (!Positions.isPositions(name) && !name.equals(Checkpoint.FILE) && !name.equals("LOCK")) {
        findings.add("left alone: " + name + ", which is not a file of the journal");
      }
    }

    Positions positions = new Positions(disk, found.journalId());
    Optional<Checkpoint> checkpoint = usableCheckpoint(opening, positions, found.journalId());
    AcceptorState state;
    long from;
    if (checkpoint.isPresent()) {
      state = checkpoint.get().toState();
      from = checkpoint.get().position();
      opening.raiseHighestSlot(
          checkpoint.get().previousGroup(), checkpoint.get().segmentHighestSlot());
    } else {
      positions.deleteAll();
      state = new AcceptorState();
      state.restore(opening.firstState());
      from = opening.firstPosition();
    }
    Replay replay = new Replay(state, positions);
    ScanEnd end =
        opening.scan(
            from,
            checkpoint.map(Checkpoint::previousGroup).orElse(-1L),
            checkpoint.map(Checkpoint::position).orElse(0L),
            replay);
    if (end instanceof ScanEnd.Corruption corruption) {
      throw new JournalException.Unusable(
          options.directory()
              + ": "
              + corruption.explain()
              + "; nothing was changed: keep the directory and replace this node by a new member");
    }
    findings.add(end.explain());
    long logStart = opening.headers().stream().mapToLong(SegmentHeader::logStart).max().orElse(0);
    logStart = Math.max(logStart, checkpoint.map(Checkpoint::logStart).orElse(0L));
    logStart = Math.max(logStart, replay.logStart);
    long openCounter =
        opening.headers().stream().mapToLong(h -> h.identity().openCounter()).max().orElse(0);
    boolean rewrite = opening.lastGroupIsUnproved();
    WriteAheadLog log =
        opening.open(
            new LogIdentity(
                options.clusterId(), options.nodeId(), found.journalId(), openCounter + 1),
            options.segmentBytes(),
            options.preallocate(),
            upkeep,
            logStart,
            replay.before);
    if (rewrite) {
      findings.add(
          "the last group was whole, but nothing proved that it was forced: written again and"
              + " forced");
    }
    // Only now: an entry never names bytes that are not durable.
    replay.notePositions();
    positions.flush();
    RecoveryReport report =
        new RecoveryReport(
            from,
            end.position(),
            checkpoint.isPresent(),
            opening.groupCount(),
            end instanceof ScanEnd.TornTail torn ? torn.tornBytes() : 0,
            rewrite,
            checkpoint.isEmpty(),
            state.damaged().size(),
            System.nanoTime() - begun,
            findings);
    log.dropFreed();
    return new Life(disk, log, positions, state, report);
  }

  /** A checkpoint serves only if the positions that it vouches for are there. */
  private Optional<Checkpoint> usableCheckpoint(
      LogOpening opening, Positions positions, UUID journalId) throws IOException {
    Optional<Checkpoint> read = Checkpoint.read(disk);
    if (read.isEmpty()) {
      findings.add("no usable checkpoint: read the log from its start and rebuilt the positions");
      return read;
    }
    Checkpoint checkpoint = read.get();
    boolean usable =
        checkpoint.journalId().equals(journalId)
            && checkpoint.position() >= opening.firstPosition()
            && covers(positions, checkpoint);
    if (!usable) {
      findings.add(
          "the checkpoint does not fit the log and positions: read the log from its start and"
              + " rebuilt the positions");
      return Optional.empty();
    }
    return read;
  }

  private static boolean covers(Positions positions, Checkpoint checkpoint) {
    ShardState state = checkpoint.state();
    List<SlotRange> ranges = new ArrayList<>(checkpoint.committedAbove());
    if (state.committedThrough() >= state.firstAvailable()) {
      ranges.add(new SlotRange(state.firstAvailable(), state.committedThrough()));
    }
    return ranges.stream().allMatch(positions::coversAll);
  }

  /** Applies what the scan reads. */
  private static final class Replay implements LogOpening.Visitor {
    private final AcceptorState state;
    private final Positions positions;
    private ShardState before;
    private ShardState after;
    private long logStart;

    /** What the last group commits; written to the positions only when that group is proved. */
    private final Map<Long, SlotLocation> last = new LinkedHashMap<>();

    Replay(AcceptorState state, Positions positions) {
      this.state = state;
      this.positions = positions;
      this.before = state.shardState();
      this.after = before;
    }

    @Override
    public void group(GroupHeader header) throws IOException {
      notePositions();
      before = after;
      after = header.state();
      logStart = Math.max(logStart, header.logStart());
      Ballot promised = header.state().promised();
      if (promised != null) {
        state.promise(promised);
      }
    }

    void notePositions() throws IOException {
      for (Map.Entry<Long, SlotLocation> entry : last.entrySet()) {
        positions.put(entry.getKey(), entry.getValue());
      }
      last.clear();
    }

    @Override
    public void record(RecordHeader header, long position, ByteBuffer value) {
      long slot = header.slot();
      switch (header.type()) {
        case RecordType.PROMISE -> state.promise(header.ballot());
        case RecordType.ACCEPT -> state.accept(slot, location(header, position));
        case RecordType.LEARN -> {
          if (slot >= state.firstAvailable()) {
            last.put(slot, location(header, position));
            state.heal(slot);
            state.commit(slot);
          }
        }
        case RecordType.COMMIT -> {
          SlotLocation accepted = state.pending().get(slot);
          if (accepted != null) {
            last.put(slot, accepted);
            state.commit(slot);
          }
        }
        case RecordType.FLOOR ->
            state.floor(slot, (header.flags() & RecordType.FLOOR_COMMITS) != 0);
        default -> {}
      }
    }

    private static SlotLocation location(RecordHeader header, long position) {
      return new SlotLocation(
          header.ballot(), new WalPointer(position, header.valueBytes(), header.valueChecksum()));
    }
  }
}

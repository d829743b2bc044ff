package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.wal.LogIdentity;
import dev.paxosjournal.wal.LogOpening;
import dev.paxosjournal.wal.ScanEnd;
import dev.paxosjournal.wal.ScannedSegment;
import dev.paxosjournal.wal.SegmentFile;
import dev.paxosjournal.wal.SegmentHeader;
import dev.paxosjournal.wal.ShardState;
import dev.paxosjournal.wal.Upkeep;
import dev.paxosjournal.wal.WriteAheadLog;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** From disk to memory, once, at each opening. Changes no byte of the log that was there. */
final class Recovery {
  private final Disk disk;
  private final JournalOptions options;
  private final Upkeep upkeep;
  private final List<String> findings = new ArrayList<>();
  private @Nullable Positions positions;
  private AcceptorState replayState = new AcceptorState();
  private ScanEnd end = new ScanEnd.CleanEnd(0);

  private Recovery(Disk disk, JournalOptions options, Upkeep upkeep) {
    this.disk = disk;
    this.options = options;
    this.upkeep = upkeep;
  }

  /**
   * Opens the journal in a directory whose lock the caller holds.
   *
   * @throws JournalException if it must not or cannot be opened; then nothing was changed
   */
  static Life open(Disk disk, JournalOptions options, Upkeep upkeep) throws IOException {
    Recovery recovery = new Recovery(disk, options, upkeep);
    try {
      return recovery.run();
    } catch (IOException | RuntimeException | Error failure) {
      recovery.closePositions(failure);
      throw failure;
    }
  }

  private void closePositions(Throwable failure) {
    try {
      if (positions != null) {
        positions.close();
      }
    } catch (IOException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  private Life run() throws IOException {
    long begun = System.nanoTime();
    try (LogOpening opening = LogOpening.look(disk)) {
      List<SegmentFile> ours = ours(opening);
      findings.addAll(opening.use(ours));
      Life life = opening.isEmpty() ? create(opening, begun) : recover(opening, begun);
      opening.handOver();
      RecoveryReports.write(disk, life.recovery);
      return life;
    }
  }

  /** Refuses a directory of somebody else; of several journals' files it takes those of ours. */
  private List<SegmentFile> ours(LogOpening opening) throws IOException {
    List<SegmentFile> files = opening.segmentFiles();
    List<SegmentFile> ours = new ArrayList<>();
    List<SegmentFile> unreadable = new ArrayList<>();
    SegmentFile foreign = null;
    for (SegmentFile file : files) {
      if (file.verdict() == SegmentHeader.Verdict.NEWER) {
        throw new JournalException.UnsupportedVersion(
            disk.path(file.fileName()), file.version(), SegmentHeader.VERSION);
      }
      if (file.header().isEmpty()) {
        unreadable.add(file);
      } else if (isOurs(file.header().get().identity())) {
        ours.add(file);
      } else {
        foreign = file;
      }
    }
    if (foreign != null && ours.isEmpty()) {
      throw foreign(foreign.header().orElseThrow().identity());
    }
    if (!ours.isEmpty()) {
      UUID journalId = journalIdOf(opening, ours);
      ours.removeIf(file -> !file.header().orElseThrow().identity().journalId().equals(journalId));
      LogIdentity identity = ours.get(0).header().orElseThrow().identity();
      for (SegmentFile file : unreadable) {
        // A copy whose headers are gone must not pass for a segment that is here itself.
        file.inferHeader(disk, identity)
            .filter(header -> ours.stream().noneMatch(known -> isSame(known, header)))
            .ifPresent(header -> ours.add(file.with(header)));
      }
    }
    for (SegmentFile file : files) {
      if (ours.stream().noneMatch(one -> one.fileName().equals(file.fileName()))) {
        findings.add("left alone: " + file.fileName() + ", which is not a segment of this journal");
      }
    }
    return ours;
  }

  private boolean isOurs(LogIdentity identity) {
    return identity.clusterId().equals(options.clusterId())
        && identity.nodeId() == options.nodeId();
  }

  private static boolean isSame(SegmentFile known, SegmentHeader inferred) {
    SegmentHeader header = known.header().orElseThrow();
    return header.sequence() == inferred.sequence() || header.salt() == inferred.salt();
  }

  /**
   * Whose journal most files say it is: single files of another one may have been copied here. The
   * hint has the casting vote.
   */
  private UUID journalIdOf(LogOpening opening, List<SegmentFile> files) throws IOException {
    Map<UUID, Integer> votes = new HashMap<>();
    files.forEach(
        file -> votes.merge(file.header().orElseThrow().identity().journalId(), 2, Integer::sum));
    Checkpoint.read(disk)
        .ifPresent(found -> votes.computeIfPresent(found.journalId(), (id, count) -> count + 2));
    opening
        .hint()
        .ifPresent(found -> votes.computeIfPresent(found.journalId(), (id, count) -> count + 3));
    int most = Collections.max(votes.values());
    List<UUID> chosen =
        votes.keySet().stream().filter(id -> votes.getOrDefault(id, 0) == most).toList();
    if (chosen.size() > 1) {
      throw new JournalException.Unusable(
          JournalException.Unusable.Reason.DAMAGED,
          options.directory(),
          options.directory()
              + " holds segments of "
              + chosen.size()
              + " journals of this node, and nothing tells which is the right one: "
              + chosen
              + "; move the files of the others away");
    }
    return chosen.get(0);
  }

  private JournalException.ForeignJournal foreign(LogIdentity owner) {
    boolean otherCluster = !owner.clusterId().equals(options.clusterId());
    return new JournalException.ForeignJournal(
        options.directory()
            + " belongs to "
            + (otherCluster ? "cluster \"" + owner.clusterId() + "\"" : "node " + owner.nodeId())
            + ", but this node is configured as "
            + (otherCluster
                ? "part of cluster \"" + options.clusterId() + "\""
                : "node " + options.nodeId())
            + "; point it at its own directory");
  }

  private Life create(LogOpening opening, long begun) throws IOException {
    if (!options.create()) {
      throw new JournalException.Unusable(
          JournalException.Unusable.Reason.MISSING,
          options.directory(),
          options.directory()
              + " holds no journal and create is false; if this node is new, set create to true, if"
              + " not, find out where its journal went");
    }
    LogIdentity identity =
        new LogIdentity(options.clusterId(), options.nodeId(), UUID.randomUUID(), 1);
    Positions positions = new Positions(disk, identity.journalId());
    this.positions = positions;
    positions.deleteAll();
    disk.delete(Checkpoint.FILE);
    opening.scanNothing();
    WriteAheadLog log =
        opening.open(
            identity, options.segmentBytes(), options.preallocate(), upkeep, 0, ShardState.EMPTY);
    log.establish();
    RecoveryReport report =
        new RecoveryReport(
            Instant.now(),
            identity.openCounter(),
            identity.journalId(),
            0,
            0,
            false,
            0,
            0,
            false,
            false,
            0,
            System.nanoTime() - begun,
            List.of(),
            List.of("made anew"));
    return new Life(disk, log, positions, new AcceptorState(), report);
  }

  private Life recover(LogOpening opening, long begun) throws IOException {
    if (opening.headers().isEmpty()) {
      throw new JournalException.Unusable(
          JournalException.Unusable.Reason.DAMAGED,
          options.directory(),
          options.directory()
              + " holds traces of a journal but no segment of it that can be read; restore them, or"
              + " replace this node by a new member");
    }
    LogIdentity found = opening.headers().get(0).identity();
    opening
        .hint()
        .filter(hint -> !hint.journalId().equals(found.journalId()))
        .ifPresent(hint -> opening.ignoreHint());
    for (String name : opening.otherNames()) {
      if (!Positions.isPositions(name)
          && !name.equals(Checkpoint.FILE)
          && !RecoveryReports.isReport(name)) {
        findings.add("left alone: " + name + ", which is not a file of the journal");
      }
    }
    Positions positions = new Positions(disk, found.journalId());
    this.positions = positions;
    Optional<Checkpoint> checkpoint = usableCheckpoint(opening, positions, found.journalId());
    if (checkpoint.isEmpty()) {
      // It could fit again once the positions are rebuilt, and then tell another story than the
      // verdicts of this opening.
      disk.delete(Checkpoint.FILE);
    }
    Replay replay = replay(opening, positions, checkpoint, false);
    if (replay.isUnknowable() && !options.undecidableTail().countsAsLost()) {
      throw new JournalException.Unusable(
          JournalException.Unusable.Reason.DAMAGED,
          options.directory(),
          options.directory()
              + ": the disk cannot read the end of the log, and nothing else tells what was promised"
              + " there ("
              + String.join("; ", replay.findings())
              + "); open it again when the disk can read, or replace this node by a new member");
    }
    long logStart = logStart(opening, checkpoint, replay);
    if (replay.lostSomethingBefore(logStart)) {
      // Segments that were given up vanish in any order, and a power cut may bring some of them
      // back: what is missing between them is not missed.
      opening.leaveOutBefore(logStart);
      checkpoint = Optional.empty();
      replay = replay(opening, positions, checkpoint, false);
      logStart = logStart(opening, checkpoint, replay);
    }
    if (logStart < opening.firstPosition() && checkpoint.isEmpty()) {
      findings.add(
          "the beginning of the log is missing: no floor explains why it goes on at position "
              + opening.firstPosition());
      replay = replay(opening, positions, checkpoint, true);
      logStart = logStart(opening, checkpoint, replay);
    }
    replay.settleRegister();
    opening.hint().ifPresent(hint -> notePromise(replayState, hint.state()));
    for (SegmentHeader header : opening.headers()) {
      notePromise(replayState, header.state());
    }
    Optional<Ballot> forced = replayState.promised();
    opening.tornStates().forEach(torn -> notePromise(replayState, torn));
    boolean promiseIsUnproved = !replayState.promised().equals(forced);
    findings.add(end.explain());
    findings.addAll(replay.findings());

    boolean rewrite = opening.lastGroupIsUnproved();
    long openCounter =
        opening.headers().stream().mapToLong(h -> h.identity().openCounter()).max().orElse(0);
    WriteAheadLog log =
        opening.open(
            new LogIdentity(
                options.clusterId(), options.nodeId(), found.journalId(), openCounter + 1),
            options.segmentBytes(),
            options.preallocate(),
            upkeep,
            logStart,
            // With the promise as it is known now: the copy that told it may be cut off here.
            replay.stateBeforeLastGroup().promising(replayState.promised().orElse(null)));
    if (rewrite) {
      findings.add(
          "the last group was whole, but nothing proved that it was forced: written again and"
              + " forced");
    }
    // Only now: an entry never names bytes that are not durable.
    replay.notePositions();
    positions.flush();
    if (!replay.newlyLost().isEmpty()) {
      // Before anything that proved the damage can be overwritten, the hint first of all.
      Verdicts.write(log, replayState, positions, replay.newlyLost());
    }
    if (promiseIsUnproved) {
      findings.add("a torn group still told a higher promise: written again and forced");
      Verdicts.writePromise(log, replayState);
    }
    RecoveryReport report =
        new RecoveryReport(
            Instant.now(),
            openCounter + 1,
            found.journalId(),
            opening.scannedFrom(),
            end.position(),
            checkpoint.isPresent(),
            opening.groupCount(),
            end instanceof ScanEnd.TornTail torn ? torn.tornBytes() : 0,
            rewrite,
            checkpoint.isEmpty(),
            replayState.damage().count(),
            System.nanoTime() - begun,
            segmentReports(opening.scannedSegments()),
            findings);
    log.dropFreed();
    return new Life(disk, log, positions, replayState, report);
  }

  private static List<RecoveryReport.SegmentReport> segmentReports(List<ScannedSegment> scanned) {
    return scanned.stream()
        .map(
            segment ->
                new RecoveryReport.SegmentReport(
                    segment.file(),
                    segment.sequence(),
                    segment.from(),
                    segment.to(),
                    segment.groups(),
                    segment.keptBytes(),
                    segment.setAsideBytes(),
                    segment.rewrittenBytes(),
                    segment.damagedBytes(),
                    segment.why()))
        .toList();
  }

  private Replay replay(
      LogOpening opening,
      Positions positions,
      Optional<Checkpoint> checkpoint,
      boolean beginningIsMissing)
      throws IOException {
    long from = opening.firstPosition();
    replayState = new AcceptorState();
    Replay replay = new Replay(replayState, positions);
    if (checkpoint.isPresent()) {
      replayState = checkpoint.get().toState();
      replay = new Replay(replayState, positions);
      from = checkpoint.get().position();
    } else if (beginningIsMissing) {
      replay.lostBeginning(from, opening.firstState());
    } else {
      replayState.restore(opening.firstState());
    }
    replay.begin(checkpoint.map(Checkpoint::position).orElse(0L));
    end =
        opening.scan(
            from,
            checkpoint.map(Checkpoint::previousGroup).orElse(-1L),
            checkpoint.map(Checkpoint::position).orElse(0L),
            options.undecidableTail().countsAsLost(),
            replay);
    // Not before the scan, which leaves out segments that begin where another one goes on.
    checkpoint.ifPresent(
        taken -> opening.raiseHighestSlot(taken.previousGroup(), taken.segmentHighestSlot()));
    replay.catchUp();
    return replay;
  }

  private static long logStart(LogOpening opening, Optional<Checkpoint> checkpoint, Replay replay) {
    long fromHeaders =
        opening.headers().stream().mapToLong(SegmentHeader::logStart).max().orElse(0);
    long fromCheckpoint = checkpoint.map(Checkpoint::logStart).orElse(0L);
    return Math.max(replay.logStart(), Math.max(fromHeaders, fromCheckpoint));
  }

  /** Any valid copy of a promise counts. */
  private static void notePromise(AcceptorState state, ShardState copy) {
    if (copy.promised() != null) {
      state.promise(copy.promised());
    }
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
}

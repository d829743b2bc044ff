package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.OneLifeDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.wal.Covered;
import dev.paxosjournal.wal.Hint;
import dev.paxosjournal.wal.LogIdentity;
import dev.paxosjournal.wal.LogOpening;
import dev.paxosjournal.wal.RecordType;
import dev.paxosjournal.wal.ScanEnd;
import dev.paxosjournal.wal.ScannedSegment;
import dev.paxosjournal.wal.SegmentFile;
import dev.paxosjournal.wal.SegmentHeader;
import dev.paxosjournal.wal.ShardState;
import dev.paxosjournal.wal.TornGroup;
import dev.paxosjournal.wal.Upkeep;
import dev.paxosjournal.wal.WriteAheadLog;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** From disk to memory, once, at each opening. Changes no byte of the log that was there. */
final class Recovery {

  /** Begins the names of the console's files: known, although they are not the journal's. */
  private static final String CONSOLE_TRAIL = "console-activity.jsonl";

  private final Disk disk;
  private final JournalOptions options;
  private final Upkeep upkeep;
  private final boolean onlyLooks;
  private final List<String> findings = new ArrayList<>();
  private @Nullable Positions positions;
  private AcceptorState replayState = new AcceptorState();
  private @Nullable String firstReport;
  private ScanEnd end = new ScanEnd.CleanEnd(0);

  private Recovery(Disk disk, JournalOptions options, Upkeep upkeep, boolean onlyLooks) {
    this.onlyLooks = onlyLooks;
    this.disk = new OneLifeDisk(disk);
    this.options = options;
    this.upkeep = upkeep;
  }

  /**
   * Opens the journal in a directory whose lock the caller holds.
   *
   * @throws JournalException if it must not or cannot be opened; then nothing was changed
   */
  static Life open(Disk disk, JournalOptions options, Upkeep upkeep) throws IOException {
    return new Recovery(disk, options, upkeep, false).runOrClose();
  }

  /** The same for a look at a disk that keeps nothing: no verdict of it lasts. */
  static Life look(Disk disk, JournalOptions options, Upkeep upkeep) throws IOException {
    return new Recovery(disk, options, upkeep, true).runOrClose();
  }

  private Life runOrClose() throws IOException {
    try {
      return run();
    } catch (IOException | RuntimeException | Error failure) {
      closePositions(failure);
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
      Ownership owner = Ownership.of(disk, options, opening);
      findings.addAll(owner.findings());
      findings.addAll(opening.use(owner.segments(), owner.headless()));
      Life life;
      if (!opening.headers().isEmpty()) {
        // A report of this opening that outlives the name of the only segment would claim that a
        // log was lost.
        disk.forceDirectory();
        life = recover(opening, owner.isUnknown(), begun);
      } else if (opening.isEmpty() && opening.otherNames().stream().noneMatch(Recovery::isTrace)) {
        life = create(opening, begun);
      } else {
        life = goOnWithoutLog(opening, owner.journalId(), begun);
      }
      opening.handOver();
      Optional<String> kept =
          RecoveryReports.write(
              disk, life.recovery, life.quarantine, Optional.ofNullable(firstReport));
      if (kept.isPresent() && firstReport != null) {
        RecoveryReports.deleteQuietly(disk, firstReport);
      }
      return life;
    }
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
    opening.scanNothing(0, 0);
    Quarantine quarantine = quarantine(opening);
    WriteAheadLog log =
        opening.open(
            identity,
            options.segmentBytes(),
            options.preallocate(),
            upkeep,
            quarantine,
            0,
            ShardState.EMPTY);
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
            List.of(),
            List.of("made anew"));
    return new Life(disk, log, positions, new AcceptorState(), report, quarantine);
  }

  private Quarantine quarantine(LogOpening opening) {
    return new Quarantine(disk, options.segmentBytes(), opening.evidence(), Instant.now());
  }

  /** A journal makes these only once it has a segment. */
  private static boolean isTrace(String fileName) {
    return Positions.isPositions(fileName)
        || fileName.equals(Checkpoint.FILE)
        || Quarantine.isCopy(fileName)
        || RecoveryReports.isReport(fileName);
  }

  /** No segment is left: what hint and checkpoint tell of the log must not be told otherwise. */
  private Life goOnWithoutLog(LogOpening opening, Optional<UUID> journalId, long begun)
      throws IOException {
    for (SegmentFile file : opening.segmentFiles()) {
      if (file.verdict() == SegmentHeader.Verdict.FAILED) {
        throw new JournalException.Unusable(
            JournalException.Unusable.Reason.DAMAGED,
            options.directory(),
            disk.path(file.fileName())
                + " cannot be read by the disk, nor can any other segment; open it again when the"
                + " disk can read, or replace this node by a new member");
      }
    }
    UUID id = journalId.orElseGet(UUID::randomUUID);
    FoundCheckpoint onDisk = FoundCheckpoint.read(disk);
    refuseIfTheDiskHidWitnesses(opening, onDisk);
    Remnants remnants =
        new Remnants(opening.hint().filter(hint -> hint.journalId().equals(id)), onDisk.of(id, 0));
    replayState = remnants.state();
    findings.add(remnants.finding());
    Positions positions = new Positions(disk, id);
    this.positions = positions;
    opening.scanNothing(remnants.end(), remnants.sequence());
    end = new ScanEnd.CleanEnd(remnants.end());
    long openCounter =
        Math.max(
            opening.highestSequence(), RecoveryReports.highestOpenCounter(opening.otherNames()));
    LogIdentity identity =
        new LogIdentity(options.clusterId(), options.nodeId(), id, openCounter + 1);
    Quarantine quarantine = quarantine(opening);
    WriteAheadLog log =
        opening.open(
            identity,
            options.segmentBytes(),
            options.preallocate(),
            upkeep,
            quarantine,
            0,
            replayState.shardState());
    Verdicts.write(log, replayState, positions, List.of(new Replay.Lost(0, remnants.end(), false)));
    // Only now: it told what the verdicts rest on.
    disk.delete(Checkpoint.FILE);
    return new Life(
        disk,
        log,
        positions,
        replayState,
        report(opening, identity, false, false, quarantine, begun),
        quarantine);
  }

  private Life recover(LogOpening opening, boolean ownerIsUnknown, long begun) throws IOException {
    LogIdentity found = opening.headers().get(0).identity();
    opening
        .hint()
        .filter(hint -> !hint.journalId().equals(found.journalId()))
        .ifPresent(hint -> opening.ignoreHint());
    for (String name : opening.otherNames()) {
      if (!Positions.isPositions(name)
          && !name.equals(Checkpoint.FILE)
          && !RecoveryReports.isReport(name)
          && !Quarantine.isCopy(name)
          && !name.startsWith(CONSOLE_TRAIL)) {
        findings.add("left alone: " + name + ", which is not a file of the journal");
      }
    }
    Positions positions = new Positions(disk, found.journalId());
    this.positions = positions;
    FoundCheckpoint onDisk = FoundCheckpoint.read(disk);
    Optional<Checkpoint> told = onDisk.of(found.journalId(), opening.firstPosition());
    Optional<Checkpoint> checkpoint =
        told.isPresent() && onDisk.isCovered(positions) ? told : Optional.empty();
    findings.addAll(onDisk.findings());
    Replay replay = replay(opening, positions, checkpoint, told, false);
    long logStart = logStart(opening, checkpoint, replay);
    if (replay.lostSomethingBefore(logStart)) {
      // Segments that were given up vanish in any order, and a power cut may bring some of them
      // back: what is missing between them is not missed.
      opening.leaveOutBefore(logStart);
      checkpoint = Optional.empty();
      replay = replay(opening, positions, checkpoint, told, false);
      logStart = logStart(opening, checkpoint, replay);
    }
    if (logStart < opening.firstPosition() && checkpoint.isEmpty()) {
      findings.add(
          "the beginning of the log is missing: no floor explains why it goes on at position "
              + opening.firstPosition());
      replay = replay(opening, positions, checkpoint, told, true);
      logStart = logStart(opening, checkpoint, replay);
    }
    if (opening.diskHidTheEnd() && !onlyLooks) {
      // An error is not rot: it may pass, but the verdict that the promise is lost would stay.
      throw new JournalException.Unusable(
          JournalException.Unusable.Reason.DAMAGED,
          options.directory(),
          "the disk cannot read the end of the log in "
              + options.directory()
              + ", and nothing else tells what was promised there; open it again when the disk can"
              + " read. If it never will, replace this node by a new member: what can be read is"
              + " served by opening it read-only");
    }
    if (ownerIsUnknown || replay.promiseIsUntold()) {
      refuseIfTheDiskHidWitnesses(opening, onDisk);
    }
    replay.settleRegister();
    opening.hint().ifPresent(hint -> notePromise(replayState, hint.state()));
    for (SegmentHeader header : opening.headers()) {
      notePromise(replayState, header.state());
    }
    boolean promiseWasLost = replayState.promiseLost();
    if (ownerIsUnknown) {
      loseAll(replayState);
      findings.add(
          "no header, hint or checkpoint tells whose log this is: nothing is promised, accepted or"
              + " voted any more");
    }
    Optional<Ballot> forced = replayState.promised();
    Optional<Registration> registered = replayState.register().known();
    opening.tornGroups().forEach(torn -> noteTorn(replayState, torn));
    boolean promiseIsUnproved = !replayState.promised().equals(forced);
    boolean registerIsUnproved = !replayState.register().known().equals(registered);
    findings.add(end.explain());
    findings.addAll(replay.findings());

    boolean rewrite = opening.lastGroupIsUnproved();
    long openCounter =
        opening.headers().stream().mapToLong(h -> h.identity().openCounter()).max().orElse(0);
    LogIdentity identity =
        new LogIdentity(options.clusterId(), options.nodeId(), found.journalId(), openCounter + 1);
    Quarantine quarantine = quarantine(opening);
    if (!quarantine.ofThisOpening().isEmpty()) {
      // Before anything is written: what is written now may hide it from the next opening.
      RecoveryReport first =
          report(opening, identity, checkpoint.isPresent(), false, quarantine, begun);
      firstReport = RecoveryReports.writeEarly(disk, first, quarantine).orElse(null);
    }
    WriteAheadLog log =
        opening.open(
            identity,
            options.segmentBytes(),
            options.preallocate(),
            upkeep,
            quarantine,
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
    if (!replay.newlyLost().isEmpty() || promiseWasLost != replayState.promiseLost()) {
      // Before anything that proved the damage can be overwritten, the hint first of all.
      Verdicts.write(log, replayState, positions, replay.newlyLost());
    }
    if (promiseIsUnproved || registerIsUnproved) {
      findings.add(
          "a torn group still told "
              + (promiseIsUnproved ? "a higher promise" : "a later term or vote")
              + ": written again and forced");
      Verdicts.writePromise(log, replayState);
    }
    if (checkpoint.isEmpty()) {
      onDisk.forget();
    }
    log.dropFreed();
    RecoveryReport report =
        report(opening, identity, checkpoint.isPresent(), rewrite, quarantine, begun);
    return new Life(disk, log, positions, replayState, report, quarantine);
  }

  /** Neither promise, nor accept, nor vote, ever again under this identity. */
  static void loseAll(AcceptorState state) {
    state.losePromise();
    state.register().lose();
  }

  private RecoveryReport report(
      LogOpening opening,
      LogIdentity identity,
      boolean fromCheckpoint,
      boolean rewrote,
      Quarantine quarantine,
      long begun) {
    return new RecoveryReport(
        quarantine.opened(),
        identity.openCounter(),
        identity.journalId(),
        opening.scannedFrom(),
        end.position(),
        fromCheckpoint,
        opening.groupCount(),
        end instanceof ScanEnd.TornTail torn ? torn.tornBytes() : 0,
        rewrote,
        !fromCheckpoint,
        replayState.damage().count(),
        System.nanoTime() - begun,
        segmentReports(opening.scannedSegments()),
        quarantine.ofThisOpening(),
        findings);
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
      Optional<Checkpoint> told,
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
            told.map(each -> new Covered(each.position(), Optional.of(each.state())))
                .orElse(Covered.NOTHING),
            options.undecidableTail().countsAsLost(),
            replay);
    // Not before the scan, which leaves out segments that begin where another one goes on.
    checkpoint.ifPresent(
        taken -> opening.raiseHighestSlot(taken.previousGroup(), taken.segmentHighestSlot()));
    replay.catchUp();
    if (checkpoint.isEmpty() && told.isPresent()) {
      replay.confirm(told.get());
    }
    return replay;
  }

  private static long logStart(LogOpening opening, Optional<Checkpoint> checkpoint, Replay replay) {
    long fromHeaders =
        opening.headers().stream().mapToLong(SegmentHeader::logStart).max().orElse(0);
    long fromCheckpoint = checkpoint.map(Checkpoint::logStart).orElse(0L);
    return Math.max(replay.logStart(), Math.max(fromHeaders, fromCheckpoint));
  }

  /** Any valid copy of a promise, or of term and vote, counts. */
  private static void noteTorn(AcceptorState state, TornGroup torn) {
    notePromise(state, torn.state());
    torn.registers().stream()
        .filter(copy -> (copy.header().flags() & RecordType.REGISTER_LOST) == 0)
        .forEach(copy -> RegisterRecord.apply(state.register(), copy.header(), copy.value()));
  }

  /** Any valid copy of a promise counts. */
  private static void notePromise(AcceptorState state, ShardState copy) {
    if (copy.promised() != null) {
      state.promise(copy.promised());
    }
  }

  /**
   * A verdict that what was promised is lost stays for ever, an error of the disk may pass: it is
   * not made while the disk cannot read a file that may tell.
   */
  private void refuseIfTheDiskHidWitnesses(LogOpening opening, FoundCheckpoint onDisk) {
    if (!onlyLooks && (onDisk.diskFailed() || opening.diskHidHint())) {
      throw new JournalException.Unusable(
          JournalException.Unusable.Reason.DAMAGED,
          options.directory(),
          "the disk cannot read the file "
              + disk.path(onDisk.diskFailed() ? Checkpoint.FILE : Hint.FILE)
              + ", and nothing else tells what was promised last; open it again when the disk can"
              + " read. If it never will, replace this node by a new member: what can be read is"
              + " served by opening it read-only");
    }
  }
}

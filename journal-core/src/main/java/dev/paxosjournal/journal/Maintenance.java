package dev.paxosjournal.journal;

import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.CommittedSlots;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.LogSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the operations do: verify, rebuild, repair. Each runs on a thread of its own and changes the
 * journal only by requests, on the journal's thread.
 */
final class Maintenance {
  /** A slot that only may have been damaged is asked for at a peer, but not for ever. */
  private static final long MOST_REPAIRED = 1_000_000;

  private final Life life;
  private final Engine engine;
  private final RunningOperation run;
  private final Telemetry telemetry;

  Maintenance(Engine engine, RunningOperation run, Telemetry telemetry) {
    this.telemetry = telemetry;
    this.engine = engine;
    this.life = engine.life();
    this.run = run;
  }

  /** Reads everything and checks it; what is found damaged is written down. */
  void verify(Pace pace) throws IOException, InterruptedException {
    new Verification(life, run, life::answer, this::noteDamage).check(pace);
  }

  private void noteDamage(long slot) throws InterruptedException {
    try {
      engine.noteDamageNow(slot);
    } catch (JournalException.Refusal | JournalException.Failed cannotWrite) {
      run.find("slot " + slot + ": could not be written down: " + cannotWrite.getMessage());
    }
  }

  private static long slotCount(AcceptorState state) {
    long above = state.committedAbove().count() + state.pending().size();
    return state.committedThrough() - state.firstAvailable() + 1 + above;
  }

  /** Finds out from the log alone where each committed slot lies, and puts the positions right. */
  void rebuild() throws IOException, InterruptedException {
    Map<Long, SlotLocation> wrong = wrongEntries(life, run);
    if (run.isDryRun()) {
      return;
    }
    for (Map.Entry<Long, SlotLocation> each : wrong.entrySet()) {
      run.checkCancelled();
      engine.putRight(each.getKey(), each.getValue());
      run.healed("slot " + each.getKey() + ": its entry was put right");
    }
    engine.checkpoint();
  }

  /** Where committed slots lie whose entries say otherwise; a dry run tells of each. */
  static Map<Long, SlotLocation> wrongEntries(Life life, RunningOperation run) throws IOException {
    run.expect(life.use(Maintenance::slotCount));
    AcceptorState scratch = new AcceptorState();
    Rebuilt rebuilt = new Rebuilt(life, run);
    Replay replay = new Replay(scratch, rebuilt);
    try (LogSnapshot log = life.log.snapshot()) {
      scratch.restore(log.stateAtStart());
      replay.begin();
      log.read(replay);
      replay.catchUp();
      replay.notePositions();
    } catch (UncheckedIOException tooManyOpenFiles) {
      throw tooManyOpenFiles.getCause();
    }
    if (run.isDryRun()) {
      rebuilt
          .wrong
          .keySet()
          .forEach(slot -> run.healed("slot " + slot + ": its entry would be put right"));
    }
    return rebuilt.wrong;
  }

  /** Compares what the log says with what the positions say. */
  private static final class Rebuilt implements CommittedSlots {
    private final Map<Long, SlotLocation> wrong = new TreeMap<>();
    private final Life life;
    private final RunningOperation run;

    Rebuilt(Life life, RunningOperation run) {
      this.life = life;
      this.run = run;
    }

    @Override
    public void put(long slot, SlotLocation location) {
      run.checkCancelled();
      run.advance();
      boolean right;
      try {
        right = life.positions.find(slot).equals(Optional.of(location));
      } catch (NoSpaceException tooManyOpenFiles) {
        throw new UncheckedIOException(tooManyOpenFiles);
      }
      if (right) {
        wrong.remove(slot);
      } else {
        wrong.put(slot, location);
      }
    }

    @Override
    public void flush() {}

    @Override
    public Positions.Lookup get(long slot) {
      return life.positions.get(slot);
    }
  }

  /** Asks for each damaged slot and learns what is answered. */
  void repair(RepairSource source) throws InterruptedException {
    if (life.endedBy().isEmpty()) {
      // What a reader was just told is damaged may still wait to be written down.
      engine.sync();
    }
    run.expect(life.use(state -> state.damage().count()));
    long asked = 0;
    for (long slot = nextDamaged(0); slot >= 0; slot = nextDamaged(slot + 1)) {
      run.checkCancelled();
      if (asked++ == MOST_REPAIRED) {
        run.find("stopped after " + MOST_REPAIRED + " slots; run it again for the rest");
        return;
      }
      repairOne(source, slot);
      run.advance();
      if (slot == Long.MAX_VALUE) {
        return;
      }
    }
  }

  private long nextDamaged(long from) {
    return life.use(state -> state.damage().ceiling(from));
  }

  private void repairOne(RepairSource source, long slot) throws InterruptedException {
    Optional<String> refused;
    try {
      refused = healFrom(source, slot);
    } catch (IOException | RuntimeException failure) {
      if (failure instanceof JournalException.Interrupted interrupted) {
        throw interrupted;
      }
      refused = Optional.of("the source failed: " + failure);
    }
    refused.ifPresent(why -> run.damaged("slot " + slot + ": " + why));
    if (!run.isDryRun()) {
      telemetry.repaired(slot, refused.isEmpty());
    }
  }

  /** Why a slot stays damaged; empty if it was healed, or would be. */
  private Optional<String> healFrom(RepairSource source, long slot)
      throws IOException, InterruptedException {
    Optional<Accept> answer = source.committed(slot);
    if (answer.isEmpty()) {
      return Optional.of("the source does not have it");
    }
    Accept learned = answer.get();
    run.read(learned.value().length());
    Optional<String> contradiction = contradiction(slot, learned);
    if (contradiction.isPresent()) {
      return contradiction;
    }
    if (run.isDryRun()) {
      run.healed("slot " + slot + ": would be healed at ballot " + learned.ballot());
      return Optional.empty();
    }
    try {
      engine.learn(learned);
    } catch (JournalException.Interrupted cancelled) {
      throw cancelled;
    } catch (JournalException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
    run.healed("slot " + slot + ": healed at ballot " + learned.ballot());
    return Optional.empty();
  }

  /** What speaks against an answer, as the journal would find when it learns it. */
  private Optional<String> contradiction(long slot, Accept learned) {
    if (learned.slot() != slot) {
      return Optional.of("the source answered for slot " + learned.slot());
    }
    return life.use(state -> state.damageOf(slot))
        .filter(known -> known.committed() && known.lengthBytes() >= 0)
        .filter(
            known ->
                known.lengthBytes() != learned.value().length()
                    || known.checksum() != learned.value().checksum())
        .map(
            known ->
                "the source's value has "
                    + learned.value().length()
                    + " bytes and checksum "
                    + hex(learned.value().checksum())
                    + ", the lost one had "
                    + known.lengthBytes()
                    + " and "
                    + hex(known.checksum())
                    + ": not learned");
  }

  static String hex(int checksum) {
    return String.format("%08x", checksum);
  }
}

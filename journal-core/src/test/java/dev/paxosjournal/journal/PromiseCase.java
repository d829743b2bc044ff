package dev.paxosjournal.journal;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.wal.Segment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A promise that was just acknowledged when the power was cut, and one block of its group is
 * rotten: the group may pass for a torn tail, but its promise is on disk twice.
 */
final class PromiseCase {
  private static final int BLOCK = 4096;

  private PromiseCase() {}

  /** Runs it for each block of the last group, and returns how many there were. */
  static int run(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    JournalOptions options =
        Campaigns.options(512, Campaigns.segmentBytes(random, 512) + 4 * BLOCK).build();
    CallGenerator calls = new CallGenerator(random, 512, 40);
    ModelState model = new ModelState();
    MemoryDisk disk = new MemoryDisk();
    SteppedJournal journal =
        SteppedJournal.open(
            disk, options, SteppedJournal.Upkeep.AT_ONCE, Campaigns.checkpointBytes(random));
    for (int i = random.nextInt(6); i > 0; i--) {
      List<Call> group = calls.group(model, 4);
      group.forEach(model::submit);
      journal.submit(group);
    }
    Ballot promise = new Ballot(1_000 + random.nextInt(9), 1);
    long slot = model.highestSlot() + 1;
    journal.submit(List.of(Call.promise(promise), Call.accept(slot, promise, Value.utf8("last"))));
    Life life = journal.life();
    Segment last = life.log.segments().get(life.log.segments().size() - 1);
    long from = last.offsetOf(life.log.lastGroup());
    long before = last.offsetOf(life.log.end());
    journal.abandon();
    MemoryDisk image = disk.crash(CrashStrategy.NOTHING, seed);
    int blocks = 0;
    for (long block = from; block < before; block += BLOCK) {
      byte[] garbage = new byte[BLOCK];
      random.nextBytes(garbage);
      MemoryDisk harmed = image.copyOf();
      harmed.overwrite(last.fileName(), block, garbage);
      requirePromise(promise, harmed, options, "block " + blocks + " of the last group");
      requirePromise(promise, harmed.crash(CrashStrategy.NOTHING, seed), options, "opened again");
      blocks++;
    }
    return blocks;
  }

  private static void requirePromise(
      Ballot promise, MemoryDisk harmed, JournalOptions options, String where) throws IOException {
    SteppedJournal opened = SteppedJournal.open(harmed, options);
    Optional<Ballot> shown = opened.status().promised();
    opened.abandon();
    if (!shown.equals(Optional.of(promise))) {
      throw new AssertionError(
          "LOWER_PROMISE: " + shown + " instead of " + promise + ", without " + where);
    }
  }
}

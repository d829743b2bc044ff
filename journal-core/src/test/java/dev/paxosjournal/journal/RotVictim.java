package dev.paxosjournal.journal;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A journal that was closed in order and is to be harmed: its disk, what it holds, and where the
 * record of each slot lies. With it an older copy of the same journal and a journal of another life
 * of the same node, as sources of old and foreign bytes.
 */
final class RotVictim {

  /** Some bytes of a file. */
  record Range(String file, long from, long before) {
    boolean meets(Range other) {
      return file.equals(other.file) && from < other.before && other.from < before;
    }
  }

  private final long seed;
  private final JournalOptions options;
  private final AcceptorModel model = new AcceptorModel();
  private MemoryDisk disk = new MemoryDisk();
  private MemoryDisk older = disk;
  private MemoryDisk foreign = disk;
  private final TreeMap<Long, Range> own = new TreeMap<>();
  private Range lastGroup = new Range("", 0, 0);
  private int segments;

  private interface Groups {
    List<Call> next(ModelState state);
  }

  private RotVictim(long seed, JournalOptions options) {
    this.seed = seed;
    this.options = options;
  }

  /** A journal of some groups with calls of every kind. */
  static RotVictim small(long seed, int groups) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    int maxValueBytes = 96;
    RotVictim victim =
        new RotVictim(
            seed,
            Campaigns.options(maxValueBytes, Campaigns.segmentBytes(random, maxValueBytes))
                .build());
    CallGenerator calls = new CallGenerator(random, maxValueBytes, 40);
    CallGenerator others = new CallGenerator(random, maxValueBytes, 40);
    victim.build(random, groups, state -> calls.group(state, 5), state -> others.group(state, 5));
    return victim;
  }

  /** A journal of a thousand slots and more, in groups of 1 to 16 over several segments. */
  static RotVictim large(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    RotVictim victim =
        new RotVictim(seed, Campaigns.options(1024, (24 + random.nextInt(8)) * 4096L).build());
    Groups groups = state -> manySlots(state, random);
    victim.build(random, 150, groups, groups);
    return victim;
  }

  /** A journal of some hundred slots, hardly compacted. */
  static RotVictim medium(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    RotVictim victim =
        new RotVictim(seed, Campaigns.options(1024, (10 + random.nextInt(8)) * 4096L).build());
    Groups groups = state -> manySlots(state, random);
    victim.build(random, 24, groups, groups);
    return victim;
  }

  private static List<Call> manySlots(ModelState state, SplittableRandom random) {
    List<Call> calls = new ArrayList<>();
    Ballot ballot = new Ballot(1 + state.highestSlot() / 200, 1);
    if (!state.promisesAtLeast(ballot)) {
      calls.add(Call.promise(ballot));
    } else {
      ballot = state.promised();
    }
    long next = state.highestSlot() + 1;
    for (int i = random.nextInt(1, 17); i > 0; i--, next++) {
      byte[] value = new byte[random.nextInt(160)];
      random.nextBytes(value);
      boolean learned = random.nextInt(3) == 0;
      calls.add(
          learned
              ? Call.learn(next, ballot, Value.copyOf(value))
              : Call.accept(next, ballot, Value.copyOf(value)));
    }
    // Half of what is pending is committed by the next group, so that a few always are.
    state
        .slots()
        .forEach(
            (slot, held) -> {
              if (!held.committed() && calls.size() < 24 && random.nextInt(4) > 0) {
                calls.add(Call.commit(slot, held.ballot()));
              }
            });
    if (random.nextInt(8) == 0) {
      calls.add(Call.promise(new Ballot(ballot.round(), 2)));
    }
    return calls;
  }

  private void build(SplittableRandom random, int groups, Groups calls, Groups otherCalls)
      throws IOException {
    foreign = new MemoryDisk();
    live(random, foreign, new AcceptorModel(), groups / 2, otherCalls);
    live(random, disk, model, groups / 2, calls);
    older = disk.copyOf();
    live(random, disk, model, groups - groups / 2, calls);
    // All that was forced, and the hint is: nothing else may be counted on.
    disk = disk.crash(CrashStrategy.EVERYTHING, seed);
    locate();
  }

  private void live(
      SplittableRandom random, MemoryDisk on, AcceptorModel of, int groups, Groups calls)
      throws IOException {
    SteppedJournal journal =
        SteppedJournal.open(
            on, options, SteppedJournal.Upkeep.AT_ONCE, Campaigns.checkpointBytes(random));
    for (int i = 0; i < groups; i++) {
      List<Call> group = calls.next(of.known());
      List<Answer> expected = of.begin(group);
      List<Answer> answers = journal.submit(group);
      if (!answers.equals(expected)) {
        throw new AssertionError(this + ": " + answers + " instead of " + expected);
      }
      of.acknowledge();
    }
    journal.close();
  }

  private void locate() throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk.copyOf(), options);
    Life life = journal.life();
    SlotReader reader = new SlotReader(life);
    for (long slot : model.known().slots().keySet()) {
      Optional<SlotLocation> found =
          life.use(state -> Optional.ofNullable(state.pending().get(slot)));
      SlotLocation location =
          found.isPresent() ? found.get() : reader.committedLocation(slot).orElseThrow();
      long position = location.pointer().position();
      int bytes = RecordHeader.BYTES + location.pointer().lengthBytes();
      own.put(slot, range(life, position, position + bytes));
    }
    if (life.log.lastGroup() >= 0) {
      lastGroup = range(life, life.log.lastGroup(), life.log.end());
    }
    segments = life.log.segments().size();
    journal.abandon();
  }

  private static Range range(Life life, long from, long before) {
    Segment holder = life.log.segments().get(0);
    for (Segment segment : life.log.segments()) {
      if (segment.header().base() <= from) {
        holder = segment;
      }
    }
    return new Range(holder.fileName(), holder.offsetOf(from), holder.offsetOf(before));
  }

  MemoryDisk disk() {
    return disk;
  }

  MemoryDisk older() {
    return older;
  }

  MemoryDisk foreign() {
    return foreign;
  }

  JournalOptions options() {
    return options;
  }

  ModelState known() {
    return model.known();
  }

  AcceptorModel model() {
    return model.copy();
  }

  int segments() {
    return segments;
  }

  Range lastGroup() {
    return lastGroup;
  }

  /** Where the record of a slot lies that holds something. */
  Range own(long slot) {
    return own.get(slot);
  }

  /** Every slot from the floor to behind the highest. */
  SortedSet<Long> asked() {
    TreeSet<Long> slots = new TreeSet<>();
    for (long slot = Math.max(0, known().firstAvailable() - 1);
        slot <= known().highestSlot() + 1;
        slot++) {
      slots.add(slot);
    }
    return slots;
  }

  @Override
  public String toString() {
    return "journal of seed " + seed;
  }
}

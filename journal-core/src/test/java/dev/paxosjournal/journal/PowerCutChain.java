package dev.paxosjournal.journal;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One journal that loses power again and again: written on, and at every operation that changes the
 * disk cut in every way there is. Each image is recovered, judged, cut again and recovered again;
 * one of them becomes the journal that is written on next.
 */
final class PowerCutChain {
  private static final int LINKS = 5;
  private static final int MAX_VALUE_BYTES = 512;
  private static final long MOST_OPERATIONS = 100_000;

  private final long seed;
  private final SplittableRandom random;
  private final JournalOptions options;
  private final Calls calls;
  private MemoryDisk disk = new MemoryDisk();
  private AcceptorModel model = new AcceptorModel();

  private int link;
  private List<Request> onTheirWay = List.of();

  /** How many images were judged. */
  private long images;

  /** The image that the next link begins with, and what may be there. */
  private @Nullable MemoryDisk nextDisk;

  private AcceptorModel nextModel = model;
  private long linkImages;
  private String where = "nowhere yet";

  /** Found in the middle of the journal's work, which would take it for a failure of its own. */
  private @Nullable Throwable found;

  /** What is written, group by group. */
  interface Calls {
    List<Call> next(ModelState state, SplittableRandom random);
  }

  /** A chain in which anything may be asked for. */
  static PowerCutChain ofAnyCalls(long seed) {
    CallGenerator generator = new CallGenerator(new SplittableRandom(~seed), MAX_VALUE_BYTES, 40);
    return new PowerCutChain(seed, (state, random) -> generator.group(state, 6));
  }

  /** A chain in which segments fill quickly, are freed and used again. */
  static PowerCutChain ofCompaction(long seed) {
    return new PowerCutChain(seed, PowerCutChain::fillAndCompact);
  }

  /** Values that fill segments quickly, and a floor that follows closely. */
  private static List<Call> fillAndCompact(ModelState state, SplittableRandom random) {
    Ballot ballot = new Ballot(random.nextInt(3), 0);
    long next = state.committedThrough() + 1;
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < random.nextInt(1, 6); i++) {
      byte[] value = new byte[random.nextInt(513)];
      random.nextBytes(value);
      calls.add(Call.learn(next + i, ballot, Value.copyOf(value)));
    }
    if (random.nextInt(4) == 0) {
      // Far above: it keeps its segment alive while those around it are freed.
      long above = next + random.nextInt(6, 12);
      calls.add(Call.accept(above, new Ballot(3, 0), Value.utf8("slot " + above)));
    }
    if (random.nextInt(3) == 0) {
      long floor = Math.max(0, next - random.nextInt(4));
      calls.add(random.nextInt(6) == 0 ? Call.advanceFloor(next + 7) : Call.compact(floor));
    }
    return calls;
  }

  /**
   * A chain.
   *
   * @param calls what is written
   */
  PowerCutChain(long seed, Calls calls) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.calls = calls;
    this.options =
        Campaigns.options(MAX_VALUE_BYTES, Campaigns.segmentBytes(random, MAX_VALUE_BYTES))
            .preallocate(random.nextInt(4) > 0)
            .build();
  }

  /** Runs all links and returns how many images were judged. */
  long run() {
    try {
      for (link = 0; link < LINKS; link++) {
        runLink();
      }
      return images;
    } catch (IOException | RuntimeException | AssertionError failure) {
      throw new AssertionError(describe(), found == null ? failure : found);
    }
  }

  /** Where the chain is, and how to get there again. */
  String describe() {
    return "-Dcampaign.seed=" + seed + " -Dcampaign.images=1: link " + link + ", " + where;
  }

  private void runLink() throws IOException {
    nextDisk = null;
    linkImages = 0;
    onTheirWay = List.of();
    disk.setHook(this::cutBefore);
    SteppedJournal journal =
        SteppedJournal.open(
            disk,
            options,
            Campaigns.pick(random, SteppedJournal.Upkeep.values()),
            Campaigns.checkpointBytes(random));
    settle(Observation.of(journal, model.slotsToAsk()));
    int groups = random.nextInt(2, link == 0 ? 24 : 12);
    for (int i = 0; i < groups; i++) {
      List<Call> group = calls.next(model.known(), random);
      where = "group " + i + " " + group;
      List<Answer> expected = model.begin(group);
      List<Request> requests = SteppedJournal.requests(group);
      onTheirWay = requests;
      journal.process(requests);
      List<Answer> answers = requests.stream().map(SteppedJournal::answer).toList();
      if (!answers.equals(expected)) {
        throw new AssertionError("answers are " + answers + " instead of " + expected);
      }
      onTheirWay = List.of();
      model.acknowledge();
      if (random.nextInt(4) == 0) {
        where = "upkeep after group " + i;
        journal.runUpkeep();
      }
    }
    where = "the end";
    if (random.nextInt(3) == 0) {
      journal.close();
    } else {
      journal.abandon();
    }
    cut("the end", disk.operations() + 1, CrashStrategy.values());
    MemoryDisk chosen = nextDisk;
    if (chosen == null) {
      throw new AssertionError("no image in a whole link");
    }
    disk = chosen;
    model = nextModel;
  }

  /** What an opened journal shows is not taken back. */
  private void settle(Observation shown) {
    AcceptorModel.Judgement judgement = model.judge(shown, false);
    if (judgement.fault().isPresent()) {
      throw new AssertionError(judgement.fault().get() + ": " + judgement.explanation());
    }
    model.settle(judgement.matched().orElseThrow());
  }

  private void cutBefore(Operation operation) {
    if (!operation.kind().changesDisk() || found != null) {
      return;
    }
    int told = 0;
    while (told < onTheirWay.size() && SteppedJournal.isTold(onTheirWay.get(told))) {
      told++;
    }
    model.told(told);
    // One write of zeros after another: what a cut leaves there means nothing to anybody.
    boolean filling = operation.kind() == Operation.Kind.WRITE && operation.file().endsWith(".tmp");
    CrashStrategy[] strategies = CrashStrategy.values();
    if (filling && operation.offset() > 0) {
      strategies = new CrashStrategy[] {strategies[(int) (operation.number() % strategies.length)]};
    }
    try {
      cut("before " + operation, operation.number(), strategies);
    } catch (RuntimeException | AssertionError failure) {
      found = failure;
      throw failure;
    }
  }

  private void cut(String place, long number, CrashStrategy[] strategies) {
    String before = where;
    // The present group is in the middle of its own work: it draws from another sequence.
    SplittableRandom dice = new SplittableRandom(Campaigns.mix(seed, number));
    SortedSet<Long> asked = model.slotsToAsk();
    for (CrashStrategy strategy : strategies) {
      where = before + ", " + place + ", power cut " + strategy;
      judge(disk.crash(strategy, dice.nextLong()), asked, dice);
    }
    where = before + ", " + place + ", end of the process";
    judge(disk.processCrash(), asked, dice);
    where = before;
  }

  private void judge(MemoryDisk image, SortedSet<Long> asked, SplittableRandom dice) {
    images++;
    linkImages++;
    if (dice.nextLong(linkImages) == 0) {
      nextDisk = image.copyOf();
      nextModel = model.copy();
    }
    Observation first = recover(image, asked, dice.nextInt(8) == 0);
    AcceptorModel.Judgement judgement = model.judge(first, false);
    if (judgement.fault().isPresent()) {
      throw new AssertionError(
          judgement.fault().get() + ": " + judgement.explanation() + "\n" + report + "\n" + image);
    }
    String before = where;
    CrashStrategy[] strategies = CrashStrategy.values();
    int again = dice.nextInt(strategies.length + 3);
    where =
        before + ", recovered, and again " + (again < strategies.length ? strategies[again] : "");
    MemoryDisk next =
        again < strategies.length
            ? image.crash(strategies[again], dice.nextLong())
            : image.processCrash();
    Observation second = recover(next, asked, false);
    if (!second.showsTheSameAs(first)) {
      throw new AssertionError(
          "recovered again it shows\n"
              + second
              + "\ninstead of what it showed at first\n"
              + first
              + "\n"
              + report
              + "\n"
              + next);
    }
    where = before;
  }

  private String report = "";

  private Observation recover(MemoryDisk image, SortedSet<Long> asked, boolean close) {
    long begun = image.operations();
    image.setHook(
        operation -> {
          if (operation.number() - begun > MOST_OPERATIONS) {
            throw new AssertionError("HANG: more than " + MOST_OPERATIONS + " operations");
          }
        });
    try {
      SteppedJournal journal = SteppedJournal.open(image, options);
      Observation shown = Observation.of(journal, asked);
      report = journal.recovery().toString();
      if (close) {
        journal.close();
      } else {
        journal.abandon();
      }
      return shown;
    } catch (IOException | JournalException refused) {
      throw new AssertionError("LOST: the journal does not open again:\n" + image, refused);
    }
  }
}

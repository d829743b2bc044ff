package dev.paxosjournal.journal;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Ballot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One scenario on a disk of which one call fails: groups, an orderly end, the end of the process,
 * two reopenings. After the failure nothing acknowledged may be missing and nothing refused may
 * ever appear, whatever happens next.
 */
final class FailingDiskCase {
  private static final int GROUPS = 14;
  private static final int MAX_VALUE_BYTES = 512;

  private final SplittableRandom random;
  private final JournalOptions options;
  private final SteppedJournal.Upkeep upkeep;
  private final long checkpointBytes;
  private final CallGenerator calls;
  private final AcceptorModel model = new AcceptorModel();
  private final MemoryDisk memory = new MemoryDisk();
  private final FailingDisk disk = new FailingDisk(memory);
  private @Nullable SteppedJournal journal;

  /** Whether the failure hits reading: then slots may be damaged, but never wrong. */
  private final boolean readsFail;

  private long images;
  private String where = "before opening";

  /**
   * A scenario with a failure.
   *
   * @param failure tells the disk what to fail
   * @param readsFail whether that makes reads fail
   */
  FailingDiskCase(long seed, Consumer<FailingDisk> failure, boolean readsFail) {
    this.random = new SplittableRandom(seed);
    this.readsFail = readsFail;
    this.options =
        Campaigns.options(MAX_VALUE_BYTES, Campaigns.segmentBytes(random, MAX_VALUE_BYTES))
            .preallocate(random.nextInt(4) > 0)
            .build();
    this.upkeep = Campaigns.pick(random, SteppedJournal.Upkeep.values());
    this.checkpointBytes = Campaigns.checkpointBytes(random);
    this.calls = new CallGenerator(random, MAX_VALUE_BYTES, 40);
    failure.accept(disk);
  }

  /** How many calls of each kind the scenario makes if nothing fails. */
  static Map<Operation.Kind, Long> calls(long seed) {
    FailingDiskCase quiet = new FailingDiskCase(seed, disk -> {}, false);
    quiet.run();
    Map<Operation.Kind, Long> counts = new EnumMap<>(Operation.Kind.class);
    for (Operation.Kind kind : Operation.Kind.values()) {
      counts.put(kind, quiet.disk.calls(kind));
    }
    return counts;
  }

  /** Runs it, and returns how many crashes were judged. */
  long run() {
    try {
      play();
      return images;
    } catch (IOException | RuntimeException | AssertionError failure) {
      throw new AssertionError(where, failure);
    }
  }

  private void play() throws IOException {
    open();
    for (int i = 0; i < GROUPS; i++) {
      if (i == GROUPS / 2) {
        where = "closing after group " + i;
        close();
        open();
      } else if (i == GROUPS - 3) {
        where = "reopening after group " + i;
        Objects.requireNonNull(journal).abandon();
        open();
      }
      if (readsFail && observe().damaged() > 0) {
        // What could not be read when it was opened stays damaged: the model knows more.
        break;
      }
      List<Call> group = calls.group(model.known(), 6);
      where = "group " + i + " " + group;
      if (!submit(group)) {
        break;
      }
    }
    where += ", then the end";
    disk.heal();
    close();
    recoverEverywhere();
    open();
    Objects.requireNonNull(journal).abandon();
  }

  /** Opens, if need be after the failure is gone. */
  private void open() throws IOException {
    try {
      journal = SteppedJournal.open(disk, options, upkeep, checkpointBytes);
    } catch (IOException | JournalException refused) {
      where += ", not opened because of " + refused;
      disk.heal();
      judgeCrashes();
      journal = SteppedJournal.open(disk, options, upkeep, checkpointBytes);
    }
    model.settle(judge(observe(), "opened"));
  }

  private void close() throws IOException {
    try {
      Objects.requireNonNull(journal).close();
    } catch (IOException failure) {
      where += ", not closed in order because of " + failure;
    }
  }

  /** Returns whether the scenario can go on. */
  private boolean submit(List<Call> group) throws IOException {
    SteppedJournal present = Objects.requireNonNull(journal);
    List<Answer> expected = model.begin(group);
    List<Answer> answers = present.submit(group);
    JournalStatus.State state = present.status().state();
    if (all(answers, Answer.Kind.FAILED)) {
      where += ", failed";
      check(state == JournalStatus.State.FAILED, "the state is " + state);
      showsOnlyWhatIsDurable();
      List<Answer> more = present.submit(List.of(Call.promise(new Ballot(Long.MAX_VALUE, 0))));
      check(all(more, Answer.Kind.FAILED), "a write after the failure is answered " + more);
      judgeCrashes();
      present.abandon();
      disk.heal();
      open();
      return !readsFail;
    } else if (answers.stream().anyMatch(answer -> answer.kind() == Answer.Kind.NO_SPACE)) {
      where += ", no space";
      check(state == JournalStatus.State.FULL, "the state is " + state);
      model.refuse(answers).ifPresent(wrong -> check(false, wrong));
      showsOnlyWhatIsDurable();
      judgeCrashes();
      disk.heal();
      return submit(List.of(Call.promise(above(model.known().promised())))) && submit(group);
    }
    check(
        state == JournalStatus.State.OPEN || state == JournalStatus.State.FULL,
        "the state is " + state);
    if (readsFail) {
      model.follow(answers, present::slot).ifPresent(wrong -> check(false, wrong));
    } else {
      check(answers.equals(expected), "answers are " + answers + " instead of " + expected);
      model.acknowledge();
    }
    judge(observe(), "after the group");
    if (random.nextInt(3) == 0) {
      present.runUpkeep();
    }
    return true;
  }

  private static boolean all(List<Answer> answers, Answer.Kind kind) {
    return answers.stream().allMatch(answer -> answer.kind() == kind);
  }

  private void showsOnlyWhatIsDurable() {
    AcceptorModel durable = new AcceptorModel();
    durable.settle(model.known());
    AcceptorModel.Judgement judgement = durable.judge(observe(), readsFail);
    check(judgement.fault().isEmpty(), "reads: " + judgement.explanation());
  }

  private Observation observe() {
    return Observation.of(Objects.requireNonNull(journal), model.slotsToAsk());
  }

  private ModelState judge(Observation shown, String what) {
    AcceptorModel.Judgement judgement = model.judge(shown, readsFail);
    check(
        judgement.fault().isEmpty(),
        what + ": " + judgement.fault() + ": " + judgement.explanation());
    return judgement.matched().orElseThrow();
  }

  /** What a crash right now leaves, as a whole and after the cache is gone. */
  private void judgeCrashes() throws IOException {
    List<CrashStrategy> strategies =
        new ArrayList<>(List.of(CrashStrategy.NOTHING, CrashStrategy.EVERYTHING));
    strategies.add(Campaigns.pick(random, CrashStrategy.values()));
    for (CrashStrategy strategy : strategies) {
      recover(memory.crash(strategy, random.nextLong()), "power cut " + strategy);
    }
    recover(memory.processCrash(), "end of the process");
  }

  private void recoverEverywhere() throws IOException {
    for (CrashStrategy strategy : CrashStrategy.values()) {
      recover(memory.crash(strategy, random.nextLong()), "power cut " + strategy);
    }
  }

  private void recover(MemoryDisk image, String crash) throws IOException {
    images++;
    SteppedJournal recovered = SteppedJournal.open(image, options);
    ModelState shown = judge(Observation.of(recovered, model.slotsToAsk()), crash);
    recovered.abandon();
    // What the first opening wrote anew must not be lost either.
    MemoryDisk again = image.crash(CrashStrategy.NOTHING, 0);
    recovered = SteppedJournal.open(again, options);
    AcceptorModel settled = new AcceptorModel();
    settled.settle(shown);
    AcceptorModel.Judgement judgement =
        settled.judge(Observation.of(recovered, model.slotsToAsk()), readsFail);
    check(judgement.fault().isEmpty(), crash + ", twice: " + judgement.explanation());
    recovered.abandon();
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static Ballot above(@Nullable Ballot promised) {
    return promised == null ? new Ballot(0, 0) : new Ballot(promised.round(), promised.node() + 1);
  }
}

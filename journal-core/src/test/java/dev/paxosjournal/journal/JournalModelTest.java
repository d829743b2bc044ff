package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.paxosjournal.disk.MemoryDisk;
import java.io.IOException;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random calls against a plain map: every answer, and everything a reader sees after each group.
 */
@ExtendWith(QuietLogs.class)
class JournalModelTest {
  private static final int SEEDS = Integer.getInteger("model.seeds", 1_500);
  private static final long FIRST_SEED = Long.getLong("model.seed", 1);

  @Test
  void answersAndStateAreThoseOfAPlainMap() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Case each = new Case(seed);
      try {
        each.run();
      } catch (IOException | RuntimeException | AssertionError failure) {
        fail("-Dmodel.seed=" + seed + " -Dmodel.seeds=1: after " + each.done, failure);
      }
    }
  }

  /** One journal's life, with reopenings. */
  private static final class Case {
    private final SplittableRandom random;
    private final CallGenerator calls;
    private final JournalOptions options;
    private final AcceptorModel model = new AcceptorModel();
    private final int mostCalls;
    private MemoryDisk disk = new MemoryDisk();
    private SteppedJournal journal;
    private String done = "nothing";

    Case(long seed) {
      random = new SplittableRandom(seed);
      int maxValueBytes = random.nextInt(4) == 0 ? 3_000 : 512;
      mostCalls = random.nextInt(8) == 0 ? 200 : 6;
      boolean far = random.nextInt(8) == 0;
      calls = new CallGenerator(random, maxValueBytes, far ? 1 << 20 : 40);
      options =
          Campaigns.options(maxValueBytes, Campaigns.segmentBytes(random, maxValueBytes))
              .preallocate(random.nextInt(4) > 0)
              .build();
    }

    void run() throws IOException {
      open();
      int groups = mostCalls > 100 ? 6 : 60;
      for (int i = 0; i < groups; i++) {
        int dice = random.nextInt(40);
        if (dice == 0) {
          done = "group " + i + ", then closing";
          journal.close();
          open();
          compareStates();
        } else if (dice == 1) {
          done = "group " + i + ", then the end of the process";
          journal.abandon();
          disk = disk.processCrash();
          open();
          compareStates();
        }
        submit(i);
      }
      journal.close();
    }

    private void open() throws IOException {
      SteppedJournal.Upkeep upkeep = Campaigns.pick(random, SteppedJournal.Upkeep.values());
      journal = SteppedJournal.open(disk, options, upkeep, Campaigns.checkpointBytes(random));
    }

    private void submit(int number) {
      List<Call> group = calls.group(model.known(), mostCalls);
      done = "group " + number + ": " + (mostCalls > 100 ? group.size() + " calls" : group);
      List<Answer> expected = model.begin(group);
      List<Answer> answers = journal.submit(group);
      for (int i = 0; i < group.size(); i++) {
        if (!answers.get(i).equals(expected.get(i))) {
          fail(
              "call "
                  + i
                  + " of group "
                  + number
                  + ", "
                  + group.get(i)
                  + ", is answered "
                  + answers.get(i)
                  + " instead of "
                  + expected.get(i));
        }
      }
      model.acknowledge();
      compareStates();
      if (random.nextInt(4) == 0) {
        journal.runUpkeep();
        compareStates();
      }
    }

    private void compareStates() {
      SortedSet<Long> asked = model.slotsToAsk();
      AcceptorModel.Judgement judgement = model.judge(Observation.of(journal, asked), false);
      if (judgement.fault().isPresent()) {
        fail(judgement.fault().get() + ": " + judgement.explanation());
      }
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.status().cause()).isEmpty();
    }
  }
}

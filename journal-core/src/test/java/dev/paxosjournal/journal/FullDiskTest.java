package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A disk that is really full, half-way through writes too, and has room again later. */
@ExtendWith(QuietLogs.class)
class FullDiskTest {
  private static final int SEEDS = Integer.getInteger("full.seeds", 150);
  private static final long FIRST_SEED = Long.getLong("full.seed", 1);
  private static final int MAX_VALUE_BYTES = 512;
  private static final long ROOM_BYTES = 4 << 20;

  @Test
  void groupsAreRefusedWholeReadsGoOnAndWritingResumesByItself() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Case each = new Case(seed);
      try {
        each.run();
      } catch (IOException | RuntimeException | AssertionError failure) {
        fail("-Dfull.seed=" + seed + " -Dfull.seeds=1: " + each.where, failure);
      }
    }
  }

  @Test
  void anOpeningThatMustWriteTheLastGroupAgainWithoutRoomIsRefusedAndLosesNothing()
      throws IOException {
    JournalOptions options = Campaigns.options(MAX_VALUE_BYTES, 64 * 1024).build();
    MemoryDisk before = new MemoryDisk();
    SteppedJournal journal = SteppedJournal.open(before, options);
    Ballot ballot = new Ballot(3, 1);
    journal.submit(List.of(Call.accept(0, ballot, Value.utf8("first"))));
    journal.submit(List.of(Call.accept(1, ballot, Value.utf8("last"))));
    journal.abandon();
    MemoryDisk full = before.processCrash();
    // Nothing proves that the last group was forced, and no spare is left to write it to.
    full.names().stream().filter(name -> !name.startsWith("wal-")).forEach(full::deleteNow);
    full.setFreeBytes(0);
    for (int opening = 0; opening < 2; opening++) {
      assertThatThrownBy(() -> JournalOnDisk.open(options, full))
          .isInstanceOfSatisfying(
              JournalException.Unusable.class,
              refused ->
                  assertThat(refused.reason()).isEqualTo(JournalException.Unusable.Reason.NO_SPACE))
          .hasMessageContaining("free some space, then open it again");
    }
    full.setFreeBytes(ROOM_BYTES);
    SteppedJournal again = SteppedJournal.open(full, options);
    assertThat(again.slot(0)).isEqualTo(new SlotState.Pending(0, ballot, Value.utf8("first")));
    assertThat(again.slot(1)).isEqualTo(new SlotState.Pending(1, ballot, Value.utf8("last")));
    assertThat(again.submit(List.of(Call.promise(new Ballot(4, 1)))).get(0).kind())
        .isEqualTo(Answer.Kind.DONE);
    again.abandon();
  }

  private static final class Case {
    private final SplittableRandom random;
    private final JournalOptions options;
    private final CallGenerator calls;
    private final AcceptorModel model = new AcceptorModel();
    private MemoryDisk disk = new MemoryDisk();
    private SteppedJournal journal;
    private int refusedInARow;
    private String where = "at first";

    Case(long seed) {
      random = new SplittableRandom(seed);
      calls = new CallGenerator(random, MAX_VALUE_BYTES, 40);
      options =
          Campaigns.options(MAX_VALUE_BYTES, Campaigns.segmentBytes(random, MAX_VALUE_BYTES))
              .preallocate(random.nextInt(4) > 0)
              .build();
      disk.setFreeBytes(ROOM_BYTES);
    }

    void run() throws IOException {
      open();
      for (int i = 0; i < 60; i++) {
        if (refusedInARow == 0 && random.nextInt(10) == 0) {
          disk.setFreeBytes(random.nextInt(3) == 0 ? 0 : random.nextInt(60_000));
        }
        if (random.nextInt(12) == 0) {
          endAndOpenAgain(i);
        }
        List<Call> group = calls.group(model.known(), 6);
        where = "group " + i + " " + group + ", free " + disk.freeBytes();
        submit(group);
      }
    }

    private void open() throws IOException {
      journal =
          SteppedJournal.open(
              disk,
              options,
              Campaigns.pick(random, SteppedJournal.Upkeep.values()),
              Campaigns.checkpointBytes(random));
      judge();
    }

    /**
     * On a disk that is full, perhaps: after an orderly end an opening needs no room. After a crash
     * it may have to write the last group again.
     */
    private void endAndOpenAgain(int i) throws IOException {
      int kind = random.nextInt(3);
      where = "ending " + kind + " before group " + i + ", free " + disk.freeBytes();
      switch (kind) {
        case 0 -> close();
        case 1 -> {
          journal.abandon();
          disk = disk.processCrash();
        }
        default -> {
          journal.abandon();
          disk = disk.crash(Campaigns.pick(random, CrashStrategy.values()), random.nextLong());
        }
      }
      try {
        open();
      } catch (NoSpaceException full) {
        assertThat(kind).as("opening needs room after an orderly end").isNotZero();
        disk.setFreeBytes(ROOM_BYTES);
        open();
      }
    }

    private void close() {
      try {
        journal.close();
      } catch (IOException noCheckpoint) {
        where += ", closed without " + noCheckpoint.getMessage();
      }
    }

    private void submit(List<Call> group) {
      List<Answer> expected = model.begin(group);
      List<Answer> answers = journal.submit(group);
      if (answers.stream().anyMatch(answer -> answer.kind() == Answer.Kind.NO_SPACE)) {
        assertThat(journal.status().state()).isEqualTo(JournalStatus.State.FULL);
        assertThat(model.refuse(answers)).isEmpty();
        judge();
        refusedInARow++;
        if (refusedInARow == 3) {
          disk.setFreeBytes(ROOM_BYTES);
        }
        assertThat(refusedInARow).as("groups refused although there is room").isLessThan(4);
      } else {
        assertThat(answers).isEqualTo(expected);
        model.acknowledge();
        judge();
        refusedInARow = 0;
      }
      if (random.nextInt(3) == 0) {
        journal.runUpkeep();
      }
    }

    private void judge() {
      AcceptorModel.Judgement judgement =
          model.judge(Observation.of(journal, model.slotsToAsk()), false);
      if (judgement.fault().isPresent()) {
        fail(judgement.fault().get() + ": " + judgement.explanation());
      }
      model.settle(judgement.matched().orElseThrow());
    }
  }
}

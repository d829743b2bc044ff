package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.disk.PowerCut;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How much a journal of many short lives takes, with the sizes that are the default. */
@ExtendWith(QuietLogs.class)
class DiskUseTest {
  private static final int RESTARTS = Integer.getInteger("restarts", 1_000);

  /** Each leaves a whole file of 1 MiB if nobody cuts it: more than enough to be seen. */
  private static final int RESTARTS_WITHOUT_UPKEEP = RESTARTS / 2;

  private static final JournalOptions DEFAULTS =
      JournalOptions.builder(Path.of("memory"), "restarts", 1).build();
  private static final Ballot BALLOT = new Ballot(1, 1);

  private interface Ending {
    MemoryDisk end(SteppedJournal journal, MemoryDisk disk, int restart) throws IOException;
  }

  @Test
  void staysBoundedOverRestartsInOrder() throws IOException {
    restart(
        (journal, disk, restart) -> {
          journal.close();
          return disk;
        });
  }

  @Test
  void staysBoundedOverKilledProcesses() throws IOException {
    restart(
        (journal, disk, restart) -> {
          journal.abandon();
          return disk.processCrash();
        });
  }

  @Test
  void staysBoundedOverProcessesKilledBeforeAnyUpkeep() throws IOException {
    restart(
        RESTARTS_WITHOUT_UPKEEP,
        SteppedJournal.Upkeep.WHEN_TOLD,
        (journal, disk, restart) -> {
          journal.abandon();
          return disk.processCrash();
        });
  }

  @Test
  void staysBoundedOverProcessesKilledBeforeTheirFirstGroup() throws IOException {
    restart(
        RESTARTS_WITHOUT_UPKEEP,
        SteppedJournal.Upkeep.WHEN_TOLD,
        (journal, disk, restart) -> {
          journal.abandon();
          return killedBeforeItsFirstGroup(disk.processCrash());
        });
  }

  private static MemoryDisk killedBeforeItsFirstGroup(MemoryDisk disk) throws IOException {
    SteppedJournal journal =
        SteppedJournal.open(
            disk, DEFAULTS, SteppedJournal.Upkeep.WHEN_TOLD, Engine.checkpointBytes(DEFAULTS));
    disk.setHook(
        operation -> {
          if (operation.kind() == Operation.Kind.WRITE && operation.file().startsWith("wal-")) {
            throw new PowerCut("before the first group");
          }
        });
    assertThat(journal.submit(List.of(Call.promise(BALLOT)))).doesNotContain(Answer.DONE);
    journal.abandon();
    return disk.processCrash();
  }

  @Test
  void staysBoundedOverPowerCuts() throws IOException {
    CrashStrategy[] strategies = CrashStrategy.values();
    restart(
        (journal, disk, restart) -> {
          journal.abandon();
          return disk.crash(strategies[restart % strategies.length], restart);
        });
  }

  private static void restart(Ending ending) throws IOException {
    restart(RESTARTS, SteppedJournal.Upkeep.AFTER_GROUP, ending);
  }

  private static void restart(int restarts, SteppedJournal.Upkeep upkeep, Ending ending)
      throws IOException {
    MemoryDisk disk = new MemoryDisk();
    long most = 0;
    for (int i = 0; i < restarts; i++) {
      SteppedJournal journal =
          SteppedJournal.open(disk, DEFAULTS, upkeep, Engine.checkpointBytes(DEFAULTS));
      List<Answer> answers = journal.submit(List.of(Call.learn(i, BALLOT, valueOf(i))));
      assertThat(answers).as("restart " + i).containsExactly(Answer.DONE);
      most = Math.max(most, bytesOf(disk));
      disk = ending.end(journal, disk, i);
      most = Math.max(most, bytesOf(disk));
    }
    assertThat(most).isLessThan(4 * DEFAULTS.segmentBytes());
    SteppedJournal journal = SteppedJournal.open(disk, DEFAULTS);
    for (int i = 0; i < restarts; i++) {
      assertThat(journal.slot(i)).isEqualTo(new SlotState.Committed(i, BALLOT, valueOf(i)));
    }
    journal.abandon();
  }

  private static Value valueOf(int restart) {
    return Value.utf8("written in life " + restart);
  }

  private static long bytesOf(MemoryDisk disk) {
    return disk.names().stream().mapToLong(disk::sizeOf).sum();
  }
}

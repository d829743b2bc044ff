package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Upkeep forces the directory on its own thread. If that fails between the naming of a new segment
 * and the force for it, the name is lost, and the force that follows says nothing of it.
 */
@ExtendWith(QuietLogs.class)
class DirectoryForceTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final long CHECKPOINT_BYTES = 8192;
  private static final int MOST_SLOTS = 100;

  private final MemoryDisk memory = new MemoryDisk();
  private final FailingDisk failing = new FailingDisk(memory);
  private @Nullable SteppedJournal journal;
  private int segments;
  private boolean failed;

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  /** Runs upkeep, whose first force of the directory fails, once the second segment has a name. */
  private Disk withUpkeepBehindARename() {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(failing, arguments);
              } catch (InvocationTargetException thrown) {
                throw Objects.requireNonNull(thrown.getCause());
              }
              if (method.getName().equals("rename")
                  && String.valueOf(arguments[1]).startsWith("wal-")
                  && ++segments == 2) {
                long before = failing.calls(Kind.FORCE_DIRECTORY);
                failing.failOnce(Kind.FORCE_DIRECTORY, before + 1, FailingDisk::ioError);
                Objects.requireNonNull(journal).runUpkeep();
                failed = failing.calls(Kind.FORCE_DIRECTORY) > before;
              }
              return result;
            });
  }

  @Test
  void row18AFailedForceOfUpkeepTakesNothingThatIsAcknowledgedAfterwards() throws IOException {
    SteppedJournal writing =
        SteppedJournal.open(
            withUpkeepBehindARename(), OPTIONS, SteppedJournal.Upkeep.WHEN_TOLD, CHECKPOINT_BYTES);
    journal = writing;
    int acknowledged = 0;
    while (acknowledged < MOST_SLOTS
        && writing
            .submit(List.of(Call.learn(acknowledged, BALLOT, value(acknowledged))))
            .equals(List.of(Answer.DONE))) {
      acknowledged++;
    }
    assertThat(failed).isTrue();
    assertThat(acknowledged).isPositive();
    boolean ended = writing.status().state() == JournalStatus.State.FAILED;

    SteppedJournal recovered = SteppedJournal.open(memory.crash(CrashStrategy.NOTHING, 1), OPTIONS);
    for (long slot = 0; slot < acknowledged; slot++) {
      assertThat(recovered.slot(slot))
          .isEqualTo(new SlotState.Committed(slot, BALLOT, value(slot)));
    }
    recovered.abandon();
    assertThat(ended).isTrue();
    writing.abandon();

    SteppedJournal reopened = SteppedJournal.open(failing, OPTIONS);
    List<Call> next = List.of(Call.learn(acknowledged, BALLOT, value(acknowledged)));
    assertThat(reopened.submit(next)).containsExactly(Answer.DONE);
    reopened.abandon();
    SteppedJournal again = SteppedJournal.open(memory.crash(CrashStrategy.NOTHING, 2), OPTIONS);
    for (long slot = 0; slot <= acknowledged; slot++) {
      assertThat(again.slot(slot)).isEqualTo(new SlotState.Committed(slot, BALLOT, value(slot)));
    }
    again.abandon();
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The n-th force takes very long, for every n: late answers, never early ones. */
@ExtendWith(QuietLogs.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeldForceTest {
  private static final int WRITES = 12;
  private static final Ballot BALLOT = new Ballot(1, 1);

  @Test
  void nothingIsToldWhileTheForceThatCoversItIsHeld() throws Exception {
    for (int held = 0; held < WRITES; held++) {
      MemoryDisk memory = new MemoryDisk();
      FailingDisk disk = new FailingDisk(memory);
      JournalOptions options = Campaigns.options(512, 40 * 4096).build();
      try (PaxosJournal journal =
          JournalAssembly.open(options, () -> disk, Executors::newSingleThreadExecutor)) {
        for (int slot = 0; slot < held; slot++) {
          journal.accept(accept(slot)).join();
        }
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        disk.delay(Kind.FORCE, disk.calls(Kind.FORCE) + 1, begun, released);
        CompletableFuture<Void> late = journal.accept(accept(held));
        begun.await();

        assertThat(late).isNotDone();
        assertThat(journal.slot(held)).isEqualTo(new SlotState.Unknown(held));
        showsAtLeast(memory.crash(CrashStrategy.NOTHING, held), options, held);

        released.countDown();
        late.join();
        showsAtLeast(memory.crash(CrashStrategy.NOTHING, held), options, held + 1);
      }
    }
  }

  private static void showsAtLeast(MemoryDisk image, JournalOptions options, int slots)
      throws IOException {
    SteppedJournal recovered = SteppedJournal.open(image, options);
    for (int slot = 0; slot < slots; slot++) {
      assertThat(recovered.slot(slot))
          .isEqualTo(new SlotState.Pending(slot, BALLOT, accept(slot).value()));
    }
    recovered.abandon();
  }

  private static Accept accept(int slot) {
    return new Accept(slot, BALLOT, Value.utf8("value " + slot));
  }
}

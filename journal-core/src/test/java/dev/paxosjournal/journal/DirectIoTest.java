package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.paxosjournal.disk.DirectIoRefusal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectIoTest {
  private static final Ballot BALLOT = new Ballot(1, 1);

  @TempDir Path directory;

  @BeforeEach
  void needsAFileSystemThatCan() {
    Optional<String> refusal = DirectIoRefusal.of(directory);
    // Also if it cannot: what was tried is gone.
    assertThat(directory).isEmptyDirectory();
    assumeTrue(refusal.isEmpty(), refusal::get);
  }

  @Test
  void logWrittenPastTheCacheRollsIsReusedAndOpensEitherWay() {
    Random random = new Random(7);
    List<Value> values = new ArrayList<>();
    try (PaxosJournal journal = PaxosJournal.open(options(true))) {
      for (int slot = 0; slot < 400; slot++) {
        byte[] bytes = new byte[random.nextInt(20_000)];
        random.nextBytes(bytes);
        values.add(Value.copyOf(bytes));
        CompletableFuture<Void> accepted =
            journal.accept(new Accept(slot, BALLOT, values.get(slot)));
        if (slot % 7 == 0) {
          accepted.join();
        }
        if (slot % 100 == 99) {
          journal.advanceFloor(slot - 50).join();
        }
      }
      journal.sync().join();
      assertThat(journal.slot(399)).isEqualTo(pending(399, values));
    }

    try (PaxosJournal journal = PaxosJournal.open(options(false))) {
      assertThat(journal.slot(380)).isEqualTo(pending(380, values));
    }
    try (PaxosJournal journal = PaxosJournal.open(options(true))) {
      for (int slot = 349; slot < 400; slot++) {
        assertThat(journal.slot(slot)).isEqualTo(pending(slot, values));
      }
    }
  }

  private static SlotState pending(int slot, List<Value> values) {
    return new SlotState.Pending(slot, BALLOT, values.get(slot));
  }

  private JournalOptions options(boolean directIo) {
    return JournalOptions.builder(directory, "cluster", 1)
        .segmentBytes(256 * 1024)
        .maxValueBytes(32 * 1024)
        .directIo(directIo)
        .build();
  }
}

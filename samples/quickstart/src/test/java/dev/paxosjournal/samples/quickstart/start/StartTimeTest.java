package dev.paxosjournal.samples.quickstart.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How much longer the quickstart takes to start on a long journal; by command only. */
@EnabledIfSystemProperty(
    named = "start.slots",
    matches = "\\d+",
    disabledReason = "measures; run it with -Dtest=StartTimeTest -Dstart.slots=1000000")
class StartTimeTest {
  private static final long SLOTS = Long.getLong("start.slots", 0);
  private static final int VALUE_BYTES = 256;
  private static final int ROUNDS = 5;
  private static final double MOST_SECONDS = 0.5;

  @TempDir private Path directory;

  @Test
  void longJournalStartsNearlyAsFastAsAnEmptyOne() throws IOException, InterruptedException {
    Path full = directory.resolve("full");
    fill(full);
    double empty = Double.MAX_VALUE;
    double filled = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      empty = Math.min(empty, startSeconds(directory.resolve("empty-" + round)));
      filled = Math.min(filled, startSeconds(full));
    }
    System.out.printf(
        "start: slots=%d emptySeconds=%.3f fullSeconds=%.3f rounds=%d (best of each)%n",
        SLOTS, empty, filled, ROUNDS);

    assertThat(filled - empty).isLessThanOrEqualTo(MOST_SECONDS);
  }

  private static void fill(Path full) {
    Value value = Value.copyOf(new byte[VALUE_BYTES]);
    try (PaxosJournal journal =
        PaxosJournal.open(JournalOptions.builder(full, "quickstart", 1).build())) {
      CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
      for (long slot = 0; slot < SLOTS; slot++) {
        last = journal.learn(new Accept(slot, new Ballot(1, 1), value));
      }
      last.join();
    }
  }

  private static double startSeconds(Path journal) throws IOException, InterruptedException {
    try (NodeProcess node = NodeProcess.startQuickstart(journal)) {
      double seconds = node.startSeconds();
      node.terminate();
      node.exitStatus(30);
      return seconds;
    }
  }
}

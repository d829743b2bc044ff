package dev.paxosjournal.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a JVM that writes, over and over, on one directory. More rounds, or the same
 * ones again:
 *
 * <pre>{@code
 * mvn -pl journal-core test -Dtest=KillTest -Dkill.rounds=100 -Dkill.seed=…
 * }</pre>
 */
class KillTest {
  private static final int ROUNDS = Integer.getInteger("kill.rounds", 10);
  private static final long SEED = Long.getLong("kill.seed", System.nanoTime());

  @TempDir Path directory;

  @Test
  @Timeout(3600)
  void nothingAcknowledgedIsLostByAKill() throws IOException {
    System.out.println("kill.seed=" + SEED);
    Random random = new Random(SEED);
    KillModel model = new KillModel();

    for (int round = 1; round <= ROUNDS; round++) {
      int lines = lineCount(random);
      writeAndKill(model, lines, random.nextLong());

      // Sometimes the next to open it is killed too, before anybody looked.
      if (round == ROUNDS || random.nextInt(4) > 0) {
        try (PaxosJournal journal = PaxosJournal.open(KillTarget.options(directory))) {
          model.check(journal);
          System.out.println(
              "kill.round="
                  + round
                  + " after "
                  + lines
                  + " lines: "
                  + model
                  + ", "
                  + journal.recovery());
        } catch (AssertionError failure) {
          throw new AssertionError("kill.seed=" + SEED + " round " + round, failure);
        }
      }
    }
  }

  /** During recovery, right after it, or while it writes. */
  private static int lineCount(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 1;
      case 1 -> 2 + random.nextInt(20);
      default -> random.nextInt(6000);
    };
  }

  private void writeAndKill(KillModel model, int lineCount, long seed) throws IOException {
    model.nextTarget();
    try (ChildJvm child = ChildJvm.start(KillTarget.class, directory, seed)) {
      child.line();
      for (int i = 1; i < lineCount; i++) {
        model.hear(child.line());
      }
      child.kill().forEach(model::hear);
    }
  }
}

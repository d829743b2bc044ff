package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a JVM that replaces the end of its log, over and over, on one directory: what
 * is found is what was acknowledged, or that and the whole of the step under way. More rounds, or
 * the same ones again:
 *
 * <pre>{@code
 * mvn -pl journal-core test -Dtest=SuffixKillTest -Dsuffix.kill.rounds=100 -Dsuffix.kill.seed=…
 * }</pre>
 */
class SuffixKillTest {
  private static final int ROUNDS = Integer.getInteger("suffix.kill.rounds", 12);
  private static final long SEED = Long.getLong("suffix.kill.seed", System.nanoTime());

  /** Steps of one target have numbers of their own. */
  private static final long STEPS = 1_000_000;

  @TempDir Path directory;

  /** What the log may be: as it was acknowledged, and with the step that was not. */
  private List<SuffixLog> possible = List.of(new SuffixLog());

  private long acknowledged;
  private long underWay;
  private long takenAllTheSame;

  @Test
  @Timeout(3600)
  void suffixIsReplacedWholeOrNotAtAll() throws Exception {
    System.out.println("suffix.kill.seed=" + SEED);
    Random random = new Random(SEED);
    for (int round = 1; round <= ROUNDS; round++) {
      try {
        writeAndKill(round, random);
        // Sometimes the next to open it is killed too, before anybody looked.
        if (round == ROUNDS || random.nextInt(4) > 0) {
          look();
        }
      } catch (AssertionError failure) {
        throw new AssertionError("suffix.kill.seed=" + SEED + " round " + round, failure);
      }
    }
    System.out.printf(
        "suffix kills: %d rounds, %d steps acknowledged, %d under way, of which %d found whole%n",
        ROUNDS, acknowledged, underWay, takenAllTheSame);
    assertThat(acknowledged).isPositive();
  }

  private void writeAndKill(int round, Random random) throws Exception {
    // During recovery, right after it, or in the middle of a step.
    int lines = random.nextInt(5) == 0 ? 1 : 2 + random.nextInt(900);
    try (ChildJvm child =
        ChildJvm.start(SuffixKillTarget.class, directory, random.nextLong(), round * STEPS)) {
      for (int i = 0; i < lines; i++) {
        hear(child.line());
      }
      // From nothing to about what a step takes.
      long until = System.nanoTime() + random.nextInt(3_000_000);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      child.kill().forEach(this::hear);
    }
  }

  private void hear(String line) {
    switch (line.charAt(0)) {
      case 'o' -> {}
      case '=' -> found(Integer.parseInt(line.substring(2)));
      case '?' -> {
        SuffixLog before = possible.get(0);
        possible = List.of(before, before.after(SuffixLog.Step.parse(line)));
        underWay++;
      }
      case '+' -> {
        possible = List.of(possible.get(1));
        acknowledged++;
        underWay--;
      }
      default -> throw new AssertionError("not a line of the protocol: " + line);
    }
  }

  private void found(int digest) {
    List<SuffixLog> fitting = possible.stream().filter(log -> log.digest() == digest).toList();
    assertThat(fitting).as("a log that fits what the next process found").isNotEmpty();
    settle(fitting.get(0));
  }

  private void settle(SuffixLog log) {
    if (possible.size() > 1 && log.equals(possible.get(1))) {
      takenAllTheSame++;
    }
    possible = List.of(log);
  }

  private void look() {
    try (PaxosJournal journal = PaxosJournal.open(SuffixLog.options(directory))) {
      SuffixLog found = SuffixLog.of(journal);
      assertThat(found.committedThrough())
          .isGreaterThanOrEqualTo(possible.get(0).committedThrough());
      assertThat(found).isIn(possible);
      settle(found);
    }
  }
}

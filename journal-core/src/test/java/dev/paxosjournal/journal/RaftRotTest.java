package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@link RaftRotCase} for many journals. */
@ExtendWith(QuietLogs.class)
class RaftRotTest {
  private static final int SEEDS = Integer.getInteger("rot.seeds", 60);
  private static final long FIRST_SEED = Long.getLong("rot.seed", 1);

  @Test
  void oneLostBlockNeverCostsTheRegisterAndMoreNeverLowerIt() {
    long images = 0;
    long registersLost = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        RaftRotCase done = RaftRotCase.run(seed);
        images += done.images();
        registersLost += done.registersLost();
      } catch (IOException | RuntimeException | AssertionError failure) {
        throw new AssertionError("-Drot.seed=" + seed + " -Drot.seeds=1", failure);
      }
    }
    System.out.printf(
        "lost blocks, Raft journals: %,d images of %,d journals; with more than one lost block %,d"
            + " registers were called lost; none was lower, no dropped value came back%n",
        images, SEEDS, registersLost);
    assertThat(images).isGreaterThan(SEEDS * 30L);
  }
}

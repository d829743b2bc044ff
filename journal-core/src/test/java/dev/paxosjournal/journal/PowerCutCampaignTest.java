package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Power cuts at every operation of random scenarios. {@code -Dcampaign.images=1000000
 * -Dcampaign.seed=7} makes it longer, and another one.
 */
@ExtendWith(QuietLogs.class)
class PowerCutCampaignTest {
  private static final long IMAGES = Long.getLong("campaign.images", 100_000);
  private static final long FIRST_SEED = Long.getLong("campaign.seed", 1);

  /** A chain takes a second or two. */
  private static final Duration HANGING = Duration.ofMinutes(5);

  @Test
  void whatWasAcknowledgedIsThereAfterEveryPowerCut() {
    run("any calls", IMAGES, PowerCutChain::ofAnyCalls);
  }

  @Test
  void compactionAndReuseOfSegmentsSurviveEveryPowerCut() {
    run(
        "compaction",
        IMAGES / 5,
        seed -> new PowerCutChain(seed, PowerCutCampaignTest::fillAndCompact));
  }

  /** Values that fill segments quickly, and a floor that follows closely. */
  private static List<Call> fillAndCompact(ModelState state, SplittableRandom random) {
    Ballot ballot = new Ballot(random.nextInt(3), 0);
    long next = state.committedThrough() + 1;
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < random.nextInt(1, 6); i++) {
      byte[] value = new byte[random.nextInt(513)];
      random.nextBytes(value);
      calls.add(Call.learn(next + i, ballot, Value.copyOf(value)));
    }
    if (random.nextInt(4) == 0) {
      // Far above: it keeps its segment alive while those around it are freed.
      long above = next + random.nextInt(6, 12);
      calls.add(Call.accept(above, new Ballot(3, 0), Value.utf8("slot " + above)));
    }
    if (random.nextInt(3) == 0) {
      long floor = Math.max(0, next - random.nextInt(4));
      calls.add(random.nextInt(6) == 0 ? Call.advanceFloor(next + 7) : Call.compact(floor));
    }
    return calls;
  }

  private static void run(String name, long least, LongFunction<PowerCutChain> chains) {
    long begun = System.nanoTime();
    long images = 0;
    long count = 0;
    while (images < least || count == 0) {
      PowerCutChain chain = chains.apply(FIRST_SEED + count);
      images +=
          Assertions.assertTimeoutPreemptively(
              HANGING, chain::run, () -> "HANG: " + chain.describe());
      count++;
    }
    System.out.printf(
        "power cuts, %s: %,d images of %,d chains from seed %d, each recovered twice, in %,d ms:"
            + " nothing lost, changed or made up%n",
        name, images, count, FIRST_SEED, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    assertThat(images).isGreaterThanOrEqualTo(least);
  }
}

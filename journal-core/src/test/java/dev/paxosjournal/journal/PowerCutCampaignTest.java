package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
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

  /** So many chains at once; one alone, if only one image is asked for, to see a failure again. */
  private static final int LANES = IMAGES == 1 ? 1 : 4;

  /** A chain takes a second or two. */
  private static final Duration HANGING = Duration.ofMinutes(5);

  @Test
  void whatWasAcknowledgedIsThereAfterEveryPowerCut() {
    run("any calls", IMAGES, PowerCutChain::ofAnyCalls);
  }

  @Test
  void compactionAndReuseOfSegmentsSurviveEveryPowerCut() {
    run("compaction", IMAGES / 5, PowerCutChain::ofCompaction);
  }

  private static void run(String name, long least, LongFunction<PowerCutChain> chains) {
    long begun = System.nanoTime();
    AtomicLong images = new AtomicLong();
    AtomicLong count = new AtomicLong();
    // As many lanes as processors; which chains are run depends on the number of images alone.
    while (images.get() < least || count.get() == 0) {
      long first = FIRST_SEED + count.get();
      LongStream.range(first, first + LANES)
          .parallel()
          .forEach(
              seed -> {
                PowerCutChain chain = chains.apply(seed);
                images.addAndGet(
                    Assertions.assertTimeoutPreemptively(
                        HANGING, chain::run, () -> "HANG: " + chain.describe()));
                count.incrementAndGet();
              });
    }
    System.out.printf(
        "power cuts, %s: %,d images of %,d chains from seed %d, each recovered twice, in %,d ms:"
            + " nothing lost, changed or made up%n",
        name,
        images.get(),
        count.get(),
        FIRST_SEED,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    assertThat(images.get()).isGreaterThanOrEqualTo(least);
  }
}

package dev.paxosjournal.journal;

import java.nio.file.Path;
import java.util.SplittableRandom;

/** What the campaigns have in common: small journals in which everything happens often. */
final class Campaigns {
  private static final long BLOCK_BYTES = 4096;

  private Campaigns() {}

  static JournalOptions.Builder options(int maxValueBytes, long segmentBytes) {
    return JournalOptions.builder(Path.of("memory"), "campaign", 1)
        .maxValueBytes(maxValueBytes)
        .segmentBytes(segmentBytes);
  }

  /** A segment with room for a few groups. */
  static long segmentBytes(SplittableRandom random, int maxValueBytes) {
    long least = JournalAssembly.leastSegmentBytes(maxValueBytes);
    return (least / BLOCK_BYTES + 1 + random.nextInt(8)) * BLOCK_BYTES;
  }

  /** A checkpoint after each group, after a few, or never. */
  static long checkpointBytes(SplittableRandom random) {
    return random.nextInt(6) == 0 ? Long.MAX_VALUE : (1 + random.nextInt(6)) * BLOCK_BYTES;
  }

  static <T> T pick(SplittableRandom random, T[] options) {
    return options[random.nextInt(options.length)];
  }

  /** A seed for one part of a case. */
  static long mix(long seed, long part) {
    return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + part).nextLong();
  }
}

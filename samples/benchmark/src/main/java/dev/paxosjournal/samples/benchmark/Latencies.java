package dev.paxosjournal.samples.benchmark;

/** Counts durations in buckets of about 3 % width. One thread counts; merge afterwards. */
final class Latencies {
  private static final int STEPS = 32;
  private static final int MOST_BITS = 40;

  private final long[] counts = new long[MOST_BITS * STEPS];

  void add(long nanos) {
    counts[bucket(Math.max(1, nanos))]++;
  }

  void addAll(Latencies other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** The duration that this part of all stays at or below; 0 if nothing was counted. */
  long quantileNanos(double part) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    long wanted = (long) Math.ceil(total * part);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= wanted && seen > 0) {
        return upper(i);
      }
    }
    return 0;
  }

  private static int bucket(long nanos) {
    int bits = 63 - Long.numberOfLeadingZeros(nanos);
    if (bits < 5) {
      return (int) nanos;
    }
    int step = (int) (nanos >>> (bits - 5)) & (STEPS - 1);
    return Math.min(MOST_BITS * STEPS - 1, bits * STEPS + step);
  }

  private static long upper(int bucket) {
    int bits = bucket / STEPS;
    if (bits < 5) {
      return bucket;
    }
    long step = bucket % STEPS;
    return ((STEPS + step + 1) << (bits - 5)) - 1;
  }
}

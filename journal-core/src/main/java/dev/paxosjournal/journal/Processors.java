package dev.paxosjournal.journal;

import java.util.function.BooleanSupplier;

/**
 * Looking for something that comes soon, instead of sleeping until it does: a processor that went
 * to sleep wakes up late. Only while nobody else wants the processors.
 */
final class Processors {
  private static final boolean SEVERAL = Runtime.getRuntime().availableProcessors() > 1;

  /** A yield that takes longer gave the processor to somebody who had work of his own. */
  private static final long LONG_YIELD_NANOS = 200_000;

  /** So long nobody looks after that: each look could cost a whole turn of the scheduler. */
  private static final long CROWDED_NANOS = 250_000_000;

  private volatile long crowdedSince = System.nanoTime() - CROWDED_NANOS;

  /** Looks again and again, until it is there, the time is over, or a processor is wanted. */
  // Yields rather than spins: what is looked for may have been put on this very processor.
  @SuppressWarnings("ThreadPriorityCheck")
  void look(BooleanSupplier there, long nanos) {
    long begun = System.nanoTime();
    if (!SEVERAL || begun - crowdedSince < CROWDED_NANOS) {
      return;
    }
    long last = begun;
    while (!there.getAsBoolean() && last - begun < nanos) {
      Thread.yield();
      long now = System.nanoTime();
      if (now - last > LONG_YIELD_NANOS) {
        crowdedSince = now;
        return;
      }
      last = now;
    }
  }
}

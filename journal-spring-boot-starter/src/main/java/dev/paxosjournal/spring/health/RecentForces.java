package dev.paxosjournal.spring.health;

import dev.paxosjournal.journal.JournalCounters;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How long forces took lately. Counters only grow, so an earlier reading is kept to compare with:
 * the window begins one to two minutes ago, or with the journal, if readings come often enough;
 * else with the reading before the last.
 */
final class RecentForces {
  private static final long STEP_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private JournalCounters older;
  private JournalCounters newer;
  private long newerNanos;

  RecentForces(JournalCounters first, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    older = first;
    newer = first;
    newerNanos = nanoTime.getAsLong();
  }

  /** The time that 99 of 100 forces did not exceed; empty if there was no force. */
  synchronized OptionalLong p99Nanos(JournalCounters now) {
    long time = nanoTime.getAsLong();
    if (time - newerNanos >= STEP_NANOS) {
      older = newer;
      newer = now;
      newerNanos = time;
    }
    return now.forces() == older.forces()
        ? OptionalLong.empty()
        : OptionalLong.of(JournalCounters.quantileNanos(older, now, 0.99));
  }
}

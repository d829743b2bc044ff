package dev.paxosjournal.spring.admin.overview;

import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the journal's counters every two seconds and keeps what changed in the last ten minutes.
 */
public final class Sampler {
  private static final Logger log = LoggerFactory.getLogger(Sampler.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final int KEPT = 300;
  private static final double NANOS = 1e9;

  /**
   * What happened between two readings.
   *
   * @param recordsPerSecond records forced
   * @param bytesPerSecond bytes of the log forced
   * @param medianForceNanos half of the forces took at most so long; 0 if there was none
   * @param slowForceNanos 99 of 100 forces did
   */
  public record Sample(
      double recordsPerSecond, double bytesPerSecond, long medianForceNanos, long slowForceNanos) {}

  private record Reading(Instant when, JournalCounters counters) {}

  private final JournalView journal;
  private final Clock clock;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private @Nullable Reading last;
  private @Nullable ScheduledExecutorService thread;

  /** Samples one journal, once started. */
  public Sampler(JournalView journal, Clock clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /** Begins, on a thread of its own. */
  public synchronized void start() {
    if (thread != null) {
      return;
    }
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "paxos-journal-console");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        started.scheduleAtFixedRate(this::run, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    thread = started;
  }

  /** Ends; what was sampled stays. */
  public synchronized void stop() {
    if (thread != null) {
      thread.shutdownNow();
      thread = null;
    }
  }

  /** Whether it samples. */
  public synchronized boolean isRunning() {
    return thread != null;
  }

  private void run() {
    try {
      sample();
    } catch (RuntimeException failure) {
      // The executor would never call again.
      log.debug("the journal's counters could not be read", failure);
    }
  }

  /** Takes one sample now. */
  synchronized void sample() {
    Reading now = new Reading(clock.instant(), journal.counters());
    Reading before = last;
    last = now;
    if (before == null) {
      return;
    }
    double seconds = Duration.between(before.when, now.when).toNanos() / NANOS;
    if (seconds <= 0) {
      return;
    }
    samples.addLast(
        new Sample(
            (now.counters.records() - before.counters.records()) / seconds,
            (now.counters.groupBytes() - before.counters.groupBytes()) / seconds,
            JournalCounters.quantileNanos(before.counters, now.counters, 0.5),
            JournalCounters.quantileNanos(before.counters, now.counters, 0.99)));
    if (samples.size() > KEPT) {
      samples.removeFirst();
    }
  }

  /** What was sampled, oldest first. */
  synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }
}

package dev.paxosjournal.journal;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a journal slowly in the background, again and again, to find damage while peers can still
 * heal it. Waits while an operation runs.
 */
final class Scrubber {
  private static final Logger log = LoggerFactory.getLogger(Scrubber.class);

  /** A small journal is not read more often than this. */
  private static final long LEAST_ROUND_NANOS = 60_000_000_000L;

  private final Engine engine;
  private final JournalOptions options;
  private final Telemetry telemetry;
  private final Operations operations;
  private final Thread thread;

  Scrubber(Engine engine, JournalOptions options, Telemetry telemetry, Operations operations) {
    this.engine = engine;
    this.options = options;
    this.telemetry = telemetry;
    this.operations = operations;
    this.thread = new Thread(this::run, "paxos-journal-scrub-" + options.nodeId());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (engine.life().condition() != JournalStatus.State.CLOSED) {
        long begun = System.nanoTime();
        round();
        long left = LEAST_ROUND_NANOS - (System.nanoTime() - begun);
        while (left > 0) {
          checkInterrupt();
          LockSupport.parkNanos(this, left);
          left = LEAST_ROUND_NANOS - (System.nanoTime() - begun);
        }
      }
    } catch (InterruptedException | CancellationException | JournalException ended) {
      log.debug("journal={} the scrub ends", options.directory());
    }
  }

  private void round() throws InterruptedException {
    RunningOperation run = operations.scrub();
    Operation.State end = Operation.State.DONE;
    try {
      new Maintenance(engine, run, telemetry)
          .verify(new Pace(options.scrubBytesPerSecond(), operations::awaitIdle));
    } catch (IOException | RuntimeException failure) {
      checkInterrupt();
      run.find("ended early: " + failure);
      end = Operation.State.FAILED;
    }
    run.end(end);
    operations.ended(run);
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped");
    }
  }

  /** Ends it and waits for that. */
  void stop() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

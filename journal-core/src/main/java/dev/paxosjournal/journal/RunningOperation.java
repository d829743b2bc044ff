package dev.paxosjournal.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The changing side of an {@link Operation}: written by the thread that runs it, read by any. */
final class RunningOperation {
  private static final int MOST_FINDINGS = 1000;

  private final long id;
  private final Operation.Kind kind;
  private final boolean dryRun;
  private final Instant begun = Instant.now();
  private final long begunNanos = System.nanoTime();
  private final List<String> findings = new ArrayList<>();
  private Operation.State state = Operation.State.RUNNING;
  private long done;
  private long total;
  private long damaged;
  private long healed;
  private long bytesRead;
  private long tookNanos;
  private boolean cancelled;
  private @Nullable Thread thread;

  RunningOperation(long id, Operation.Kind kind, boolean dryRun) {
    this.id = id;
    this.kind = kind;
    this.dryRun = dryRun;
  }

  synchronized Operation snapshot() {
    long nanos = state == Operation.State.RUNNING ? System.nanoTime() - begunNanos : tookNanos;
    return new Operation(
        id,
        kind,
        state,
        done,
        total,
        damaged,
        healed,
        begun,
        Duration.ofNanos(nanos),
        findings,
        dryRun,
        bytesRead);
  }

  synchronized boolean isRunning() {
    return state == Operation.State.RUNNING;
  }

  synchronized void runBy(Thread runner) {
    thread = runner;
  }

  synchronized void cancel() {
    cancelled = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Throws if somebody asked for an end. */
  synchronized void checkCancelled() {
    if (cancelled) {
      throw new CancellationException("cancelled");
    }
  }

  synchronized void expect(long slots) {
    total = slots;
  }

  synchronized void advance() {
    done++;
  }

  synchronized void read(long bytes) {
    bytesRead += bytes;
  }

  /** Whether it only finds out what it would do. */
  boolean isDryRun() {
    return dryRun;
  }

  synchronized void damaged(String finding) {
    damaged++;
    find(finding);
  }

  synchronized void healed(String finding) {
    healed++;
    find(finding);
  }

  synchronized void find(String finding) {
    if (findings.size() < MOST_FINDINGS) {
      findings.add(finding);
    }
  }

  synchronized void end(Operation.State how) {
    tookNanos = System.nanoTime() - begunNanos;
    state = how;
    thread = null;
  }
}

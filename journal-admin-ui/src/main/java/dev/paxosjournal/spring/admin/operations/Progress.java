package dev.paxosjournal.spring.admin.operations;

import dev.paxosjournal.journal.Operation;
import java.time.Duration;

/** How far an operation is, how fast, and how long it still takes at this speed. */
public final class Progress {
  private static final double NANOS = 1e9;

  private final Operation operation;

  /** Of one operation. */
  public Progress(Operation operation) {
    this.operation = operation;
  }

  /** How much is done, 0 to 100; 100 for one that ended as it should. */
  public long percent() {
    if (operation.state() == Operation.State.DONE) {
      return 100;
    }
    return operation.total() <= 0
        ? 0
        : Math.min(100, (long) (100.0 * operation.done() / operation.total()));
  }

  /** Slots looked at per second. */
  public double slotsPerSecond() {
    return operation.done() / seconds();
  }

  /** Bytes read per second. */
  public double bytesPerSecond() {
    return operation.bytesRead() / seconds();
  }

  /** Whether the end can be guessed. */
  public boolean hasRemaining() {
    return operation.state() == Operation.State.RUNNING
        && operation.done() > 0
        && operation.total() > operation.done();
  }

  /** How long it still takes if it goes on as it did. */
  public Duration remaining() {
    double seconds = (operation.total() - operation.done()) / Math.max(1e-9, slotsPerSecond());
    return Duration.ofMillis((long) (seconds * 1000));
  }

  private double seconds() {
    return Math.max(1, operation.took().toNanos()) / NANOS;
  }
}

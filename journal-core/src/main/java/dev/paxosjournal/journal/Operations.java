package dev.paxosjournal.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one operation at a time, each on a thread of its own, and remembers the last. */
final class Operations {
  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  private static final int MOST_KEPT = 20;

  private final Telemetry telemetry;
  private final ArrayDeque<RunningOperation> kept = new ArrayDeque<>();
  private @Nullable RunningOperation last;
  private @Nullable Thread runner;
  private CompletableFuture<Operation> ending = CompletableFuture.completedFuture(null);
  private long count;

  Operations(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /** What an operation does. */
  interface Work {
    void with(RunningOperation run) throws IOException, InterruptedException;
  }

  synchronized CompletableFuture<Operation> start(Operation.Kind kind, boolean dryRun, Work work) {
    if (last != null && last.isRunning()) {
      return CompletableFuture.failedFuture(new JournalException.Busy(last.snapshot()));
    }
    RunningOperation run = new RunningOperation(++count, kind, dryRun);
    CompletableFuture<Operation> result = new CompletableFuture<>();
    Thread thread = new Thread(() -> run(run, work, result), "paxos-journal-operation-" + count);
    thread.setDaemon(true);
    run.runBy(thread);
    last = run;
    runner = thread;
    keep(run);
    ending = result;
    thread.start();
    return result;
  }

  private void run(RunningOperation run, Work work, CompletableFuture<Operation> result) {
    try {
      work.with(run);
      run.end(Operation.State.DONE);
    } catch (CancellationException | InterruptedException cancelled) {
      run.end(Operation.State.CANCELLED);
    } catch (JournalException.Interrupted cancelled) {
      run.end(Operation.State.CANCELLED);
    } catch (IOException | RuntimeException | Error failure) {
      run.find("ended early: " + failure);
      run.end(Operation.State.FAILED);
    }
    Operation ended = run.snapshot();
    log.info(
        "operation {} {} {}: {} slots, {} damaged, {} healed",
        ended.id(),
        ended.kind(),
        ended.state(),
        ended.done(),
        ended.damaged(),
        ended.healed());
    telemetry.operationEnded(ended);
    result.complete(ended);
  }

  /**
   * Begins a round of the background scrub, which is none of the operations that exclude others.
   */
  synchronized RunningOperation scrub() {
    return new RunningOperation(++count, Operation.Kind.SCRUB, false);
  }

  /** A round of the background scrub ended. */
  void ended(RunningOperation scrub) {
    synchronized (this) {
      keep(scrub);
    }
    telemetry.operationEnded(scrub.snapshot());
  }

  private void keep(RunningOperation run) {
    kept.addFirst(run);
    if (kept.size() > MOST_KEPT) {
      kept.removeLast();
    }
  }

  /** Waits while an operation runs. */
  void awaitIdle() throws InterruptedException {
    CompletableFuture<Operation> running;
    synchronized (this) {
      running = ending;
    }
    try {
      running.get();
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Newest first. */
  synchronized List<Operation> all() {
    return kept.stream().map(RunningOperation::snapshot).toList();
  }

  synchronized Optional<Operation> last() {
    return Optional.ofNullable(last).map(RunningOperation::snapshot);
  }

  synchronized void cancel() {
    if (last != null) {
      last.cancel();
    }
  }

  /**
   * Before the journal's thread goes: an operation must not wait for it for ever. Does nothing when
   * called by the operation itself, which is then the one that reopens.
   */
  void cancelAndWait() {
    CompletableFuture<Operation> running;
    synchronized (this) {
      if (Thread.currentThread() == runner) {
        return;
      }
      cancel();
      running = ending;
    }
    running.join();
  }
}

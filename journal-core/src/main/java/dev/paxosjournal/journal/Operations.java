package dev.paxosjournal.journal;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one operation at a time, each on a thread of its own, and remembers the last. */
final class Operations {
  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  private @Nullable RunningOperation last;
  private CompletableFuture<Operation> ending = CompletableFuture.completedFuture(null);
  private long count;

  /** What an operation does. */
  interface Work {
    void with(Maintenance maintenance) throws IOException, InterruptedException;
  }

  synchronized CompletableFuture<Operation> start(Operation.Kind kind, Engine engine, Work work) {
    if (last != null && last.isRunning()) {
      return CompletableFuture.failedFuture(new JournalException.Busy(last.snapshot()));
    }
    RunningOperation run = new RunningOperation(++count, kind);
    CompletableFuture<Operation> result = new CompletableFuture<>();
    Thread thread =
        new Thread(() -> run(run, engine, work, result), "paxos-journal-operation-" + count);
    thread.setDaemon(true);
    run.runBy(thread);
    last = run;
    ending = result;
    thread.start();
    return result;
  }

  private static void run(
      RunningOperation run, Engine engine, Work work, CompletableFuture<Operation> result) {
    try {
      work.with(new Maintenance(engine, run));
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
    result.complete(ended);
  }

  synchronized Optional<Operation> last() {
    return Optional.ofNullable(last).map(RunningOperation::snapshot);
  }

  synchronized void cancel() {
    if (last != null) {
      last.cancel();
    }
  }

  /** Before the journal's thread goes: an operation must not wait for it for ever. */
  void cancelAndWait() {
    CompletableFuture<Operation> running;
    synchronized (this) {
      cancel();
      running = ending;
    }
    running.join();
  }
}

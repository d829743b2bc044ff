package dev.paxosjournal.samples.quickstart.replay;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The calls that were submitted and not yet seen to succeed. A call that failed is reported with
 * its line, the earliest first.
 */
final class CallsUnderway {
  private record Call(long line, String what, CompletableFuture<Void> done) {}

  private final Queue<Call> inOrder = new ArrayDeque<>();
  private final Map<Long, Long> lastOfSlot = new HashMap<>();
  private long submittedCount;
  private long settledCount;

  /** Remembers a call. */
  void add(long line, String what, CompletableFuture<Void> done) throws ReplayFailure {
    inOrder.add(new Call(line, what, done));
    submittedCount++;
    for (Call first = inOrder.peek();
        first != null && first.done().isDone();
        first = inOrder.peek()) {
      settleFirst();
    }
  }

  /** Remembers a call on one slot. */
  void add(long line, String what, long slot, CompletableFuture<Void> done) throws ReplayFailure {
    lastOfSlot.put(slot, submittedCount + 1);
    add(line, what + " of slot " + slot, done);
  }

  /** Waits for the calls on one slot, which means for all before them too. */
  void awaitSlot(long slot) throws ReplayFailure {
    long last = lastOfSlot.getOrDefault(slot, 0L);
    while (settledCount < last) {
      settleFirst();
    }
  }

  /** Waits for all. */
  void awaitAll() throws ReplayFailure {
    while (!inOrder.isEmpty()) {
      settleFirst();
    }
    lastOfSlot.clear();
  }

  private void settleFirst() throws ReplayFailure {
    Call first = inOrder.remove();
    settledCount++;
    try {
      first.done().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw ReplayFailure.at(first.line(), first.what() + " failed: " + cause.getMessage());
    }
  }
}

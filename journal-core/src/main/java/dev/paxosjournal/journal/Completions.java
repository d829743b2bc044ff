package dev.paxosjournal.journal;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells callers the outcome of their requests, in order, on a thread of its own: a callback that
 * blocks or throws never reaches the thread that writes.
 *
 * <p>Callers that wait have no callbacks; as long as nothing is left to tell on the other thread,
 * they are woken directly, which saves them a change of threads.
 */
final class Completions {
  private static final List<Request> STOP = List.of();

  private final LinkedBlockingQueue<List<Request>> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger untold = new AtomicInteger();
  private final Thread thread;

  Completions(String name) {
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Tells a group of requests. Called by one thread; the list is the callee's from now on. */
  void tell(List<Request> requests) {
    if (requests.isEmpty()) {
      return;
    }
    if (untold.get() == 0 && requests.stream().noneMatch(Request::hasFuture)) {
      requests.forEach(Request::tell);
      return;
    }
    untold.incrementAndGet();
    queue.add(requests);
  }

  private void run() {
    while (true) {
      try {
        List<Request> requests = queue.take();
        if (requests == STOP) {
          return;
        }
        for (Request request : requests) {
          tellOne(request);
        }
        untold.decrementAndGet();
      } catch (InterruptedException ignored) {
        // A callback interrupted its own thread; nobody else has a say here.
        Thread.interrupted();
      }
    }
  }

  private static void tellOne(Request request) {
    try {
      request.tell();
    } catch (Throwable fromCallback) {
      // A CompletableFuture keeps what its callbacks throw; what still comes here is an Error of
      // theirs, and must not keep the others from being told.
      Thread.interrupted();
    }
  }

  /** Ends the thread after everything handed over was told. */
  void close() {
    queue.add(STOP);
  }

  /** Whether the calling thread is the one that runs callbacks. */
  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }
}

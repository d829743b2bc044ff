package dev.paxosjournal.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Tells callers the outcome of their requests. Futures complete in order, on a thread of its own: a
 * callback that blocks or throws never reaches the thread that writes.
 *
 * <p>Callers that wait have no callbacks, and are woken in order by the thread that writes. They
 * never queue behind a future: a callback that blocks would keep them waiting, and one that itself
 * waits for a write would wait for ever.
 */
final class Completions {
  private static final List<Request> STOP = List.of();

  private final LinkedBlockingQueue<List<Request>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final Consumer<Request> told;

  /**
   * Tells callers.
   *
   * @param told hears of each future's request after it completed, on the thread that told it
   */
  Completions(String name, Consumer<Request> told) {
    this.told = told;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Tells a group of requests. Called by one thread. */
  void tell(List<Request> requests) {
    List<Request> futures = new ArrayList<>();
    for (Request request : requests) {
      if (request.hasFuture()) {
        futures.add(request);
      } else {
        request.tell();
      }
    }
    if (!futures.isEmpty()) {
      queue.add(futures);
    }
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
      } catch (InterruptedException ignored) {
        // A callback interrupted its own thread; nobody else has a say here.
        Thread.interrupted();
      }
    }
  }

  private void tellOne(Request request) {
    try {
      request.tell();
      told.accept(request);
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
}

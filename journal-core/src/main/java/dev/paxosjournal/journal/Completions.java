package dev.paxosjournal.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells callers the outcome of their requests. Futures complete in order, on a thread of its own: a
 * callback that blocks or throws never reaches the thread that writes.
 *
 * <p>Callers that wait have no callbacks, and are woken in order by the thread that writes. They
 * never queue behind a future: a callback that blocks would keep them waiting, and one that itself
 * waits for a write would wait for ever.
 *
 * <p>Futures that are durable but not yet told are bounded like the queue, in number and value
 * bytes: beyond that whoever wants another future waits until half of them are told. Neither
 * callers that wait for their write, nor callbacks, nor the thread that writes ever wait for that;
 * so whatever a callback does with the journal, it can go on.
 */
final class Completions {
  private static final Logger log = LoggerFactory.getLogger(Completions.class);
  private static final List<Request> STOP = List.of();

  /** Callers that wait this long for callbacks are mentioned in the log, again and again. */
  private static final long PATIENCE_SECONDS = 10;

  private final int mostUntold;
  private final long mostUntoldBytes;
  private final LinkedBlockingQueue<List<Request>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final Consumer<Request> told;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private int untold;
  private long untoldBytes;
  private boolean closed;

  /** Written under the lock; read without it by callers who need not wait. */
  private volatile boolean full;

  /**
   * Starts the thread that tells.
   *
   * @param told hears of each future's request after it completed, on the thread that told it
   * @param mostUntold so many futures may be untold before callers wait
   * @param mostUntoldBytes so many value bytes may belong to them
   */
  Completions(String name, Consumer<Request> told, int mostUntold, long mostUntoldBytes) {
    this.told = told;
    this.mostUntold = mostUntold;
    this.mostUntoldBytes = mostUntoldBytes;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits, on the thread of a caller who wants a future, until callbacks have caught up. */
  void awaitRoom() throws InterruptedException {
    // A callback would wait for itself.
    if (!full || Thread.currentThread() == thread) {
      return;
    }
    lock.lockInterruptibly();
    try {
      while (full && !closed) {
        if (!room.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && full && !closed) {
          log.warn(
              "{} has {} futures to complete; callers wait for it, perhaps for a callback that"
                  + " blocks",
              thread.getName(),
              untold);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tells a group of requests. Called by one thread. */
  void tell(List<Request> requests) {
    List<Request> futures = new ArrayList<>();
    long bytes = 0;
    for (Request request : requests) {
      if (request.hasFuture()) {
        futures.add(request);
        bytes += request.valueBytes();
      } else {
        request.tell();
      }
    }
    if (!futures.isEmpty()) {
      count(futures.size(), bytes);
      queue.add(futures);
    }
  }

  private void count(int requests, long bytes) {
    lock.lock();
    try {
      untold += requests;
      untoldBytes += bytes;
      full |= untold > mostUntold || untoldBytes > mostUntoldBytes;
    } finally {
      lock.unlock();
    }
  }

  private void discount(Request told) {
    lock.lock();
    try {
      untold--;
      untoldBytes -= told.valueBytes();
      // Not one by one: every waiting caller would be woken for each.
      if (full && untold <= mostUntold / 2 && untoldBytes <= mostUntoldBytes / 2) {
        full = false;
        room.signalAll();
      }
    } finally {
      lock.unlock();
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
          discount(request);
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

  /** Ends the thread after everything handed over was told; nobody waits for room any more. */
  void close() {
    queue.add(STOP);
    lock.lock();
    try {
      closed = true;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}

package dev.paxosjournal.journal;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The requests that wait for the journal's thread: bounded in number and in value bytes, so that a
 * slow disk slows the callers down instead of filling the heap. A single value larger than the
 * bound is let in when nothing else waits.
 */
final class RequestQueue {
  private final int mostRequests;
  private final long mostBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private int urgent;
  private boolean closed;
  private boolean leftSome;

  RequestQueue(int mostRequests, long mostBytes) {
    this.mostRequests = mostRequests;
    this.mostBytes = mostBytes;
  }

  /**
   * Adds a request, when there is room.
   *
   * @return false if the queue is closed
   */
  boolean put(Request request) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && !hasRoomFor(request)) {
        room.await();
      }
      if (closed) {
        return false;
      }
      add(request);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a request if there is room for it now; never waits. */
  boolean offer(Request request) {
    lock.lock();
    try {
      if (closed || !hasRoomFor(request)) {
        return false;
      }
      add(request);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void add(Request request) {
    waiting.add(request);
    waitingBytes += request.valueBytes();
    if (request.isUrgent()) {
      urgent++;
    }
    arrived.signal();
  }

  private boolean hasRoomFor(Request request) {
    return waiting.isEmpty()
        || (waiting.size() < mostRequests && waitingBytes + request.valueBytes() <= mostBytes);
  }

  /**
   * Waits for something to do and moves it into {@code batch}: everything that waits, up to a
   * number of value bytes. Commits alone are held back for a while, in case something comes that
   * they can ride along with.
   *
   * @param mostNanos after so long it returns even if nothing came
   * @return false if the queue is closed and empty
   */
  boolean take(List<Request> batch, long batchBytes, long commitDelayNanos, long mostNanos) {
    long deadline = System.nanoTime() + mostNanos;
    lock.lock();
    try {
      while (!isDue(commitDelayNanos)) {
        if (closed && waiting.isEmpty()) {
          return false;
        }
        long patience = deadline - System.nanoTime();
        if (patience <= 0) {
          return true;
        }
        try {
          long nanos = waiting.isEmpty() ? patience : nanosUntilDue(commitDelayNanos);
          arrived.await(Math.min(nanos, patience), TimeUnit.NANOSECONDS);
        } catch (InterruptedException ignored) {
          // The journal's thread belongs to the journal: nobody may stop it by an interrupt.
          Thread.interrupted();
        }
      }
      long bytes = 0;
      while (!waiting.isEmpty()) {
        Request next = waiting.peek();
        if (!batch.isEmpty() && bytes + next.valueBytes() > batchBytes) {
          break;
        }
        bytes += next.valueBytes();
        waitingBytes -= next.valueBytes();
        if (next.isUrgent()) {
          urgent--;
        }
        batch.add(waiting.remove());
      }
      leftSome = !waiting.isEmpty();
      room.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue(long commitDelayNanos) {
    if (waiting.isEmpty()) {
      return false;
    }
    return closed
        || urgent > 0
        || waiting.size() >= mostRequests
        || System.nanoTime() - waiting.element().enqueuedNanos >= commitDelayNanos;
  }

  private long nanosUntilDue(long commitDelayNanos) {
    long waited = System.nanoTime() - waiting.element().enqueuedNanos;
    return Math.max(1, commitDelayNanos - waited);
  }

  /** Takes no more requests; what waits is still handed out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** For the thread that takes: whether the last batch had no room for all that waited. */
  boolean leftSome() {
    return leftSome;
  }

  /** Bytes of the values that wait. */
  long bytes() {
    lock.lock();
    try {
      return waitingBytes;
    } finally {
      lock.unlock();
    }
  }

  /** How many requests wait. */
  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }
}

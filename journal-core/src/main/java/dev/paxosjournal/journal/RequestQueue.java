package dev.paxosjournal.journal;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for the journal's thread: bounded in number and in value bytes, so that a
 * slow disk slows the callers down instead of filling the heap. A single value larger than the
 * bound is let in when nothing else waits.
 *
 * <p>Callers push on a stack without a lock; the journal's thread takes it whole and turns it
 * round. Only a caller that finds no room, and a thread with nothing to do, wait.
 */
final class RequestQueue {
  /** With so many bytes at hand a group is worth its force: more are not waited for. */
  private static final long ENOUGH_BYTES = 256 * 1024;

  /** How long the journal's thread looks for the next request before it lies down to sleep. */
  private static final long MOST_LOOK_NANOS = 30_000;

  private static final long MOST_GATHER_NANOS = 1_000_000;

  /** Where a force takes longer than this, being woken is a small part of it. */
  private static final long QUICK_FORCE_NANOS = 200_000;

  private static final Request NONE =
      new Request(Request.Kind.SYNC, 0, Request.NO_BALLOT, null, true);
  private static final Request CLOSED =
      new Request(Request.Kind.SYNC, 0, Request.NO_BALLOT, null, true);

  private enum Sleep {
    AWAKE,
    UNTIL_ANY,
    UNTIL_URGENT
  }

  private final Processors processors = new Processors();
  private final int mostRequests;
  private final long mostBytes;

  private final AtomicReference<Request> newest = new AtomicReference<>(NONE);
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile Sleep sleep = Sleep.AWAKE;
  private volatile @Nullable Thread taker;
  private volatile boolean closed;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final AtomicInteger blocked = new AtomicInteger();

  // Of the thread that takes: what it has taken off the stack, oldest first.
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private long bytes;
  private int urgent;
  private boolean leftSome;

  // What it learned of its callers.
  private int takenUrgent;
  private volatile int active;
  private volatile long lastForceNanos;
  private boolean worked;

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
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (closed || !(reserve(request) || awaitRoom(request))) {
      return false;
    }
    return push(request);
  }

  /** Adds a request if there is room for it now; never waits. */
  boolean offer(Request request) {
    if (closed || !reserve(request)) {
      signalRoom();
      return false;
    }
    return push(request);
  }

  private boolean reserve(Request request) {
    long bytesThen = waitingBytes.addAndGet(request.valueBytes());
    int countThen = waitingCount.incrementAndGet();
    if (countThen == 1 || (countThen <= mostRequests && bytesThen <= mostBytes)) {
      return true;
    }
    waitingCount.decrementAndGet();
    waitingBytes.addAndGet(-request.valueBytes());
    return false;
  }

  private boolean awaitRoom(Request request) throws InterruptedException {
    lock.lockInterruptibly();
    // Before the next look, so that whoever makes room after that look knows that someone waits.
    blocked.incrementAndGet();
    try {
      while (!closed) {
        if (reserve(request)) {
          return true;
        }
        wake();
        room.await();
      }
      return false;
    } finally {
      blocked.decrementAndGet();
      lock.unlock();
    }
  }

  private boolean push(Request request) {
    Request before;
    do {
      before = newest.get();
      if (before == CLOSED) {
        waitingCount.decrementAndGet();
        waitingBytes.addAndGet(-request.valueBytes());
        return false;
      }
      request.pushedBefore = before;
    } while (!newest.compareAndSet(before, request));
    Sleep now = sleep;
    if (now == Sleep.UNTIL_ANY
        || (now == Sleep.UNTIL_URGENT
            && (request.isUrgent() || waitingCount.get() >= mostRequests))) {
      wake();
    }
    return true;
  }

  private void wake() {
    if (sleep != Sleep.AWAKE) {
      sleep = Sleep.AWAKE;
      LockSupport.unpark(taker);
    }
  }

  private void signalRoom() {
    if (blocked.get() > 0) {
      lock.lock();
      try {
        room.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits for something to do and moves it into {@code batch}: everything that waits, up to a
   * number of value bytes. Commits alone are held back for a while, in case something comes that
   * they can ride along with.
   *
   * <p>Waits a moment longer if lately more callers were active than are here now: one force for
   * all of them costs less than two for some each.
   *
   * @param mostNanos after so long it returns even if nothing came
   * @return false if the queue is closed and empty
   */
  boolean take(List<Request> batch, long batchBytes, long commitDelayNanos, long mostNanos) {
    taker = Thread.currentThread();
    long deadline = System.nanoTime() + mostNanos;
    while (true) {
      boolean closing = closed;
      collect();
      if (isDue(closing, commitDelayNanos)) {
        break;
      }
      if (closing) {
        if (newest.compareAndSet(NONE, CLOSED)) {
          return false;
        }
        continue;
      }
      long patience = deadline - System.nanoTime();
      if (patience <= 0) {
        return true;
      }
      sleep(waiting.isEmpty() ? patience : Math.min(patience, nanosUntilDue(commitDelayNanos)));
    }
    gather(Math.min(batchBytes, ENOUGH_BYTES));
    hand(batch, batchBytes);
    return true;
  }

  private void hand(List<Request> batch, long batchBytes) {
    long handed = 0;
    takenUrgent = 0;
    while (!waiting.isEmpty()) {
      Request next = waiting.element();
      if (!batch.isEmpty() && handed + next.valueBytes() > batchBytes) {
        break;
      }
      handed += next.valueBytes();
      if (next.isUrgent()) {
        takenUrgent++;
      }
      batch.add(waiting.remove());
    }
    bytes -= handed;
    urgent -= takenUrgent;
    leftSome = !waiting.isEmpty();
    worked = true;
    waitingBytes.addAndGet(-handed);
    waitingCount.addAndGet(-batch.size());
    signalRoom();
  }

  /** Takes everything off the stack. */
  private void collect() {
    if (newest.get() == NONE) {
      return;
    }
    Request last = NONE;
    Request next = newest.getAndSet(NONE);
    while (next != NONE) {
      Request before = next.pushedBefore;
      next.pushedBefore = last;
      last = next;
      next = before == null ? NONE : before;
    }
    while (last != NONE) {
      waiting.add(last);
      bytes += last.valueBytes();
      if (last.isUrgent()) {
        urgent++;
      }
      Request after = last.pushedBefore;
      last.pushedBefore = null;
      last = after == null ? NONE : after;
    }
  }

  // Yields rather than spins: with fewer cores than callers, those that are on their way need this
  // one to get here.
  @SuppressWarnings("ThreadPriorityCheck")
  private void gather(long enoughBytes) {
    long patience = Math.min(MOST_GATHER_NANOS, lastForceNanos / 2);
    if (urgent >= active || bytes >= enoughBytes || patience == 0) {
      return;
    }
    long begun = System.nanoTime();
    while (urgent < active && bytes < enoughBytes && System.nanoTime() - begun < patience) {
      Thread.yield();
      collect();
    }
  }

  private boolean isDue(boolean closing, long commitDelayNanos) {
    if (waiting.isEmpty()) {
      return false;
    }
    return closing
        || urgent > 0
        || waiting.size() >= mostRequests
        || blocked.get() > 0
        || System.nanoTime() - waiting.element().enqueuedNanos >= commitDelayNanos;
  }

  private long nanosUntilDue(long commitDelayNanos) {
    long waited = System.nanoTime() - waiting.element().enqueuedNanos;
    return Math.max(1, commitDelayNanos - waited);
  }

  private void sleep(long nanos) {
    long begun = System.nanoTime();
    if (worked) {
      // A caller that was just told often comes back at once: going to sleep and being woken would
      // cost a lone writer more than this look.
      worked = false;
      processors.look(
          () -> newest.get() != NONE,
          Math.min(nanos, Math.min(MOST_LOOK_NANOS, lastForceNanos / 2)));
    }
    sleep = waiting.isEmpty() ? Sleep.UNTIL_ANY : Sleep.UNTIL_URGENT;
    if (newest.get() == NONE && !closed) {
      LockSupport.parkNanos(this, nanos);
    }
    sleep = Sleep.AWAKE;
    // The journal's thread belongs to the journal: nobody may stop it by an interrupt.
    Thread.interrupted();
    if (System.nanoTime() - begun > 2 * lastForceNanos) {
      // Nobody came for a while: those that were active are not any more.
      active = 0;
    }
  }

  /** For the thread that takes: a group was forced, and its callers are not yet told. */
  void forced(long forceNanos) {
    collect();
    lastForceNanos = forceNanos;
    active = takenUrgent + urgent;
  }

  /**
   * Before its caller lies down: looks for the outcome of a request where forces are so quick that
   * being woken takes long compared with them. Only if it is alone: several callers would keep each
   * other, and the journal's thread, from the processors.
   */
  void look(Request request) {
    long force = lastForceNanos;
    if (active <= 1 && force <= QUICK_FORCE_NANOS) {
      processors.look(request::isTold, 2 * force);
    }
  }

  /** Takes no more requests; what waits is still handed out. */
  void close() {
    closed = true;
    wake();
    lock.lock();
    try {
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
    return waitingBytes.get();
  }

  /** How many requests wait. */
  int size() {
    return waitingCount.get();
  }
}

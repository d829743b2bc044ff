package dev.paxosjournal.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/** Threads that begin together; the first failure among them is the test's. */
final class Crowd {

  /** What one thread does. */
  interface Task {
    void run() throws Exception;
  }

  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch beginning = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** Adds a thread, which waits for {@link #begin()}. */
  Thread add(Task task) {
    Thread thread = new Thread(() -> run(task), "crowd-" + threads.size());
    // A thread that hangs is the failure of the test; it must not keep the JVM from ending.
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
    return thread;
  }

  /** The same task on several threads, which are told apart by a number from 0. */
  void add(int count, IntFunction<Task> tasks) {
    for (int i = 0; i < count; i++) {
      add(tasks.apply(i));
    }
  }

  private void run(Task task) {
    try {
      awaitBeginning();
      task.run();
    } catch (Throwable failure) {
      failures.add(failure);
    }
  }

  /** An interrupt that comes too early is for the task. */
  private void awaitBeginning() {
    boolean interrupted = false;
    while (true) {
      try {
        beginning.await();
        break;
      } catch (InterruptedException early) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void begin() {
    beginning.countDown();
  }

  /** Waits until all have ended. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    Throwable first = failures.poll();
    if (first != null) {
      failures.forEach(first::addSuppressed);
      throw new AssertionError("a thread of the crowd failed", first);
    }
  }

  void beginAndJoin() throws InterruptedException {
    begin();
    join();
  }
}

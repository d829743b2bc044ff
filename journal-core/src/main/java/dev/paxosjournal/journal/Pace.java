package dev.paxosjournal.journal;

import java.util.concurrent.locks.LockSupport;

/** Holds a reader to so many bytes a second. Used by one thread. */
final class Pace {
  private static final long OVERHEAD_BYTES = 64;

  private final long bytesPerSecond;
  private final long begun = System.nanoTime();
  private final GiveWay giveWay;
  private long readBytes;

  /**
   * A pace.
   *
   * @param bytesPerSecond 0 for no limit
   */
  Pace(long bytesPerSecond) {
    this(bytesPerSecond, () -> {});
  }

  /**
   * The same, giving way to others.
   *
   * @param giveWay waits until they are done
   */
  Pace(long bytesPerSecond, GiveWay giveWay) {
    this.bytesPerSecond = bytesPerSecond;
    this.giveWay = giveWay;
  }

  /** Waits as long as something more urgent is to be done. */
  interface GiveWay {
    void await() throws InterruptedException;
  }

  /** Notes what was read, and waits if that was too fast. */
  void read(int bytes) throws InterruptedException {
    giveWay.await();
    if (bytesPerSecond == 0) {
      return;
    }
    readBytes += bytes + OVERHEAD_BYTES;
    long dueNanos = (long) (readBytes * 1e9 / bytesPerSecond);
    for (long early = dueNanos - (System.nanoTime() - begun);
        early > 0;
        early = dueNanos - (System.nanoTime() - begun)) {
      if (Thread.interrupted()) {
        throw new InterruptedException("cancelled");
      }
      LockSupport.parkNanos(this, Math.min(early, 100_000_000L));
    }
  }
}

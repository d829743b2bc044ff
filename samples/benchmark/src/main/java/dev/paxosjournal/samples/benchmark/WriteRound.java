package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Contestant;
import dev.paxosjournal.samples.benchmark.stores.Store;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One round of durable appends: writers that each wait for one append before the next. Afterwards
 * the last values of each writer are read back, and every byte compared.
 */
final class WriteRound {
  private static final int PROMISE_EVERY = 1000;
  private static final int READ_BACK = 8;

  private final Workload workload;
  private final Payload payload;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final AtomicLong nextNumber = new AtomicLong();
  private final AtomicLong promises = new AtomicLong();
  private volatile boolean counts;
  private volatile boolean stops;

  WriteRound(Workload workload) {
    this.workload = workload;
    this.payload = Payload.of(workload.valueBytes());
  }

  private final class Writer extends Thread {
    final Latencies latencies = new Latencies();
    final long[] keys = new long[READ_BACK];
    final long[] numbers = new long[READ_BACK];
    final boolean first;
    final Store store;
    long appended;
    long counted;

    Writer(Store store, boolean first) {
      this.store = store;
      this.first = first;
    }

    @Override
    public void run() {
      try {
        while (!stops) {
          step();
        }
      } catch (Exception thrown) {
        failure.compareAndSet(null, thrown);
        stops = true;
      }
    }

    private void step() throws Exception {
      boolean mix = workload.kind() == Workload.Kind.MIX;
      if (mix && first && appended % PROMISE_EVERY == 0) {
        store.promise(promises.incrementAndGet());
      }
      long number = nextNumber.getAndIncrement();
      byte[] value = payload.value(number);
      long begun = System.nanoTime();
      long key = store.append(value);
      long nanos = System.nanoTime() - begun;
      if (mix) {
        store.commit(key);
      }
      int at = (int) (appended++ % READ_BACK);
      keys[at] = key;
      numbers[at] = number;
      if (counts) {
        counted++;
        latencies.add(nanos);
      }
    }
  }

  /** Runs it; the result is figures by name. */
  Map<String, Double> run(Contestant contestant, Path directory, double seconds) throws Exception {
    try (Store store = contestant.open(directory)) {
      store.prepare();
      List<Writer> writers = new ArrayList<>();
      for (int i = 0; i < workload.writers(); i++) {
        writers.add(new Writer(store, i == 0));
      }
      writers.forEach(Thread::start);
      pause(seconds / 4);
      long forces = store.logForces().orElse(-1);
      long logBytes = store.logBytes().orElse(-1);
      SystemCounters before = SystemCounters.now(directory);
      long begun = System.nanoTime();
      counts = true;
      pause(seconds);
      counts = false;
      double elapsed = (System.nanoTime() - begun) / 1e9;
      SystemCounters after = SystemCounters.now(directory);
      long forcesAfter = store.logForces().orElse(-1);
      long logBytesAfter = store.logBytes().orElse(-1);
      stops = true;
      for (Writer writer : writers) {
        writer.join();
      }
      Exception thrown = failure.get();
      if (thrown != null) {
        throw thrown;
      }
      readBack(store, writers);
      Latencies all = new Latencies();
      writers.forEach(writer -> all.addAll(writer.latencies));
      double appends = writers.stream().mapToLong(writer -> writer.counted).sum();
      double valueBytes = appends * workload.valueBytes();
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("perSecond", appends / elapsed);
      figures.put("p50Micros", all.quantileNanos(0.5) / 1e3);
      figures.put("p99Micros", all.quantileNanos(0.99) / 1e3);
      figures.put("p999Micros", all.quantileNanos(0.999) / 1e3);
      figures.put("logForcesPerAppend", SystemCounters.perUnit(forces, forcesAfter, appends));
      figures.put(
          "deviceFlushesPerAppend",
          SystemCounters.perUnit(before.deviceFlushes(), after.deviceFlushes(), appends));
      figures.put("logBytesPerByte", SystemCounters.perUnit(logBytes, logBytesAfter, valueBytes));
      figures.put(
          "diskBytesPerByte",
          SystemCounters.perUnit(before.writtenBytes(), after.writtenBytes(), valueBytes));
      figures.put(
          "cpuMicrosPerAppend",
          SystemCounters.perUnit(before.ownCpuNanos(), after.ownCpuNanos(), appends * 1e3));
      figures.put("takenByOthers", SystemCounters.takenByOthers(before, after, elapsed));
      checkForces(contestant, figures);
      return figures;
    }
  }

  /**
   * A single writer waits for a force of its own each time: with much fewer flushes it was not one.
   * (The kernel joins flushes that are asked for at the same moment, by others too.)
   */
  private void checkForces(Contestant contestant, Map<String, Double> figures) {
    double flushes = figures.getOrDefault("deviceFlushesPerAppend", -1.0);
    if (workload.writers() == 1 && flushes >= 0 && flushes < 0.5) {
      throw new IllegalStateException(
          contestant.label() + " flushed the device only " + flushes + " times per durable append");
    }
  }

  private void readBack(Store store, List<Writer> writers) throws Exception {
    for (Writer writer : writers) {
      if (writer.appended == 0) {
        throw new IllegalStateException("a writer appended nothing");
      }
      for (int i = 0; i < Math.min(READ_BACK, writer.appended); i++) {
        byte[] found = store.read(writer.keys[i]);
        if (found == null || !payload.isValueOf(writer.numbers[i], ByteBuffer.wrap(found))) {
          throw new IllegalStateException(
              "the value of key " + writer.keys[i] + " is not what was appended");
        }
      }
    }
  }

  private static void pause(double seconds) throws InterruptedException {
    Thread.sleep((long) (seconds * 1000));
  }
}

package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Contestant;
import dev.paxosjournal.samples.benchmark.stores.Store;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** One round of reading: everything in order, or single values at random; every byte compared. */
final class ReadRound {
  private final Workload workload;
  private final Payload payload;

  ReadRound(Workload workload) {
    this.workload = workload;
    this.payload = Payload.of(workload.valueBytes());
  }

  Map<String, Double> scan(Store store) throws Exception {
    long[] next = new long[1];
    long begun = System.nanoTime();
    store.scan(
        (key, value) -> {
          if (!payload.isValueOf(next[0], value)) {
            throw new IllegalStateException("value " + next[0] + " is not what was loaded");
          }
          next[0]++;
        });
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (next[0] != workload.count()) {
      throw new IllegalStateException(next[0] + " values instead of " + workload.count());
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("perSecond", workload.count() / seconds);
    begun = System.nanoTime();
    long bulkBytes = Contestant.scanInBulk(store);
    if (bulkBytes >= 0) {
      seconds = (System.nanoTime() - begun) / 1e9;
      if (bulkBytes < workload.count() * workload.valueBytes()) {
        throw new IllegalStateException("only " + bulkBytes + " bytes in the bulk form");
      }
      figures.put("bulkPerSecond", workload.count() / seconds);
    }
    return figures;
  }

  Map<String, Double> random(Store store, double seconds, long seed) throws Exception {
    Random random = new Random(seed);
    Latencies latencies = new Latencies();
    long begun = System.nanoTime();
    long last = begun + (long) (seconds * 1e9);
    long count = 0;
    for (long now = begun; now < last; count++) {
      long number = (long) (random.nextDouble() * workload.count());
      byte[] found = store.read(store.keyOf(number, workload.valueBytes()));
      if (found == null || !payload.isValueOf(number, ByteBuffer.wrap(found))) {
        throw new IllegalStateException("value " + number + " is not what was loaded");
      }
      long then = System.nanoTime();
      latencies.add(then - now);
      now = then;
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("perSecond", count / ((System.nanoTime() - begun) / 1e9));
    figures.put("p50Micros", latencies.quantileNanos(0.5) / 1e3);
    figures.put("p99Micros", latencies.quantileNanos(0.99) / 1e3);
    figures.put("p999Micros", latencies.quantileNanos(0.999) / 1e3);
    return figures;
  }
}

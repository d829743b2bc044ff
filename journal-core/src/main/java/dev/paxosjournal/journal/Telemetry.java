package dev.paxosjournal.journal;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what a journal object does, over all its lives, and tells the listeners. Counting costs
 * the journal's thread no more than an uncontended addition.
 */
final class Telemetry {
  private static final Logger log = LoggerFactory.getLogger(Telemetry.class);

  private final String directory;
  private final List<JournalListener> listeners;
  private final LongAdder groups = new LongAdder();
  private final LongAdder records = new LongAdder();
  private final LongAdder recordBytes = new LongAdder();
  private final LongAdder groupBytes = new LongAdder();
  private final LongAdder forceNanos = new LongAdder();
  private final LongAdder[] forceBuckets = adders(JournalCounters.FORCE_BUCKET_NANOS.size() + 1);
  private final long[] bounds =
      JournalCounters.FORCE_BUCKET_NANOS.stream().mapToLong(Long::longValue).toArray();
  private final LongAccumulator slowestForceNanos = new LongAccumulator(Math::max, 0);
  private final LongAdder safetyViolations = new LongAdder();
  private final LongAdder forceFailures = new LongAdder();
  private final LongAdder corruptions = new LongAdder();
  private final LongAdder tornTails = new LongAdder();
  private final LongAdder repaired = new LongAdder();
  private final Map<RequestKind, Map<Outcome, LongAdder>> requests = requestAdders();
  private final CountedDisk.Counts disk = new CountedDisk.Counts();
  private volatile long lastForceMillis = -1;

  Telemetry(JournalOptions options) {
    this.directory = options.directory().toString();
    this.listeners = options.listeners();
  }

  private static LongAdder[] adders(int count) {
    return Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
  }

  private static Map<RequestKind, Map<Outcome, LongAdder>> requestAdders() {
    Map<RequestKind, Map<Outcome, LongAdder>> adders = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.values()) {
      Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
      for (Outcome outcome : Outcome.values()) {
        outcomes.put(outcome, new LongAdder());
      }
      adders.put(kind, outcomes);
    }
    return adders;
  }

  /** Whether anybody listens; else nothing need be measured that is not counted. */
  boolean isHeard() {
    return !listeners.isEmpty();
  }

  /** Where the door of the disk counts. */
  CountedDisk.Counts disk() {
    return disk;
  }

  // Counting, on the journal's thread, before the callers are told.

  void countGroup(int recordCount, int lengthOnDisk, long lengthOfRecords, long nanos) {
    groups.increment();
    records.add(recordCount);
    groupBytes.add(lengthOnDisk);
    recordBytes.add(lengthOfRecords);
    forceNanos.add(nanos);
    slowestForceNanos.accumulate(nanos);
    int bucket = 0;
    while (bucket < bounds.length && nanos > bounds[bucket]) {
      bucket++;
    }
    forceBuckets[bucket].increment();
    lastForceMillis = System.currentTimeMillis();
  }

  void count(Request request) {
    count(request, request.failure == null ? Outcome.DONE : Outcome.of(request.failure));
  }

  /** The same for one that never got as far as the queue. */
  void countRefused(Request request, JournalException refusal) {
    count(request, Outcome.of(refusal));
  }

  private void count(Request request, Outcome outcome) {
    RequestKind kind = request.kind.outward();
    Map<Outcome, LongAdder> outcomes = kind == null ? null : requests.get(kind);
    LongAdder adder = outcomes == null ? null : outcomes.get(outcome);
    if (adder != null) {
      adder.increment();
    }
  }

  // Telling.

  void groupForced(ForcedGroup group) {
    tell(listener -> listener.groupForced(group));
  }

  /** On the thread that told the caller of a future, or the caller's own. */
  void told(Request request) {
    if (listeners.isEmpty()) {
      return;
    }
    RequestKind kind = request.kind.outward();
    if (kind != null) {
      long nanos = System.nanoTime() - request.enqueuedNanos;
      Outcome outcome = Outcome.of(request.failure);
      for (JournalListener listener : listeners) {
        try {
          listener.requestTold(kind, outcome, nanos);
        } catch (RuntimeException thrown) {
          warn(thrown);
        }
      }
    }
  }

  void safetyViolated(JournalException.SafetyViolation violation) {
    safetyViolations.increment();
    log.error("journal={} safety violation: {}", directory, violation.getMessage());
    tell(listener -> listener.safetyViolated(violation));
  }

  void damageFound(long slot) {
    corruptions.increment();
    tell(listener -> listener.damageFound(slot));
  }

  void repaired(long slot, boolean healed) {
    if (healed) {
      repaired.increment();
    }
    tell(listener -> listener.repaired(slot, healed));
  }

  void filled(JournalException.NoSpace cause) {
    tell(listener -> listener.filled(cause));
  }

  void resumed() {
    tell(JournalListener::resumed);
  }

  void forceFailed(Throwable cause) {
    forceFailures.increment();
    tell(listener -> listener.forceFailed(cause));
  }

  void failed(JournalException.Failed cause) {
    tell(listener -> listener.failed(cause));
  }

  /**
   * The journal was opened or reopened.
   *
   * @param newlyDamaged how many slots are damaged that were not known to be
   */
  void recovered(RecoveryReport report, long newlyDamaged) {
    corruptions.add(newlyDamaged);
    if (report.tornBytes() > 0) {
      tornTails.increment();
    }
    tell(listener -> listener.recovered(report));
  }

  void operationEnded(Operation operation) {
    tell(listener -> listener.operationEnded(operation));
  }

  private void tell(Consumer<JournalListener> call) {
    for (JournalListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (RuntimeException thrown) {
        warn(thrown);
      }
    }
  }

  private void warn(RuntimeException thrown) {
    log.warn("journal={} a listener threw", directory, thrown);
  }

  // Reading.

  JournalCounters read(long queuedRequests, long queuedBytes) {
    Map<RequestKind, Map<Outcome, Long>> told = new EnumMap<>(RequestKind.class);
    requests.forEach(
        (kind, adders) -> {
          Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
          adders.forEach((outcome, adder) -> outcomes.put(outcome, adder.sum()));
          told.put(kind, outcomes);
        });
    long last = lastForceMillis;
    return new JournalCounters(
        groups.sum(),
        records.sum(),
        recordBytes.sum(),
        groupBytes.sum(),
        disk.groupForces.sum(),
        disk.otherForces.sum(),
        forceNanos.sum(),
        Stream.of(forceBuckets).map(LongAdder::sum).toList(),
        last < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(last)),
        slowestForceNanos.get(),
        disk.positionsBytes.sum(),
        disk.checkpointBytes.sum(),
        disk.zeroBytes.sum(),
        queuedRequests,
        queuedBytes,
        safetyViolations.sum(),
        forceFailures.sum(),
        corruptions.sum(),
        tornTails.sum(),
        repaired.sum(),
        told);
  }
}

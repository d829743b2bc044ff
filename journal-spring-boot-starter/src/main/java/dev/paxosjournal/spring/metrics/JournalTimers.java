package dev.paxosjournal.spring.metrics;

import dev.paxosjournal.journal.ForcedGroup;
import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalListener;
import dev.paxosjournal.journal.Outcome;
import dev.paxosjournal.journal.RecoveryReport;
import dev.paxosjournal.journal.RequestKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/**
 * The meters that need each single event: how long things took, how large groups were. All of them
 * are there from the start.
 */
final class JournalTimers implements JournalListener {
  private static final Duration[] TIME_BUCKETS =
      JournalCounters.FORCE_BUCKET_NANOS.stream().map(Duration::ofNanos).toArray(Duration[]::new);
  private static final double[] RECORD_BUCKETS =
      DoubleStream.iterate(1, records -> records <= 1024, records -> 2 * records).toArray();

  private final Timer forces;
  private final Timer appends;
  private final Timer queueWaits;
  private final Timer recoveries;
  private final Map<ForcedGroup.Reason, DistributionSummary> groupSizes =
      new EnumMap<>(ForcedGroup.Reason.class);
  private final Counter healed;
  private final Counter notHealed;

  JournalTimers(MeterRegistry registry, Tags tags) {
    forces =
        Timer.builder("paxos.journal.fsync")
            .description("Time that one force of the log took")
            .serviceLevelObjectives(TIME_BUCKETS)
            .tags(tags)
            .register(registry);
    appends =
        Timer.builder("paxos.journal.append")
            .description(
                "Time from submitting a promise, accept or learn until its caller was told that it"
                    + " is durable")
            .serviceLevelObjectives(TIME_BUCKETS)
            .tags(tags)
            .register(registry);
    queueWaits =
        Timer.builder("paxos.journal.queue.wait")
            .description("Time that the oldest request of a group waited before it was written")
            .serviceLevelObjectives(TIME_BUCKETS)
            .tags(tags)
            .register(registry);
    recoveries =
        Timer.builder("paxos.journal.recovery")
            .description("Time that recovery took when the journal was opened or reopened")
            .tags(tags)
            .register(registry);
    for (ForcedGroup.Reason reason : ForcedGroup.Reason.values()) {
      groupSizes.put(
          reason,
          DistributionSummary.builder("paxos.journal.group.size")
              .description("Records that were forced together, by why no more joined them")
              .baseUnit("records")
              .serviceLevelObjectives(RECORD_BUCKETS)
              .tags(tags.and("reason", tag(reason)))
              .register(registry));
    }
    healed = repairs(registry, tags.and("outcome", "healed"));
    notHealed = repairs(registry, tags.and("outcome", "not_healed"));
  }

  private static Counter repairs(MeterRegistry registry, Tags tags) {
    return Counter.builder("paxos.journal.repairs")
        .description("Damaged slots that a repair came to, by whether it healed them")
        .tags(tags)
        .register(registry);
  }

  static String tag(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void groupForced(ForcedGroup group) {
    forces.record(group.forceNanos(), TimeUnit.NANOSECONDS);
    queueWaits.record(group.queueNanos(), TimeUnit.NANOSECONDS);
    DistributionSummary sizes = groupSizes.get(group.reason());
    if (sizes != null) {
      sizes.record(group.records());
    }
  }

  @Override
  public void requestTold(RequestKind kind, Outcome outcome, long totalNanos) {
    // A commit waits for company on purpose, so its time tells nothing of the disk.
    boolean waitsForItsForce =
        kind == RequestKind.PROMISE || kind == RequestKind.ACCEPT || kind == RequestKind.LEARN;
    if (waitsForItsForce && outcome == Outcome.DONE) {
      appends.record(totalNanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void repaired(long slot, boolean wasHealed) {
    (wasHealed ? healed : notHealed).increment();
  }

  @Override
  public void recovered(RecoveryReport report) {
    recoveries.record(report.nanos(), TimeUnit.NANOSECONDS);
  }
}

package dev.paxosjournal.spring.metrics;

import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Outcome;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RequestKind;
import dev.paxosjournal.paxos.Ballot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters that are read from a journal when they are asked for: its status and what it counted.
 * They exist for every {@link PaxosJournal} bean, whoever opened it.
 */
public final class JournalMetrics implements MeterBinder {
  private final Map<String, PaxosJournal> journals;

  /** Meters of journals by bean name. */
  public JournalMetrics(Map<String, PaxosJournal> journals) {
    this.journals = Map.copyOf(journals);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    journals.forEach(
        (name, journal) -> new OfOneJournal(registry, Tags.of("journal", name), journal).bind());
  }

  private record OfOneJournal(MeterRegistry registry, Tags tags, PaxosJournal journal) {

    void bind() {
      status("wal.size", "bytes", "Bytes of the log that its files hold", JournalStatus::logBytes);
      status(
          "wal.live",
          "bytes",
          "Bytes of the log that cannot be compacted yet",
          JournalStatus::liveBytes);
      status("wal.segments", null, "Log files of the journal", JournalStatus::segments);
      gauge(
          "disk.free",
          "bytes",
          "Bytes that the file system of the journal has free",
          PaxosJournal::diskFreeBytes);
      status("slots.pending", null, "Slots accepted and not committed", JournalStatus::pending);
      status(
          "slots.committed",
          null,
          "Slots from 0 without a hole that are committed, compacted ones included",
          status -> status.committedThrough() + 1.0);
      status("slots.damaged", null, "Slots whose record cannot be read", JournalStatus::damaged);
      status(
          "slots.gap",
          null,
          "Slots from the first that holds nothing to the highest; 0 if there is no gap",
          OfOneJournal::gap);
      status(
          "promised.round",
          null,
          "Round of the highest ballot promised; NaN before the first",
          status -> status.promised().map(Ballot::round).map(Long::doubleValue).orElse(Double.NaN));
      gauge(
          "queue.depth",
          null,
          "Requests that wait for the disk",
          asked -> asked.counters().queuedRequests());
      counter(
          "appended",
          "bytes",
          "Bytes written to the log, group by group",
          JournalCounters::groupBytes);
      counter(
          "corruptions",
          null,
          "Damaged slots found, at opening and by reading",
          JournalCounters::corruptions);
      counter("torn.tails", null, "Openings that found a torn tail", JournalCounters::tornTails);
      counter(
          "fsync.failures",
          null,
          "Forces of the log that failed; each ends writing until the journal is reopened",
          JournalCounters::forceFailures);
      counter(
          "safety.violations",
          null,
          "Requests that contradicted what is committed; consensus itself is broken",
          JournalCounters::safetyViolations);
      states();
      requests();
    }

    private static double gap(JournalStatus status) {
      return status.firstGap().isPresent()
          ? status.highestSlot() - status.firstGap().getAsLong()
          : 0;
    }

    private void states() {
      for (JournalStatus.State state : JournalStatus.State.values()) {
        Gauge.builder(
                "paxos.journal.state", journal, asked -> asked.status().state() == state ? 1 : 0)
            .description("1 for the state that the journal is in, 0 for the others")
            .tags(tags.and("state", JournalTimers.tag(state)))
            .register(registry);
      }
    }

    private void requests() {
      for (RequestKind kind : RequestKind.values()) {
        for (Outcome outcome : Outcome.values()) {
          FunctionCounter.builder(
                  "paxos.journal.requests",
                  journal,
                  asked -> asked.counters().requests(kind, outcome))
              .description("Requests, by what was asked and what was told")
              .tags(
                  tags.and("type", JournalTimers.tag(kind), "outcome", JournalTimers.tag(outcome)))
              .register(registry);
        }
      }
    }

    private void status(
        String name,
        @Nullable String unit,
        String description,
        ToDoubleFunction<JournalStatus> value) {
      gauge(name, unit, description, asked -> value.applyAsDouble(asked.status()));
    }

    private void gauge(
        String name,
        @Nullable String unit,
        String description,
        ToDoubleFunction<PaxosJournal> value) {
      Gauge.builder("paxos.journal." + name, journal, value)
          .baseUnit(unit)
          .description(description)
          .tags(tags)
          .register(registry);
    }

    private void counter(
        String name,
        @Nullable String unit,
        String description,
        ToDoubleFunction<JournalCounters> value) {
      FunctionCounter.builder(
              "paxos.journal." + name, journal, asked -> value.applyAsDouble(asked.counters()))
          .baseUnit(unit)
          .description(description)
          .tags(tags)
          .register(registry);
    }
  }
}

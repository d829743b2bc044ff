package dev.paxosjournal.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.paxosjournal.journal.FaultyJournal;
import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration;
import dev.paxosjournal.spring.autoconfigure.JournalFactory;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class JournalMetricsTest {
  @TempDir private Path directory;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final JournalTimers timers =
      new JournalTimers(registry, Tags.of("journal", "paxosJournal"));

  @Test
  void everyMeterIsThereFromTheStartWithDescriptionAndTag() {
    try (FaultyJournal faulty = metered()) {
      assertThat(registry.getMeters())
          .extracting(meter -> meter.getId().getName())
          .contains(
              "paxos.journal.wal.size",
              "paxos.journal.wal.live",
              "paxos.journal.wal.segments",
              "paxos.journal.disk.free",
              "paxos.journal.fsync",
              "paxos.journal.append",
              "paxos.journal.queue.wait",
              "paxos.journal.group.size",
              "paxos.journal.appended",
              "paxos.journal.requests",
              "paxos.journal.queue.depth",
              "paxos.journal.slots.pending",
              "paxos.journal.slots.committed",
              "paxos.journal.slots.damaged",
              "paxos.journal.slots.gap",
              "paxos.journal.promised.round",
              "paxos.journal.corruptions",
              "paxos.journal.torn.tails",
              "paxos.journal.fsync.failures",
              "paxos.journal.safety.violations",
              "paxos.journal.repairs",
              "paxos.journal.recovery",
              "paxos.journal.state");
      assertThat(registry.getMeters())
          // One meter for each bucket, of this kind of registry alone.
          .filteredOn(meter -> !meter.getId().getName().endsWith(".histogram"))
          .allSatisfy(
              meter -> {
                assertThat(meter.getId().getDescription()).isNotBlank();
                assertThat(meter.getId().getTag("journal")).isEqualTo("paxosJournal");
              });
      assertThat(registry.getMeters())
          .filteredOn(meter -> meter.getId().getType() == Meter.Type.COUNTER)
          .filteredOn(meter -> !meter.getId().getName().equals("paxos.journal.appended"))
          .allSatisfy(meter -> assertThat(meter.measure().iterator().next().getValue()).isZero());
      assertThat(faulty.journal().status().damaged()).isZero();
    }
  }

  @Test
  void timersAgreeWithTheJournalsOwnCounters() {
    try (FaultyJournal faulty = metered().withSlots()) {
      JournalCounters counters = faulty.journal().counters();
      await().until(() -> registry.get("paxos.journal.fsync").timer().count() == counters.forces());

      CountAtBucket[] buckets =
          registry.get("paxos.journal.fsync").timer().takeSnapshot().histogramCounts();

      assertThat(Arrays.stream(buckets).map(bucket -> (long) bucket.bucket()))
          .containsExactlyElementsOf(JournalCounters.FORCE_BUCKET_NANOS);
      assertThat(registry.get("paxos.journal.queue.wait").timer().count())
          .isEqualTo(counters.groups());
      await().until(() -> registry.get("paxos.journal.append").timer().count() == 2);
      assertThat(
              registry.get("paxos.journal.group.size").summaries().stream()
                  .mapToDouble(summary -> summary.totalAmount())
                  .sum())
          .isEqualTo((double) counters.records());
    }
  }

  @Test
  void gaugesFollowTheStatus() {
    try (FaultyJournal faulty = metered()) {
      assertThat(gauge("promised.round")).isNaN();
      assertThat(gauge("slots.gap")).isZero();

      faulty.withSlots();

      assertThat(gauge("promised.round")).isEqualTo(3);
      assertThat(gauge("slots.committed")).isEqualTo(1);
      assertThat(gauge("slots.pending")).isEqualTo(1);
      assertThat(gauge("slots.gap")).isEqualTo(1);
      assertThat(gauge("wal.size")).isEqualTo((double) faulty.journal().status().logBytes());
      assertThat(gauge("wal.live")).isEqualTo((double) faulty.journal().status().liveBytes());
      assertThat(state("open")).isEqualTo(1);
      assertThat(state("failed")).isZero();
      assertThat(requests("learn", "done")).isEqualTo(1);
      assertThat(requests("accept", "done")).isEqualTo(1);
    }
  }

  @Test
  void faultsAreCounted() {
    try (FaultyJournal faulty = metered().withSlots()) {
      faulty.rot(0);
      faulty.journal().verify(0).join();
      assertThat(counter("corruptions")).isEqualTo(1);
      assertThat(gauge("slots.damaged")).isEqualTo(1);

      faulty.journal().repair(slot -> Optional.empty()).join();
      faulty.journal().repair(slot -> Optional.of(FaultyJournal.accept(slot))).join();
      await().until(() -> repairs("healed") == 1);
      await().until(() -> repairs("not_healed") == 1);

      faulty.fail();
      assertThat(counter("fsync.failures")).isEqualTo(1);
      assertThat(state("failed")).isEqualTo(1);
      faulty.journal().reopen();
      await().until(() -> registry.get("paxos.journal.recovery").timer().count() == 2);
    }
  }

  // Conditions.

  @Test
  void metersAreThereAsSoonAsThereIsARegistry() {
    runner()
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              context.getBean(JournalMetrics.class).bindTo(meters);

              assertThat(meters.get("paxos.journal.recovery").timer().count()).isEqualTo(1);
              assertThat(meters.get("paxos.journal.wal.segments").gauge().value()).isEqualTo(1);
            });
  }

  @Test
  void twoJournalsAreToldApartByTheirTag() {
    runner()
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .withUserConfiguration(SecondJournal.class)
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              context.getBean(JournalMetrics.class).bindTo(meters);
              context
                  .getBean("auditJournal", PaxosJournal.class)
                  .blocking()
                  .learn(FaultyJournal.accept(0));

              assertThat(
                      meters
                          .get("paxos.journal.slots.committed")
                          .tag("journal", "auditJournal")
                          .gauge()
                          .value())
                  .isEqualTo(1);
              assertThat(
                      meters
                          .get("paxos.journal.slots.committed")
                          .tag("journal", "paxosJournal")
                          .gauge()
                          .value())
                  .isZero();
              await()
                  .until(
                      () ->
                          meters
                                  .get("paxos.journal.fsync")
                                  .tag("journal", "auditJournal")
                                  .timer()
                                  .count()
                              > 0);
            });
  }

  @Test
  void withoutARegistryThereIsTheJournalAlone() {
    runner()
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(PaxosJournal.class)
                    .doesNotHaveBean(JournalMetrics.class));
  }

  @Test
  void withoutMicrometerThereIsTheJournalAlone() {
    runner()
        .withClassLoader(new FilteredClassLoader("io.micrometer"))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(PaxosJournal.class)
                    .doesNotHaveBean("paxosJournalMetrics"));
  }

  private FaultyJournal metered() {
    FaultyJournal faulty = new FaultyJournal(timers);
    new JournalMetrics(Map.of("paxosJournal", faulty.journal())).bindTo(registry);
    return faulty;
  }

  private double gauge(String name) {
    return registry.get("paxos.journal." + name).gauge().value();
  }

  private double counter(String name) {
    return registry.get("paxos.journal." + name).functionCounter().count();
  }

  private double repairs(String outcome) {
    return registry.get("paxos.journal.repairs").tag("outcome", outcome).counter().count();
  }

  private double state(String state) {
    return registry.get("paxos.journal.state").tag("state", state).gauge().value();
  }

  private double requests(String type, String outcome) {
    return registry
        .get("paxos.journal.requests")
        .tags("type", type, "outcome", outcome)
        .functionCounter()
        .count();
  }

  private ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                JournalAutoConfiguration.class, JournalMetricsAutoConfiguration.class))
        .withPropertyValues(
            "paxos.journal.directory=" + directory.resolve("journal"),
            "paxos.journal.cluster-id=orders",
            "paxos.journal.node-id=7",
            "paxos.journal.preallocate=false");
  }

  @Configuration(proxyBeanMethods = false)
  static class SecondJournal {
    @Bean(defaultCandidate = false)
    @Qualifier("audit")
    PaxosJournal auditJournal(
        JournalFactory journals, @Value("${paxos.journal.directory}-audit") Path directory) {
      return journals.open(
          "auditJournal", JournalOptions.builder(directory, "audit", 1).preallocate(false));
    }
  }
}

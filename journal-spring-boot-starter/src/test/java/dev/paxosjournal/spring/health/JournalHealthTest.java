package dev.paxosjournal.spring.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.FaultyJournal;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration;
import dev.paxosjournal.spring.autoconfigure.JournalFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class JournalHealthTest {
  private static final JournalHealthProperties DEFAULTS =
      new JournalHealthProperties(Duration.ofMillis(500));

  @TempDir private Path directory;
  private final AtomicLong nanoTime = new AtomicLong();

  @Test
  void openJournalIsUpWithExactlyTheDocumentedDetails() {
    try (FaultyJournal faulty = new FaultyJournal()) {
      JournalHealthIndicator indicator = indicator(faulty, DEFAULTS);
      faulty.withSlots();

      Health health = indicator.health();

      assertThat(health.getStatus()).isEqualTo(Status.UP);
      assertThat(health.getDetails())
          .containsOnlyKeys(
              "state",
              "promised",
              "committedThrough",
              "firstGap",
              "pending",
              "damaged",
              "logBytes",
              "diskFreeBytes",
              "lastForce",
              "forceP99Micros",
              "cause",
              "recovery")
          .containsEntry("state", "OPEN")
          .containsEntry("promised", "3.1")
          .containsEntry("committedThrough", 0L)
          .containsEntry("firstGap", 1L)
          .containsEntry("pending", 1L)
          .containsEntry("damaged", 0L)
          .containsEntry("cause", "none");
      assertThat((long) health.getDetails().get("logBytes")).isPositive();
      assertThat((long) health.getDetails().get("forceP99Micros")).isBetween(0L, 8_192_000L);
      assertThat(health.getDetails().get("recovery").toString()).contains("damagedSlots=0");
    }
  }

  @Test
  void emptyJournalSaysNoneForWhatIsNotThere() {
    try (FaultyJournal faulty = new FaultyJournal()) {
      assertThat(indicator(faulty, DEFAULTS).health().getDetails())
          .containsEntry("promised", "none")
          .containsEntry("firstGap", "none")
          .containsEntry("forceP99Micros", "none");
    }
  }

  @Test
  void damagedSlotsAreUpAndSaidSo() {
    try (FaultyJournal faulty = new FaultyJournal().withSlots()) {
      faulty.rot(0);
      faulty.journal().verify(0).join();

      Health health = indicator(faulty, DEFAULTS).health();

      assertThat(health.getStatus()).isEqualTo(Status.UP);
      assertThat(health.getDetails())
          .containsEntry("damaged", 1L)
          .containsEntry("cause", "1 slot is damaged and answered as damaged; repair from a peer");
    }
  }

  @Test
  void fullDiskIsOutOfService() {
    try (FaultyJournal faulty = new FaultyJournal().withSlots()) {
      faulty.fill();

      Health health = indicator(faulty, DEFAULTS).health();

      assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
      assertThat(health.getDetails()).containsEntry("state", "FULL");
      assertThat(health.getDetails().get("cause").toString()).contains("no space");
    }
  }

  @Test
  void failedForceIsDown() {
    try (FaultyJournal faulty = new FaultyJournal().withSlots()) {
      faulty.fail();

      Health health = indicator(faulty, DEFAULTS).health();

      assertThat(health.getStatus()).isEqualTo(Status.DOWN);
      assertThat(health.getDetails()).containsEntry("state", "FAILED");
      assertThat(health.getDetails().get("cause").toString()).contains("reopen");
    }
  }

  @Test
  void lostPromiseIsOutOfServiceAndTellsToReplaceTheNode() {
    try (FaultyJournal faulty = new FaultyJournal().withSlots()) {
      faulty.losePromise();

      Health health = indicator(faulty, DEFAULTS).health();

      assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
      assertThat(health.getDetails()).containsEntry("state", "REPAIR_ONLY");
      assertThat(health.getDetails().get("cause").toString()).contains("new member");
    }
  }

  @Test
  void closedJournalIsOutOfService() {
    try (FaultyJournal faulty = new FaultyJournal()) {
      JournalHealthIndicator indicator = indicator(faulty, DEFAULTS);
      faulty.journal().close();

      assertThat(indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
      assertThat(indicator.health().getDetails()).containsEntry("state", "CLOSED");
    }
  }

  @Test
  void slowDiskIsUpAndSaidSo() {
    JournalHealthProperties anythingIsSlow = new JournalHealthProperties(Duration.ofNanos(1));
    try (FaultyJournal faulty = new FaultyJournal()) {
      JournalHealthIndicator indicator = indicator(faulty, anythingIsSlow);
      faulty.withSlots();

      Health health = indicator.health();

      assertThat(health.getStatus()).isEqualTo(Status.UP);
      assertThat(health.getDetails().get("cause").toString()).contains("the disk is slow");
    }
  }

  @Test
  void forcesOfMinutesAgoAreForgotten() {
    try (FaultyJournal faulty = new FaultyJournal()) {
      JournalHealthIndicator indicator = indicator(faulty, DEFAULTS);
      faulty.withSlots();
      assertThat(indicator.health().getDetails().get("forceP99Micros")).isNotEqualTo("none");

      nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
      assertThat(indicator.health().getDetails().get("forceP99Micros")).isNotEqualTo("none");
      nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());

      assertThat(indicator.health().getDetails()).containsEntry("forceP99Micros", "none");
    }
  }

  // Conditions.

  @Test
  void componentIsNamedPaxosJournal() {
    runner()
        .run(
            context ->
                assertThat(context.getBean("paxosJournalHealthContributor"))
                    .isInstanceOf(JournalHealthIndicator.class));
  }

  @Test
  void twoJournalsAreTwoComponentsByBeanName() {
    runner()
        .withUserConfiguration(SecondJournal.class)
        .run(
            context -> {
              CompositeHealthContributor both = context.getBean(CompositeHealthContributor.class);

              assertThat(both.stream().map(entry -> entry.name()))
                  .containsExactlyInAnyOrder("paxosJournal", "auditJournal");
              assertThat(both.getContributor("auditJournal"))
                  .isInstanceOfSatisfying(
                      HealthIndicator.class,
                      audit -> assertThat(audit.health().getStatus()).isEqualTo(Status.UP));
            });
  }

  @Test
  void canBeSwitchedOff() {
    runner()
        .withPropertyValues("management.health.paxosjournal.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthContributor.class));
  }

  @Test
  void noJournalHasNoHealth() {
    runner()
        .withPropertyValues("paxos.journal.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("paxosJournalHealth"));
  }

  @Test
  void wrongLimitIsNamedWithItsProperty() {
    runner()
        .withPropertyValues("paxos.journal.health.slow-force=0ms")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("paxos.journal.health.slow-force")
                    .hasStackTraceContaining("must be more than 0"));
  }

  private JournalHealthIndicator indicator(FaultyJournal faulty, JournalHealthProperties how) {
    return new JournalHealthIndicator(faulty.journal(), how, nanoTime::get);
  }

  private ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                JournalAutoConfiguration.class, JournalHealthAutoConfiguration.class))
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

package dev.paxosjournal.samples.quickstart.traffic;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.PaxosJournal;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets a {@link DemoProposer} make a step every 50 ms, so at most 20 a second, for as long as the
 * context runs. Nothing that the journal answers ends it.
 */
@Component
@ConditionalOnBooleanProperty("quickstart.traffic.enabled")
final class DemoTraffic implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(DemoTraffic.class);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration LAST_STEP = Duration.ofSeconds(10);

  private final PaxosJournal journal;
  private final TrafficProperties properties;
  private volatile @Nullable ScheduledExecutorService thread;

  DemoTraffic(PaxosJournal journal, TrafficProperties properties) {
    this.journal = journal;
    this.properties = properties;
  }

  @Override
  public void start() {
    DemoProposer proposer = new DemoProposer(journal, properties.seed());
    ScheduledExecutorService steps =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "demo-traffic"));
    // Ends with the executor; a step throws nothing that the future could tell.
    var unused =
        steps.scheduleWithFixedDelay(
            () -> step(proposer), 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    thread = steps;
    log.info("demo traffic runs: seed={} pauseMillis={}", properties.seed(), PAUSE.toMillis());
  }

  @Override
  public void stop() {
    ScheduledExecutorService steps = thread;
    if (steps == null) {
      return;
    }
    // The step underway is not interrupted: it ends when its write is durable.
    steps.shutdown();
    try {
      if (!steps.awaitTermination(LAST_STEP.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("demo traffic still waits for the disk after {}", LAST_STEP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread = null;
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private static void step(DemoProposer proposer) {
    try {
      proposer.step();
    } catch (JournalException e) {
      log.debug("demo traffic was refused and looks again", e);
    } catch (RuntimeException e) {
      // The executor would never call again.
      log.error("demo traffic failed and goes on", e);
    }
  }
}

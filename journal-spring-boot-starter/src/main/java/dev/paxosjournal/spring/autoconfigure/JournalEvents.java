package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalListener;
import dev.paxosjournal.journal.RecoveryReport;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes what journals tell. A journal must not wait for an application's event listeners, and a
 * context cannot deliver before it has started: so events wait in a queue, and one thread publishes
 * them while the context runs. If they come faster than listeners take them, the newest are lost,
 * and a warning says how many.
 */
final class JournalEvents implements JournalObserver, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(JournalEvents.class);
  private static final int MAX_WAITING = 1024;
  private static final long LAST_EVENT_SECONDS = 5;

  private final ApplicationEventPublisher publisher;
  private final BlockingQueue<JournalEvent> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong lost = new AtomicLong();
  private volatile @Nullable ExecutorService thread;

  JournalEvents(ApplicationEventPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public JournalListener listenTo(String journal) {
    return new JournalListener() {
      @Override
      public void recovered(RecoveryReport report) {
        offer(new JournalEvent.Recovered(journal, report));
      }

      @Override
      public void damageFound(long slot) {
        offer(new JournalEvent.DamageFound(journal, slot));
      }

      @Override
      public void failed(JournalException.Failed cause) {
        offer(new JournalEvent.Failed(journal, cause));
      }

      @Override
      public void filled(JournalException.NoSpace cause) {
        offer(new JournalEvent.Filled(journal, cause));
      }

      @Override
      public void resumed() {
        offer(new JournalEvent.Resumed(journal));
      }
    };
  }

  private void offer(JournalEvent event) {
    if (!waiting.offer(event)) {
      lost.incrementAndGet();
    }
  }

  @Override
  public void start() {
    ExecutorService publishing =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "paxos-journal-events");
              made.setDaemon(true);
              return made;
            });
    publishing.execute(this::publishAll);
    thread = publishing;
  }

  private void publishAll() {
    try {
      while (true) {
        publish(waiting.take());
      }
    } catch (InterruptedException stopped) {
      // stop() ends the thread this way.
    }
  }

  private void publish(JournalEvent event) {
    long missed = lost.getAndSet(0);
    if (missed > 0) {
      log.warn("journal={} {} events were lost: listeners are too slow", event.journal(), missed);
    }
    try {
      publisher.publishEvent(event);
    } catch (RuntimeException thrown) {
      log.warn("journal={} a listener of application events threw", event.journal(), thrown);
    }
  }

  @Override
  public void stop() {
    ExecutorService publishing = thread;
    if (publishing == null) {
      return;
    }
    thread = null;
    publishing.shutdownNow();
    try {
      if (!publishing.awaitTermination(LAST_EVENT_SECONDS, TimeUnit.SECONDS)) {
        log.warn("a listener of journal events still runs after {} s", LAST_EVENT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  /** Starts after the journals and stops before them, as all that may call them does. */
  @Override
  public int getPhase() {
    return JournalLifecycle.PHASE + 1;
  }
}

package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the journals that {@link JournalFactory} opened when the context stops or pauses, and
 * opens them again, in the same objects, when it starts again. The first start finds them open
 * already, since beans may use a journal as soon as they have it.
 *
 * <p>First up and last down: a bean that writes to a journal stops in a phase above {@link #PHASE},
 * as web servers and every bean without a phase of its own do.
 */
public final class JournalLifecycle implements SmartLifecycle {

  /** The phase of the journals, far below those of web servers and of the default. */
  public static final int PHASE = Integer.MIN_VALUE / 2;

  private static final Logger log = LoggerFactory.getLogger(JournalLifecycle.class);

  private final JournalFactory factory;
  private volatile boolean running;

  JournalLifecycle(JournalFactory factory) {
    this.factory = factory;
  }

  @Override
  public void start() {
    factory
        .journals()
        .forEach(
            (name, journal) -> {
              journal.reopen();
              tell(name, journal);
            });
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    factory.journals().values().forEach(PaxosJournal::close);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  private void tell(String name, PaxosJournal journal) {
    JournalStatus status = journal.status();
    log.info(
        "{} is {}: directory={} cluster={} node={} promise={} committedThrough={}"
            + " highestSlot={} pending={} damaged={} logBytes={} recoveryMillis={}",
        name,
        status.state(),
        factory.directory(name),
        journal.identity().clusterId(),
        journal.identity().nodeId(),
        status.promised().map(Object::toString).orElse("none"),
        status.committedThrough(),
        status.highestSlot(),
        status.pending(),
        status.damaged(),
        status.logBytes(),
        TimeUnit.NANOSECONDS.toMillis(journal.recovery().nanos()));
    if (status.state() == JournalStatus.State.REPAIR_ONLY) {
      log.error(
          "journal={} every copy of its promise is unreadable. It serves reads, learns and repair,"
              + " and must never promise or accept again: take this node out of the cluster, then"
              + " start it with an empty directory, as a new member with a node-id never used"
              + " before.",
          name);
    }
  }
}

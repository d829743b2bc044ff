package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the journal when the context stops and opens it again, in the same object, when the
 * context starts again. The first start finds it open already, since beans may use it as soon as
 * they have it.
 *
 * <p>First up and last down: a bean that writes to the journal stops in a phase above {@link
 * #PHASE}, as web servers and every bean without a phase of its own do.
 */
public final class JournalLifecycle implements SmartLifecycle {

  /** The phase of the journal, far below those of web servers and of the default. */
  public static final int PHASE = Integer.MIN_VALUE / 2;

  private static final Logger log = LoggerFactory.getLogger(JournalLifecycle.class);

  private final PaxosJournal journal;
  private final Path directory;
  private volatile boolean running;

  JournalLifecycle(PaxosJournal journal, Path directory) {
    this.journal = journal;
    this.directory = directory;
  }

  @Override
  public void start() {
    journal.reopen();
    running = true;
    logState();
  }

  @Override
  public void stop() {
    journal.close();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  private void logState() {
    JournalStatus status = journal.status();
    log.info(
        "journal is {}: directory={} cluster={} node={} promise={} committedThrough={}"
            + " highestSlot={} pending={} damaged={} logBytes={} recoveryMillis={}",
        status.state(),
        directory.toAbsolutePath().normalize(),
        journal.identity().clusterId(),
        journal.identity().nodeId(),
        status.promised().map(Object::toString).orElse("none"),
        status.committedThrough(),
        status.highestSlot(),
        status.pending(),
        status.damaged(),
        status.logBytes(),
        TimeUnit.NANOSECONDS.toMillis(journal.recovery().nanos()));
  }
}

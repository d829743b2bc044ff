package dev.paxosjournal.spring.admin.activity;

import dev.paxosjournal.spring.admin.AdminAction;
import dev.paxosjournal.spring.admin.AdminAction.Phase;
import dev.paxosjournal.spring.admin.web.Visitor;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trail of actions: each entry goes to the log, to a file, to the application as an event, and
 * to the activity page. A file that cannot be written stops no action: a failing disk is what some
 * of them are for.
 */
public final class Activity {
  private static final Logger log =
      LoggerFactory.getLogger("dev.paxosjournal.spring.admin.activity");
  private static final int KEPT = 500;

  private final Clock clock;
  private final Optional<ActivityFile> file;
  private final Consumer<AdminAction> listeners;

  // Newest first.
  private final Deque<AdminAction> entries = new ArrayDeque<>();
  private long lastNumber;
  private Optional<String> fileFailure = Optional.empty();

  /** A trail that goes on from what the file holds. */
  public Activity(Clock clock, Optional<ActivityFile> file, Consumer<AdminAction> listeners) {
    this.clock = clock;
    this.file = file;
    this.listeners = listeners;
    try {
      if (file.isPresent()) {
        file.get().read(KEPT).forEach(entries::addFirst);
      }
    } catch (IOException failure) {
      noteFailure(failure);
    }
  }

  /** An action is about to be done; the answer is the entry to be ended. */
  public AdminAction begin(Visitor visitor, String action, boolean dryRun) {
    return write(nextNumber(), Phase.BEGUN, visitor.name(), visitor.address(), action, dryRun, "");
  }

  /** An action ended. */
  public void end(AdminAction begun, String outcome) {
    write(
        begun.number(),
        Phase.ENDED,
        begun.who(),
        begun.from(),
        begun.action(),
        begun.dryRun(),
        outcome);
  }

  /** An action was refused by the console. */
  public void refuse(Visitor visitor, String action, boolean dryRun, String why) {
    write(nextNumber(), Phase.REFUSED, visitor.name(), visitor.address(), action, dryRun, why);
  }

  /** The newest entries, newest first. */
  public synchronized List<AdminAction> newest(int limit) {
    return entries.stream().limit(limit).toList();
  }

  /** Why the file holds less than the log; empty if all is well. */
  public synchronized Optional<String> fileFailure() {
    return fileFailure;
  }

  /** Where the trail is kept; empty if nowhere. */
  public Optional<String> fileName() {
    return file.map(ActivityFile::toString);
  }

  private synchronized long nextNumber() {
    return ++lastNumber;
  }

  private AdminAction write(
      long number,
      Phase phase,
      String who,
      String from,
      String action,
      boolean dryRun,
      String outcome) {
    AdminAction entry =
        new AdminAction(
            number,
            phase,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            who,
            from,
            action,
            dryRun,
            outcome);
    keep(entry);
    log.info(
        "console action {}: phase={} who={} from={} action={} dryRun={} outcome={}",
        number,
        phase,
        oneLine(who),
        oneLine(from),
        action,
        dryRun,
        oneLine(outcome));
    try {
      listeners.accept(entry);
    } catch (RuntimeException failure) {
      log.error("a listener of console action {} failed", number, failure);
    }
    return entry;
  }

  private synchronized void keep(AdminAction entry) {
    entries.addFirst(entry);
    if (entries.size() > KEPT) {
      entries.removeLast();
    }
    if (file.isPresent()) {
      try {
        file.get().append(entry);
        fileFailure = Optional.empty();
      } catch (IOException failure) {
        noteFailure(failure);
      }
    }
  }

  private void noteFailure(IOException failure) {
    fileFailure = Optional.of(failure.toString());
    log.warn("the console's trail {} cannot be kept", fileName().orElse(""), failure);
  }

  /** A name can be anything; in the log it stays on its line. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}

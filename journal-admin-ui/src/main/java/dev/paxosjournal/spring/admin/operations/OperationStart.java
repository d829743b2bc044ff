package dev.paxosjournal.spring.admin.operations;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.Operation.Kind;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.spring.admin.AdminAction;
import dev.paxosjournal.spring.admin.activity.Activity;
import dev.paxosjournal.spring.admin.web.Visitor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Starts operations, and writes each into the trail before and after. */
public final class OperationStart {

  /** The word for deleting evidence in paths, tokens and the trail. */
  public static final String EVIDENCE = "evidence";

  /** How long a dry run is believed. */
  private static final Duration DRY_RUN_COUNTS = Duration.ofMinutes(15);

  private final PaxosJournal journal;
  private final Optional<RepairSource> repairSource;
  private final Activity activity;
  private final Clock clock;

  /** Operations on one journal. */
  public OperationStart(
      PaxosJournal journal, Optional<RepairSource> repairSource, Activity activity, Clock clock) {
    this.journal = journal;
    this.repairSource = repairSource;
    this.activity = activity;
    this.clock = clock;
  }

  /** What a person must type to start an operation on this node. */
  public String confirmation() {
    return journal.identity().clusterId() + "/" + journal.identity().nodeId();
  }

  /** Whether an operation of this kind can be tried without effect. */
  public static boolean hasDryRun(Kind kind) {
    return kind == Kind.REBUILD || kind == Kind.REPAIR;
  }

  /** The dry run that allows an operation of this kind now; empty if one must be made first. */
  public Optional<Operation> dryRun(Kind kind) {
    return journal.operations().stream()
        .filter(operation -> operation.kind() == kind)
        .findFirst()
        .filter(Operation::dryRun)
        .filter(operation -> operation.state() == Operation.State.DONE)
        .filter(operation -> age(operation).compareTo(DRY_RUN_COUNTS) <= 0);
  }

  private Duration age(Operation operation) {
    Instant ended = operation.begun().plus(operation.took());
    return Duration.between(ended, clock.instant());
  }

  /** Why an operation of this kind cannot be started now, as a key; empty if it can. */
  public Optional<String> obstacle(Kind kind) {
    if (journal.operation().filter(o -> o.state() == Operation.State.RUNNING).isPresent()) {
      return Optional.of("obstacle.busy");
    }
    boolean failed = journal.status().state() == JournalStatus.State.FAILED;
    if (kind == Kind.REOPEN) {
      return failed ? Optional.empty() : Optional.of("obstacle.open");
    }
    if (failed) {
      return Optional.of("obstacle.failed");
    }
    if (kind == Kind.REPAIR && repairSource.isEmpty()) {
      return Optional.of("obstacle.noSource");
    }
    return Optional.empty();
  }

  /**
   * Starts one.
   *
   * @param bytesPerSecond how fast to read when verifying; 0 for as fast as the disk
   * @return its number
   * @throws dev.paxosjournal.journal.JournalException if the journal refuses
   */
  long start(Kind kind, boolean dryRun, long bytesPerSecond, Visitor visitor) {
    AdminAction begun = activity.begin(visitor, nameOf(kind), dryRun);
    CompletableFuture<Operation> running;
    try {
      running = begin(kind, dryRun, bytesPerSecond);
      if (running.isCompletedExceptionally()) {
        running.join();
      }
    } catch (CompletionException failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      activity.end(begun, outcome(cause));
      throw cause instanceof RuntimeException refusal ? refusal : failure;
    } catch (RuntimeException refused) {
      activity.end(begun, outcome(refused));
      throw refused;
    }
    long id = journal.operation().map(Operation::id).orElse(0L);
    var unused =
        running.whenComplete(
            (ended, failure) ->
                activity.end(begun, failure == null ? outcome(ended) : outcome(failure)));
    return id;
  }

  private CompletableFuture<Operation> begin(Kind kind, boolean dryRun, long bytesPerSecond) {
    return switch (kind) {
      case VERIFY -> journal.verify(bytesPerSecond);
      case REBUILD -> journal.rebuild(dryRun);
      case REPAIR -> journal.repair(repairSource.orElseThrow(), dryRun);
      case REOPEN -> journal.reopenInBackground();
      case SCRUB -> throw new IllegalArgumentException("a scrub runs by itself");
    };
  }

  void cancel(long id, Visitor visitor) {
    AdminAction begun = activity.begin(visitor, "cancel", false);
    journal.cancelOperation();
    activity.end(begun, "operation " + id);
  }

  /** Deletes the evidence that recovery kept, and writes that down. */
  public void deleteEvidence(Visitor visitor) {
    AdminAction begun = activity.begin(visitor, EVIDENCE, false);
    int pieces = journal.quarantine().size();
    try {
      journal.deleteQuarantine();
    } catch (RuntimeException refused) {
      activity.end(begun, outcome(refused));
      throw refused;
    }
    activity.end(begun, "pieces of evidence deleted: " + pieces);
  }

  /** Writes down that somebody asked and was not let. */
  public void refused(Visitor visitor, String action, boolean dryRun, String why) {
    activity.refuse(visitor, action, dryRun, why);
  }

  /** The word for a kind in paths, forms and the trail. */
  public static String nameOf(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** The kind that a word means; empty if it means none that can be started. */
  public static Optional<Kind> kindOf(String name) {
    for (Kind kind : Kind.values()) {
      if (kind != Kind.SCRUB && nameOf(kind).equals(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private static String outcome(Operation ended) {
    return "operation "
        + ended.id()
        + " "
        + ended.state()
        + ": done="
        + ended.done()
        + " damaged="
        + ended.damaged()
        + " healed="
        + ended.healed();
  }

  private static String outcome(Throwable failure) {
    return "refused: " + failure.getMessage();
  }
}

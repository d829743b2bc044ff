package dev.paxosjournal.spring.health;

import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RecoveryReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * UP while the journal takes writes, with a cause if slots are damaged or the disk is slow;
 * OUT_OF_SERVICE while it is full, open for repair only, or closed; DOWN after it failed.
 */
public final class JournalHealthIndicator extends AbstractHealthIndicator {
  private static final String NONE = "none";

  private final PaxosJournal journal;
  private final Duration slowForce;
  private final RecentForces recentForces;

  /** Health of one journal. */
  public JournalHealthIndicator(PaxosJournal journal, JournalHealthProperties properties) {
    this(journal, properties, System::nanoTime);
  }

  JournalHealthIndicator(
      PaxosJournal journal, JournalHealthProperties properties, LongSupplier nanoTime) {
    super("the journal cannot be asked");
    this.journal = journal;
    this.slowForce = properties.slowForce();
    this.recentForces = new RecentForces(journal.counters(), nanoTime);
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    JournalStatus status = journal.status();
    JournalCounters counters = journal.counters();
    OptionalLong p99Nanos = recentForces.p99Nanos(counters);
    switch (status.state()) {
      case OPEN -> health.up();
      case FULL, REPAIR_ONLY, CLOSED -> health.outOfService();
      case FAILED -> health.down();
    }
    health
        .withDetail("state", status.state().name())
        .withDetail("promised", status.promised().map(Object::toString).orElse(NONE))
        .withDetail("committedThrough", status.committedThrough())
        .withDetail("firstGap", orNone(status.firstGap()))
        .withDetail("pending", status.pending())
        .withDetail("damaged", status.damaged())
        .withDetail("logBytes", status.logBytes())
        .withDetail("diskFreeBytes", journal.diskFreeBytes())
        .withDetail("lastForce", counters.lastForce().map(Object::toString).orElse(NONE))
        .withDetail("forceP99Micros", p99Micros(p99Nanos))
        .withDetail("cause", cause(status, p99Nanos))
        .withDetail("recovery", recovery(status));
  }

  private static Object orNone(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : NONE;
  }

  private static Object p99Micros(OptionalLong nanos) {
    return nanos.isPresent() ? TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong()) : NONE;
  }

  private String cause(JournalStatus status, OptionalLong p99Nanos) {
    if (status.state() == JournalStatus.State.REPAIR_ONLY) {
      return status
          .cause()
          .orElse(
              "every copy of the promise is unreadable; this node must not vote again under this"
                  + " identity: replace it by a new member");
    }
    if (status.cause().isPresent()) {
      return status.cause().get();
    }
    if (status.damaged() > 0) {
      return status.damaged()
          + (status.damaged() == 1 ? " slot is" : " slots are")
          + " damaged and answered as damaged; repair from a peer";
    }
    if (p99Nanos.isPresent() && p99Nanos.getAsLong() > slowForce.toNanos()) {
      return "the disk is slow: one force in a hundred takes longer than "
          + slowForce.toMillis()
          + " ms";
    }
    return NONE;
  }

  private Object recovery(JournalStatus status) {
    if (status.state() == JournalStatus.State.CLOSED) {
      return NONE;
    }
    RecoveryReport report = journal.recovery();
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("opened", report.opened().toString());
    summary.put("millis", TimeUnit.NANOSECONDS.toMillis(report.nanos()));
    summary.put("groups", report.groups());
    summary.put("tornBytes", report.tornBytes());
    summary.put("damagedSlots", report.damagedSlots());
    summary.put("positionsRebuilt", report.positionsRebuilt());
    return summary;
  }
}

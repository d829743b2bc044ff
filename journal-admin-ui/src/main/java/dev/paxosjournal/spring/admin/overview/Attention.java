package dev.paxosjournal.spring.admin.overview;

import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.RecoveryReport;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that a person should know, and what to do about it.
 *
 * @param key names the texts: what is wrong, what to do, and the words of the link
 * @param kind {@code grave} if it cannot wait, {@code warn} if it should not wait long, {@code
 *     info} if it is usual
 * @param detail a number or a sentence of the journal that the text mentions
 * @param link where to do it; empty if that is not in the console
 */
public record Attention(String key, String kind, String detail, String link) {
  private static final String GRAVE = "grave";
  private static final String WARN = "warn";
  private static final String INFO = "info";
  private static final long LITTLE_DISK_BYTES = 1L << 30;
  private static final long SLOW_FORCE_NANOS = 500_000_000L;

  static List<Attention> of(
      JournalStatus status,
      JournalCounters counters,
      RecoveryReport recovery,
      long diskFreeBytes,
      long setAside,
      long slowForceNanos) {
    List<Attention> all = new ArrayList<>();
    String cause = status.cause().orElse("");
    switch (status.state()) {
      case FAILED -> all.add(new Attention("failed", GRAVE, cause, "/recovery/reopen"));
      case FULL -> all.add(new Attention("full", GRAVE, cause, ""));
      case REPAIR_ONLY -> all.add(new Attention("repairOnly", GRAVE, cause, "/recovery/repair"));
      case CLOSED -> all.add(new Attention("closed", GRAVE, cause, ""));
      case OPEN -> {
        // Nothing to say.
      }
    }
    if (counters.safetyViolations() > 0) {
      all.add(new Attention("violations", GRAVE, "" + counters.safetyViolations(), ""));
    }
    if (status.damaged() > 0) {
      all.add(new Attention("damaged", GRAVE, "" + status.damaged(), "/slots?at=%23damaged"));
    }
    if (diskFreeBytes >= 0 && diskFreeBytes < LITTLE_DISK_BYTES) {
      all.add(new Attention("disk", GRAVE, "" + diskFreeBytes, ""));
    }
    if (slowForceNanos > SLOW_FORCE_NANOS) {
      all.add(new Attention("slow", WARN, "" + slowForceNanos / 1_000_000, ""));
    }
    if (status.firstGap().isPresent()) {
      all.add(new Attention("gap", INFO, "" + status.firstGap().getAsLong(), "/slots?at=%23gap"));
    }
    if (recovery.tornBytes() > 0) {
      all.add(new Attention("torn", INFO, "" + recovery.tornBytes(), "/recovery"));
    }
    if (setAside > 0) {
      all.add(new Attention("setAside", INFO, "" + setAside, "/recovery"));
    }
    return all;
  }

  /** Whether the detail is a sentence of the journal, to be shown as it is. */
  public boolean isSentence() {
    return key.equals("failed") || key.equals("full") || key.equals("repairOnly");
  }
}

package dev.paxosjournal.spring.admin.overview;

import dev.paxosjournal.journal.JournalCounters;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.RecoveryReport;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that needs a person, and what to do about it.
 *
 * @param key names the texts: what is wrong, what to do, and the words of the link
 * @param grave whether it cannot wait
 * @param detail a number or a sentence of the journal that the text mentions
 * @param link where to do it; empty if that is not in the console
 */
public record Attention(String key, boolean grave, String detail, String link) {
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
      case FAILED -> all.add(new Attention("failed", true, cause, "/recovery/reopen"));
      case FULL -> all.add(new Attention("full", true, cause, ""));
      case REPAIR_ONLY -> all.add(new Attention("repairOnly", true, cause, "/recovery/repair"));
      case CLOSED -> all.add(new Attention("closed", true, cause, ""));
      case OPEN -> {
        // Nothing to say.
      }
    }
    if (counters.safetyViolations() > 0) {
      all.add(new Attention("violations", true, "" + counters.safetyViolations(), ""));
    }
    if (status.damaged() > 0) {
      all.add(new Attention("damaged", true, "" + status.damaged(), "/slots?at=%23damaged"));
    }
    if (diskFreeBytes >= 0 && diskFreeBytes < LITTLE_DISK_BYTES) {
      all.add(new Attention("disk", true, "" + diskFreeBytes, ""));
    }
    if (slowForceNanos > SLOW_FORCE_NANOS) {
      all.add(new Attention("slow", false, "" + slowForceNanos / 1_000_000, ""));
    }
    if (status.firstGap().isPresent()) {
      all.add(new Attention("gap", false, "" + status.firstGap().getAsLong(), "/slots?at=%23gap"));
    }
    if (recovery.tornBytes() > 0) {
      all.add(new Attention("torn", false, "" + recovery.tornBytes(), "/recovery"));
    }
    if (setAside > 0) {
      all.add(new Attention("setAside", false, "" + setAside, "/recovery"));
    }
    return all;
  }

  /** Whether the detail is a sentence of the journal, to be shown as it is. */
  public boolean isSentence() {
    return key.equals("failed") || key.equals("full") || key.equals("repairOnly");
  }
}

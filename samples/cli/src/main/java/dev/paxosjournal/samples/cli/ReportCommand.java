package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.ReadOnlyJournal;
import dev.paxosjournal.journal.RecoveryReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what recovery finds, and found. */
@Command(
    name = "report",
    description = "Prints what an opening finds now, and what the last ones found, newest first.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Mixin private Target target = new Target();

  ReportCommand() {}

  @Override
  public Integer call() {
    try (ReadOnlyJournal journal = target.look()) {
      for (RecoveryReport report : journal.recoveries()) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("scannedFrom", report.scannedFrom());
        facts.put("scannedTo", report.scannedTo());
        facts.put("fromCheckpoint", report.fromCheckpoint());
        facts.put("groups", report.groups());
        facts.put("tornBytes", report.tornBytes());
        facts.put("damagedSlots", report.damagedSlots());
        if (target.json()) {
          facts.put("findings", report.findings());
        }
        target.print(facts);
        if (!target.json()) {
          report.findings().forEach(finding -> target.out().println("- " + finding));
          target.out().println();
        }
      }
      return journal.recovery().damagedSlots() > 0 ? JournalCli.DAMAGE : JournalCli.FINE;
    }
  }
}

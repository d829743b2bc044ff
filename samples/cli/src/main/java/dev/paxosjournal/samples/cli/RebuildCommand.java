package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.ReadOnlyJournal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes positions and checkpoint again from the log. */
@Command(
    name = "rebuild",
    description =
        "Makes positions and checkpoint again from the log; the node must be stopped, but for a"
            + " dry run.",
    mixinStandardHelpOptions = true)
final class RebuildCommand implements Callable<Integer> {
  @Mixin private Target target = new Target();

  @Option(names = "--dry-run", description = "only say what would be put right")
  private boolean dryRun;

  RebuildCommand() {}

  @Override
  public Integer call() {
    if (dryRun) {
      try (ReadOnlyJournal journal = target.look()) {
        return Facts.print(target, journal.rebuildDryRun());
      }
    }
    try (PaxosJournal journal = target.open(16 << 20)) {
      return Facts.print(target, journal.rebuild(false).join());
    }
  }
}

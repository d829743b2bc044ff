package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.ReadOnlyJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Learns the values of damaged slots from another node's directory. */
@Command(
    name = "repair",
    description =
        "Finds damaged slots and learns their committed values from another node's directory; this"
            + " node must be stopped, the other one may run.",
    mixinStandardHelpOptions = true)
final class RepairCommand implements Callable<Integer> {
  @Mixin private Target target = new Target();

  @Option(
      names = "--from",
      required = true,
      description = "the directory of another node of the same cluster; only read")
  private Path from = Path.of("");

  @Option(
      names = "--dry-run",
      description = "only ask and check; nothing is written, and the node may run")
  private boolean dryRun;

  @Option(names = "--max-value-bytes", description = "the largest value; 16777216 by default")
  private int maxValueBytes = 16 << 20;

  RepairCommand() {}

  @Override
  public Integer call() throws IOException {
    try (ReadOnlyJournal source = PaxosJournal.openReadOnly(from)) {
      if (Files.isSameFile(from, target.directory())) {
        throw new Refused("--from is the directory to be repaired; name another node's");
      }
      String theirs = source.identity().clusterId();
      String ours;
      try (ReadOnlyJournal here = target.look()) {
        ours = here.identity().clusterId();
      }
      if (!theirs.equals(ours)) {
        throw new Refused(
            from + " belongs to cluster \"" + theirs + "\", not \"" + ours + "\"; nothing changed");
      }
      if (dryRun) {
        try (ReadOnlyJournal here = target.look()) {
          return new RepairDryRun(here, source).print(target);
        }
      }
      try (PaxosJournal journal = target.open(maxValueBytes)) {
        // So that rot which no read has come upon yet is healed, too.
        journal.verify(0).join();
        RepairSource committed = slot -> committed(source, slot);
        int exit = Facts.print(target, journal.repair(committed).join());
        return journal.status().damaged() == 0 ? exit : JournalCli.DAMAGE;
      }
    }
  }

  static Optional<Accept> committed(ReadOnlyJournal source, long slot) {
    return source.slot(slot) instanceof SlotState.Committed found
        ? Optional.of(new Accept(slot, found.ballot(), found.value()))
        : Optional.empty();
  }
}

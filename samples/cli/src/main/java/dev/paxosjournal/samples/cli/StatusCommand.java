package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.JournalIdentity;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.ReadOnlyJournal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what an opening would find now. */
@Command(
    name = "status",
    description = "Prints whose journal it is and what it knows; works beside a running node.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private Target target = new Target();

  StatusCommand() {}

  @Override
  public Integer call() {
    try (ReadOnlyJournal journal = target.look()) {
      JournalIdentity identity = journal.identity();
      JournalStatus status = journal.status();
      Map<String, @Nullable Object> facts = new LinkedHashMap<>();
      facts.put("directory", target.directory().toString());
      facts.put("cluster", identity.clusterId());
      facts.put("node", identity.nodeId());
      facts.put("journal", identity.journalId().toString());
      facts.put("state", status.state().name());
      facts.put("promised", Facts.orNull(status.promised()));
      facts.put("committedThrough", status.committedThrough());
      facts.put("firstGap", Facts.orNull(status.firstGap()));
      facts.put("highestSlot", status.highestSlot());
      facts.put("firstAvailable", status.firstAvailable());
      facts.put("pending", status.pending());
      facts.put("damaged", status.damaged());
      facts.put("segments", journal.segments().size());
      facts.put("liveBytes", status.liveBytes());
      facts.put("diskFreeBytes", journal.diskFreeBytes());
      target.print(facts);
      return status.damaged() > 0 ? JournalCli.DAMAGE : JournalCli.FINE;
    }
  }
}

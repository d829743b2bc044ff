package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.ReadOnlyJournal;
import dev.paxosjournal.journal.SlotPage;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints slots, one JSON object a line. */
@Command(
    name = "dump",
    description = "Prints slots, one JSON object a line; each record is read and checked.",
    mixinStandardHelpOptions = true)
final class DumpCommand implements Callable<Integer> {
  private static final int PAGE = 1000;

  @Mixin private Target target = new Target();

  @Option(names = "--from", description = "the first slot; 0 by default")
  private long from;

  @Option(names = "--limit", description = "how many slots at most; all by default")
  private long limit = Long.MAX_VALUE;

  @Option(names = "--values", description = "print the values, too, in Base64")
  private boolean values;

  private boolean damaged;

  DumpCommand() {}

  @Override
  public Integer call() {
    if (from < 0 || limit < 1) {
      throw new Refused("--from must be 0 or more and --limit 1 or more");
    }
    try (ReadOnlyJournal journal = target.look()) {
      long left = limit;
      OptionalLong next = OptionalLong.of(from);
      while (next.isPresent() && left > 0) {
        SlotPage page = journal.slots(next.getAsLong(), (int) Math.min(PAGE, left));
        page.slots().forEach(slot -> print(journal, slot));
        left -= page.slots().size();
        next = page.next();
      }
    }
    return damaged ? JournalCli.DAMAGE : JournalCli.FINE;
  }

  private void print(ReadOnlyJournal journal, SlotSummary slot) {
    Map<String, @Nullable Object> facts = Facts.of(slot);
    SlotState state = journal.slot(slot.slot());
    if (state instanceof SlotState.Damaged found) {
      damaged = true;
      facts.put("state", "DAMAGED");
      facts.put("committed", found.committed());
      facts.put("reason", found.reason());
      found.foundChecksum().ifPresent(crc -> facts.put("found", Facts.hex(crc)));
    } else if (values && state instanceof SlotState.Committed committed) {
      facts.put("value", base64(committed.value()));
    } else if (values && state instanceof SlotState.Pending pending) {
      facts.put("value", base64(pending.value()));
    }
    target.printJson(facts);
  }

  private static String base64(Value value) {
    return Base64.getEncoder().encodeToString(value.toByteArray());
  }
}

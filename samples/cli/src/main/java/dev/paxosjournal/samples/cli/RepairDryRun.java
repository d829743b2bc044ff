package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.ReadOnlyJournal;
import dev.paxosjournal.journal.SlotPage;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.SlotState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a repair would do: reads every slot here, asks for the damaged ones, writes nothing. */
final class RepairDryRun {
  private static final int PAGE = 1000;

  private final ReadOnlyJournal here;
  private final ReadOnlyJournal source;
  private final List<String> findings = new ArrayList<>();
  private long slots;
  private long healable;
  private long damaged;

  RepairDryRun(ReadOnlyJournal here, ReadOnlyJournal source) {
    this.here = here;
    this.source = source;
  }

  /** Prints it; the result is the exit code. */
  int print(Target target) {
    OptionalLong next = OptionalLong.of(here.status().firstAvailable());
    while (next.isPresent()) {
      SlotPage page = here.slots(next.getAsLong(), PAGE);
      for (SlotSummary slot : page.slots()) {
        slots++;
        if (here.slot(slot.slot()) instanceof SlotState.Damaged found) {
          ask(found);
        }
      }
      next = page.next();
    }
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("operation", "REPAIR");
    facts.put("state", "DONE");
    facts.put("dryRun", true);
    facts.put("slots", slots);
    facts.put("healable", healable);
    facts.put("damaged", damaged);
    if (target.json()) {
      facts.put("findings", findings);
    }
    target.print(facts);
    if (!target.json()) {
      findings.forEach(target.out()::println);
    }
    return damaged > 0 ? JournalCli.DAMAGE : JournalCli.FINE;
  }

  private void ask(SlotState.Damaged lost) {
    Optional<Accept> answer = RepairCommand.committed(source, lost.slot());
    if (answer.isEmpty()) {
      damaged++;
      findings.add("slot " + lost.slot() + ": the source does not have it");
    } else if (contradicts(lost, answer.get())) {
      damaged++;
      findings.add("slot " + lost.slot() + ": the source's value is not the one that was lost");
    } else {
      healable++;
      findings.add("slot " + lost.slot() + ": would be healed at ballot " + answer.get().ballot());
    }
  }

  /** As the journal itself checks it when it learns. */
  private static boolean contradicts(SlotState.Damaged lost, Accept answer) {
    return lost.committed()
        && lost.lengthBytes().isPresent()
        && lost.expectedChecksum().isPresent()
        && (lost.lengthBytes().getAsInt() != answer.value().length()
            || lost.expectedChecksum().getAsInt() != answer.value().checksum());
  }
}

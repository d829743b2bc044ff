package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.Ballot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Facts of a journal as names and values, in the order in which they are printed. */
final class Facts {
  private Facts() {}

  static @Nullable Object orNull(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  static @Nullable Object orNull(Optional<Ballot> ballot) {
    return ballot.map(Ballot::toString).orElse(null);
  }

  /** A slot, without its value. */
  static Map<String, @Nullable Object> of(SlotSummary slot) {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("slot", slot.slot());
    facts.put("state", slot.kind().name());
    facts.put("ballot", orNull(slot.ballot()));
    facts.put("length", slot.lengthBytes().isPresent() ? slot.lengthBytes().getAsInt() : null);
    facts.put("checksum", slot.checksum().isPresent() ? hex(slot.checksum().getAsInt()) : null);
    facts.put("file", slot.file().isEmpty() ? null : slot.file());
    facts.put("offset", slot.offset() < 0 ? null : slot.offset());
    return facts;
  }

  static Map<String, @Nullable Object> of(Operation operation) {
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("operation", operation.kind().name());
    facts.put("state", operation.state().name());
    facts.put("dryRun", operation.dryRun());
    facts.put("slots", operation.done());
    facts.put("bytesRead", operation.bytesRead());
    facts.put("damaged", operation.damaged());
    facts.put("healed", operation.healed());
    facts.put("millis", operation.took().toMillis());
    return facts;
  }

  static String hex(int checksum) {
    return String.format("%08x", checksum);
  }

  /** Prints an operation; the result is the exit code. */
  static int print(Target target, Operation operation) {
    Map<String, @Nullable Object> facts = of(operation);
    if (target.json()) {
      facts.put("findings", operation.findings());
    }
    target.print(facts);
    if (!target.json()) {
      operation.findings().forEach(target.out()::println);
    }
    if (operation.state() != Operation.State.DONE) {
      throw new Refused("the operation ended as " + operation.state());
    }
    return operation.damaged() > 0 ? JournalCli.DAMAGE : JournalCli.FINE;
  }
}

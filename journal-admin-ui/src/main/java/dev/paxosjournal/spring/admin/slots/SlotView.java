package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.JournalView;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.PayloadRenderer;
import dev.paxosjournal.spring.admin.web.Call;
import dev.paxosjournal.spring.admin.web.Format;
import dev.paxosjournal.spring.admin.web.Reply;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Everything known of one slot, its value, and its neighbours. */
public final class SlotView {
  private static final String VALUE = "value";

  private final JournalView journal;
  private final List<PayloadRenderer> renderers;

  SlotView(JournalView journal, List<PayloadRenderer> renderers) {
    this.journal = journal;
    this.renderers = List.copyOf(renderers);
  }

  /** A value with the ballot it has. */
  private record Held(Ballot ballot, Value value) {
    static Optional<Held> by(SlotState state) {
      if (state instanceof SlotState.Committed committed) {
        return Optional.of(new Held(committed.ballot(), committed.value()));
      }
      return state instanceof SlotState.Pending pending
          ? Optional.of(new Held(pending.ballot(), pending.value()))
          : Optional.empty();
    }
  }

  Reply get(Call call, long slot) {
    if (call.words().size() > 2) {
      return call.words().size() == 3 && call.words().get(2).equals(VALUE)
          ? download(call, slot)
          : Reply.notFound();
    }
    // The record is read and checked here: what the table only believes is known now.
    SlotState state = journal.slot(slot);
    Format format = new Format(call.locale(), Instant.EPOCH);
    SlotRow row = SlotRow.of(summary(slot), Check.UNREAD, format);
    Map<String, Object> model = new HashMap<>();
    model.put("row", row);
    model.put("slot", slot);
    model.put("kind", kindOf(state));
    putNeighbours(model, slot);
    model.put(
        "damage", state instanceof SlotState.Damaged damaged ? damage(damaged, format) : null);
    model.put(
        "firstAvailable", state instanceof SlotState.Compacted gone ? gone.firstAvailable() : -1L);
    Optional<Held> held = Held.by(state);
    model.put("hasValue", held.isPresent());
    if (held.isPresent()) {
      Held value = held.get();
      model.put("ballot", value.ballot().toString());
      model.put("lengthBytes", (long) value.value().length());
      model.put("checksum", format.checksum(value.value().checksum()));
      if (call.visitor().maySeeValues()) {
        ValueText text =
            ValueText.of(slot, value.ballot(), value.value(), call.text("as"), renderers);
        model.put("text", text);
      }
    }
    return new Reply.View("slot", model);
  }

  private SlotSummary summary(long slot) {
    List<SlotSummary> slots = journal.slots(slot, 1).slots();
    return slots.isEmpty() || slots.get(0).slot() != slot
        ? new SlotSummary(
            slot,
            SlotSummary.Kind.UNKNOWN,
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            "",
            -1)
        : slots.get(0);
  }

  private void putNeighbours(Map<String, Object> model, long slot) {
    JournalStatus status = journal.status();
    model.put("previous", slot > status.firstAvailable() ? slot - 1 : -1L);
    model.put("next", slot < status.highestSlot() ? slot + 1 : -1L);
    model.put("previousDamaged", previous(slot, SlotSummary.Kind.DAMAGED));
    model.put("nextDamaged", next(slot, SlotSummary.Kind.DAMAGED));
    model.put("nextPending", next(slot, SlotSummary.Kind.PENDING));
    model.put("nextGap", next(slot, SlotSummary.Kind.UNKNOWN));
  }

  private long next(long slot, SlotSummary.Kind kind) {
    return slot == Long.MAX_VALUE ? -1 : journal.nextSlot(slot + 1, kind).orElse(-1);
  }

  private long previous(long slot, SlotSummary.Kind kind) {
    return slot == 0 ? -1 : journal.previousSlot(slot - 1, kind).orElse(-1);
  }

  private static String kindOf(SlotState state) {
    return state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** What is known of damage, as text. */
  public record Damage(
      boolean committed,
      String ballot,
      String size,
      String expected,
      String found,
      String file,
      long offset,
      String reason) {}

  private static Damage damage(SlotState.Damaged damaged, Format format) {
    return new Damage(
        damaged.committed(),
        damaged.ballot().map(Ballot::toString).orElse(""),
        damaged.lengthBytes().isPresent() ? format.bytes(damaged.lengthBytes().getAsInt()) : "",
        damaged.expectedChecksum().isPresent()
            ? format.checksum(damaged.expectedChecksum().getAsInt())
            : "",
        damaged.foundChecksum().isPresent()
            ? format.checksum(damaged.foundChecksum().getAsInt())
            : "",
        damaged.file(),
        damaged.offset(),
        damaged.reason());
  }

  private Reply download(Call call, long slot) {
    if (!call.visitor().maySeeValues()) {
      return Reply.forbidden("problem.masked");
    }
    Optional<Held> held = Held.by(journal.slot(slot));
    return held.isPresent()
        ? new Reply.Download("slot-" + slot + ".bin", held.get().value())
        : Reply.notFound();
  }
}

package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.spring.admin.web.Format;
import java.util.Locale;

/** One line of the table of slots, as text; what is not known is empty. */
public record SlotRow(
    long slot,
    String kind,
    String ballot,
    String size,
    String checksum,
    String segment,
    String file,
    long offset) {

  static SlotRow of(SlotSummary slot, Format format) {
    return new SlotRow(
        slot.slot(),
        slot.kind().name().toLowerCase(Locale.ROOT),
        slot.ballot().map(Object::toString).orElse(""),
        slot.lengthBytes().isPresent() ? format.bytes(slot.lengthBytes().getAsInt()) : "",
        slot.checksum().isPresent() ? format.checksum(slot.checksum().getAsInt()) : "",
        slot.segment().isPresent() ? Long.toString(slot.segment().getAsLong()) : "",
        slot.file(),
        slot.offset());
  }
}

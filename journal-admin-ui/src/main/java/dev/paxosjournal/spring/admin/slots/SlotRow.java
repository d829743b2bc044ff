package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.spring.admin.web.Format;
import java.util.Locale;

/**
 * One line of the table of slots, as text; what is not known is empty.
 *
 * @param check whether the record was read for this page: {@code matches}, {@code fails}, or empty
 *     if it was not read
 */
public record SlotRow(
    long slot,
    String kind,
    String ballot,
    String size,
    String checksum,
    String check,
    String segment,
    String file,
    long offset) {

  static SlotRow of(SlotSummary slot, Check check, Format format) {
    SlotSummary.Kind kind = check == Check.FAILS ? SlotSummary.Kind.DAMAGED : slot.kind();
    return new SlotRow(
        slot.slot(),
        kind.name().toLowerCase(Locale.ROOT),
        slot.ballot().map(Object::toString).orElse(""),
        slot.lengthBytes().isPresent() ? format.bytes(slot.lengthBytes().getAsInt()) : "",
        slot.checksum().isPresent() ? format.checksum(slot.checksum().getAsInt()) : "",
        check == Check.UNREAD ? "" : check.name().toLowerCase(Locale.ROOT),
        slot.segment().isPresent() ? Long.toString(slot.segment().getAsLong()) : "",
        slot.file(),
        slot.offset());
  }
}

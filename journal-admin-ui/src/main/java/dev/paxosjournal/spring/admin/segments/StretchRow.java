package dev.paxosjournal.spring.admin.segments;

import dev.paxosjournal.journal.SegmentMap;
import dev.paxosjournal.spring.admin.web.Format;
import java.util.List;
import java.util.Locale;

/** One stretch of a segment as a line of the table; what is not known is empty. */
public record StretchRow(
    String kind,
    long fromOffset,
    long before,
    String size,
    String what,
    String expected,
    String found,
    List<Long> slots,
    int moreSlots) {
  private static final int MOST_SLOTS = 20;

  static StretchRow of(SegmentMap.Stretch stretch, Format format) {
    List<Long> slots = stretch.slots();
    return new StretchRow(
        stretch.kind().name().toLowerCase(Locale.ROOT),
        stretch.fromOffset(),
        stretch.before(),
        format.bytes((double) (stretch.before() - stretch.fromOffset())),
        stretch.what(),
        stretch.expectedChecksum().isPresent()
            ? format.checksum(stretch.expectedChecksum().getAsInt())
            : "",
        stretch.foundChecksum().isPresent()
            ? format.checksum(stretch.foundChecksum().getAsInt())
            : "",
        slots.subList(0, Math.min(MOST_SLOTS, slots.size())),
        Math.max(0, slots.size() - MOST_SLOTS));
  }
}

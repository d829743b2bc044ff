package dev.paxosjournal.spring.admin.segments;

import dev.paxosjournal.journal.SegmentInfo;
import dev.paxosjournal.spring.admin.web.Format;

/** One segment as a line of the table; what is not known is a dash. */
public record SegmentRow(
    String link,
    long sequence,
    String kind,
    long damagedSlots,
    String created,
    String createdAt,
    String age,
    String highestSlot,
    String used,
    String size,
    long openCounter,
    String file) {

  static SegmentRow of(String base, SegmentInfo segment, long floor, Format format) {
    return new SegmentRow(
        base + "/segments/" + segment.sequence(),
        segment.sequence(),
        LogMap.kind(segment, floor),
        segment.damagedSlots(),
        format.iso(segment.created()),
        format.time(segment.created()),
        format.age(segment.created()),
        segment.highestSlot() < 0 ? "–" : Long.toString(segment.highestSlot()),
        format.bytes((double) segment.usedBytes()),
        format.bytes((double) segment.fileBytes()),
        segment.openCounter(),
        segment.file());
  }
}

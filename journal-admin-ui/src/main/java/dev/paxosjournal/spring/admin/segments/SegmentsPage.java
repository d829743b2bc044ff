package dev.paxosjournal.spring.admin.segments;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.JournalView;
import dev.paxosjournal.journal.SegmentInfo;
import dev.paxosjournal.journal.SegmentMap;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.spring.admin.web.Call;
import dev.paxosjournal.spring.admin.web.Format;
import dev.paxosjournal.spring.admin.web.Page;
import dev.paxosjournal.spring.admin.web.Reply;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The log on disk: its segments, and what each stretch of one is. */
public final class SegmentsPage implements Page {
  private static final int ROWS = 10;
  private static final String LIST = "/segments";
  private static final String LIST_BEFORE = LIST + "?before=";
  private static final int MOST_MARKS = 200;
  private static final long WINDOW_BYTES = 1 << 20;

  private final JournalView journal;
  private final Clock clock;

  /** The log of one journal. */
  public SegmentsPage(JournalView journal, Clock clock) {
    this.journal = journal;
    this.clock = clock;
  }

  @Override
  public Reply get(Call call) {
    if (call.words().size() == 1) {
      return list(call);
    }
    OptionalLong sequence = call.numberAt(1);
    if (sequence.isEmpty() || call.words().size() > 2) {
      return Reply.notFound();
    }
    try {
      return map(call, sequence.getAsLong());
    } catch (JournalException.NoSuchSegment none) {
      return Reply.notFound();
    }
  }

  private Reply list(Call call) {
    List<SegmentInfo> segments = journal.segments();
    JournalStatus status = journal.status();
    long floor = status.firstAvailable();
    // The newest first; the others by links.
    long before = call.number("before").orElse(Long.MAX_VALUE);
    int end = segments.size();
    while (end > 0 && segments.get(end - 1).sequence() >= before) {
      end--;
    }
    int begin = Math.max(0, end - ROWS);
    Format format = new Format(call.locale(), clock.instant());
    List<SegmentRow> rows = new ArrayList<>();
    for (int i = end - 1; i >= begin; i--) {
      rows.add(SegmentRow.of(call.base(), segments.get(i), floor, format));
    }
    Map<String, Object> model = new HashMap<>();
    model.put("map", LogMap.of(segments, floor, status.damaged(), damaged()));
    model.put("rows", rows);
    model.put("count", segments.size());
    model.put("older", begin > 0 ? LIST_BEFORE + segments.get(begin).sequence() : "");
    int newer = Math.min(segments.size(), end + ROWS);
    model.put(
        "newer",
        end == segments.size()
            ? ""
            : newer == segments.size() ? LIST : LIST_BEFORE + segments.get(newer).sequence());
    model.put("oldest", begin > 0 ? LIST_BEFORE + segments.get(ROWS).sequence() : "");
    return new Reply.View("segments", model);
  }

  /** The lowest damaged slots whose place is known: as many as can be told apart in a picture. */
  private List<LogMap.Place> damaged() {
    List<Long> slots = new ArrayList<>();
    OptionalLong at = journal.nextSlot(0, SlotSummary.Kind.DAMAGED);
    while (at.isPresent() && slots.size() < MOST_MARKS) {
      long slot = at.getAsLong();
      slots.add(slot);
      at =
          slot == Long.MAX_VALUE
              ? OptionalLong.empty()
              : journal.nextSlot(slot + 1, SlotSummary.Kind.DAMAGED);
    }
    return places(slots);
  }

  private List<LogMap.Place> places(List<Long> slots) {
    List<LogMap.Place> places = new ArrayList<>();
    for (long slot : slots) {
      for (SlotSummary found : journal.slots(slot, 1).slots()) {
        if (found.slot() == slot && found.segment().isPresent()) {
          places.add(new LogMap.Place(slot, found.segment().getAsLong(), found.offset()));
        }
      }
    }
    return places;
  }

  /** Where the damaged slots of a map lie. */
  private List<LogMap.Place> places(SegmentMap map) {
    List<Long> slots =
        map.stretches().stream()
            .flatMap(stretch -> stretch.slots().stream())
            .limit(MOST_MARKS)
            .toList();
    long sequence = map.segment().sequence();
    return places(slots).stream()
        .filter(place -> place.sequence() == sequence && place.offset() >= 0)
        .toList();
  }

  private Reply map(Call call, long sequence) {
    long from = Math.max(0, call.number("offset").orElse(0));
    SegmentMap map = journal.segmentMap(sequence, from, WINDOW_BYTES);
    SegmentInfo segment = map.segment();
    Format format = new Format(call.locale(), Instant.EPOCH);
    Map<String, Object> model = new HashMap<>();
    model.put("segment", segment);
    model.put("map", map);
    model.put("from", from);
    model.put("before", map.nextOffset().orElse(segment.fileBytes()));
    model.put("lowestSlot", map.lowestSlot().orElse(-1));
    model.put("highestSlot", map.highestSlot().orElse(-1));
    model.put("bars", StretchBar.of(map, from, places(map)));
    model.put("stretches", map.stretches().stream().map(s -> StretchRow.of(s, format)).toList());
    String path = "/segments/" + sequence + "?offset=";
    model.put("next", map.nextOffset().isPresent() ? path + map.nextOffset().getAsLong() : "");
    model.put("previous", from > 0 ? path + Math.max(0, from - WINDOW_BYTES) : "");
    model.put("end", path + Math.max(0, segment.usedBytes() - WINDOW_BYTES / 2));
    return new Reply.View("segment", model);
  }
}

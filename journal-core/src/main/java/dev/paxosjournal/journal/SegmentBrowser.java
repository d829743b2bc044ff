package dev.paxosjournal.journal;

import dev.paxosjournal.slots.DamagedSlot;
import dev.paxosjournal.wal.Segment;
import dev.paxosjournal.wal.SegmentHeader;
import dev.paxosjournal.wal.SegmentSurvey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the log's files are and what is in them. */
final class SegmentBrowser {
  private final Life life;

  SegmentBrowser(Life life) {
    this.life = life;
  }

  List<SegmentInfo> segments() {
    List<Segment> segments = life.log.segments();
    Map<Segment, Long> damaged = damagedIn();
    List<SegmentInfo> infos = new ArrayList<>(segments.size());
    for (int i = 0; i < segments.size(); i++) {
      Segment after = i + 1 < segments.size() ? segments.get(i + 1) : null;
      infos.add(info(segments.get(i), after, damaged));
    }
    return infos;
  }

  private Map<Segment, Long> damagedIn() {
    List<Long> places =
        life.use(state -> state.damage().named().stream().map(DamagedSlot::position).toList());
    Map<Segment, Long> damaged = new HashMap<>();
    for (long position : places) {
      Segment segment = life.log.segmentAt(position);
      if (segment != null) {
        damaged.merge(segment, 1L, Long::sum);
      }
    }
    return damaged;
  }

  private SegmentInfo info(Segment segment, @Nullable Segment after, Map<Segment, Long> damaged) {
    SegmentHeader header = segment.header();
    long end = after == null ? life.log.end() : after.header().base();
    long openCounter = header.identity().openCounter();
    return new SegmentInfo(
        header.sequence(),
        segment.fileName(),
        header.base(),
        end,
        segment.fileBytes(),
        Math.min(segment.fileBytes(), segment.offsetOf(end)),
        segment.highestSlot(),
        Instant.ofEpochMilli(header.createdMillis()),
        openCounter,
        after == null && openCounter == life.log.identity().openCounter(),
        damaged.getOrDefault(segment, 0L));
  }

  SegmentMap map(long sequence, long fromOffset, long maxBytes) {
    List<Segment> segments = life.log.segments();
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      if (segment.header().sequence() == sequence) {
        Segment after = i + 1 < segments.size() ? segments.get(i + 1) : null;
        return map(segment, after, fromOffset, maxBytes);
      }
    }
    throw new JournalException.NoSuchSegment(sequence);
  }

  private SegmentMap map(Segment segment, @Nullable Segment after, long fromOffset, long maxBytes) {
    long firstAvailable = life.use(state -> state.firstAvailable());
    SegmentSurvey.Survey survey;
    try {
      survey = life.log.survey(segment, fromOffset, maxBytes, firstAvailable);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + segment.fileName(), failure);
    }
    if (survey == null) {
      throw new JournalException.NoSuchSegment(segment.header().sequence());
    }
    return new SegmentMap(
        info(segment, after, damagedIn()),
        survey.stretches().stream().map(SegmentBrowser::stretch).toList(),
        survey.groups(),
        survey.records(),
        optional(survey.lowestSlot()),
        optional(survey.highestSlot()),
        optional(survey.nextOffset()));
  }

  private static SegmentMap.Stretch stretch(SegmentSurvey.Stretch found) {
    return new SegmentMap.Stretch(
        SegmentMap.Kind.valueOf(found.kind().name()),
        found.fromOffset(),
        found.before(),
        found.what(),
        found.expectedChecksum(),
        found.foundChecksum(),
        found.slots());
  }

  private static OptionalLong optional(long number) {
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.journal.SlotSummary.Kind;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What an operator sees of a journal without changing it. */
class InspectionTest {
  private static final Ballot BALLOT = new Ballot(3, 1);

  private final MemoryDisk disk = new MemoryDisk();

  private PaxosJournal open(JournalListener... listeners) {
    JournalOptions.Builder options =
        JournalOptions.builder(Path.of("memory"), "test", 1)
            .segmentBytes(256 * 1024)
            .maxValueBytes(4096);
    for (JournalListener listener : listeners) {
      options.listener(listener);
    }
    return JournalAssembly.open(options.build(), () -> disk, Executors::newSingleThreadExecutor);
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("the value of slot " + slot));
  }

  /** Slots 0…9 committed, 10 pending, 11 a gap, 12 committed, 13 a gap, 14 pending. */
  private static void fill(PaxosJournal journal) {
    for (long slot = 0; slot < 10; slot++) {
      journal.blocking().learn(accept(slot));
    }
    journal.blocking().accept(accept(10));
    journal.blocking().learn(accept(12));
    journal.blocking().accept(accept(14));
  }

  private void rot(long slot) {
    String wanted = new String(accept(slot).value().toByteArray(), StandardCharsets.ISO_8859_1);
    for (String name : disk.names()) {
      int at =
          name.startsWith("wal-")
              ? new String(disk.read(name), StandardCharsets.ISO_8859_1).indexOf(wanted)
              : -1;
      if (at >= 0) {
        disk.flipBit(name, at * 8L + 1);
        return;
      }
    }
    throw new AssertionError("slot " + slot + " is in no segment");
  }

  @Test
  void aPageListsEverySlotWithItsPlace() {
    try (PaxosJournal journal = open()) {
      fill(journal);

      SlotPage page = journal.slots(0, 20_000);

      assertThat(page.next()).isEmpty();
      assertThat(page.slots()).extracting(SlotSummary::slot).containsExactly(range(0, 14));
      assertThat(page.slots().subList(0, 10)).allMatch(slot -> slot.kind() == Kind.COMMITTED);
      assertThat(page.slots().subList(10, 15))
          .extracting(SlotSummary::kind)
          .containsExactly(Kind.PENDING, Kind.UNKNOWN, Kind.COMMITTED, Kind.UNKNOWN, Kind.PENDING);
      SlotSummary seven = page.slots().get(7);
      assertThat(seven.ballot()).contains(BALLOT);
      assertThat(seven.lengthBytes()).hasValue(accept(7).value().length());
      assertThat(seven.checksum()).hasValue(accept(7).value().checksum());
      byte[] file = disk.read(seven.file());
      String there = new String(file, StandardCharsets.ISO_8859_1);
      assertThat(there.indexOf("the value of slot 7", (int) seven.offset()))
          .isEqualTo(seven.offset() + 40);
    }
  }

  @Test
  void pagesFollowOneAnother() {
    try (PaxosJournal journal = open()) {
      fill(journal);

      SlotPage first = journal.slots(3, 4);
      SlotPage second = journal.slots(first.next().orElseThrow(), 100);

      assertThat(first.slots()).extracting(SlotSummary::slot).containsExactly(range(3, 6));
      assertThat(second.slots()).extracting(SlotSummary::slot).containsExactly(range(7, 14));
      assertThat(journal.slots(15, 5).slots()).isEmpty();
      assertThat(journal.slots(Long.MAX_VALUE, 5).next()).isEmpty();
    }
  }

  @Test
  void compactedSlotsAreNotListed() {
    try (PaxosJournal journal = open()) {
      fill(journal);
      journal.compact(5).join();

      assertThat(journal.slots(0, 3).slots())
          .extracting(SlotSummary::slot)
          .containsExactly(range(5, 7));
      assertThat(journal.previousSlot(100, Kind.COMPACTED)).hasValue(4);
      assertThat(journal.nextSlot(2, Kind.COMPACTED)).hasValue(2);
      assertThat(journal.nextSlot(5, Kind.COMPACTED)).isEmpty();
    }
  }

  @Test
  void theHighestSlotOfAllIsListed() {
    try (PaxosJournal journal = open()) {
      journal.blocking().learn(accept(Long.MAX_VALUE));

      assertThat(journal.slots(Long.MAX_VALUE - 2, 10).slots())
          .extracting(SlotSummary::kind)
          .containsExactly(Kind.UNKNOWN, Kind.UNKNOWN, Kind.COMMITTED);
      assertThat(journal.slots(0, 2).next()).hasValue(2);
      assertThat(journal.nextSlot(5, Kind.COMMITTED)).hasValue(Long.MAX_VALUE);
      assertThat(journal.previousSlot(Long.MAX_VALUE, Kind.UNKNOWN)).hasValue(Long.MAX_VALUE - 1);
    }
  }

  @Test
  void theNextSlotOfAKindIsFoundInBothDirections() {
    try (PaxosJournal journal = open()) {
      fill(journal);
      rot(4);
      assertThat(journal.slot(4)).isInstanceOf(SlotState.Damaged.class);
      journal.sync().join();

      assertThat(journal.nextSlot(0, Kind.PENDING)).hasValue(10);
      assertThat(journal.nextSlot(11, Kind.PENDING)).hasValue(14);
      assertThat(journal.nextSlot(15, Kind.PENDING)).isEmpty();
      assertThat(journal.previousSlot(13, Kind.PENDING)).hasValue(10);
      assertThat(journal.nextSlot(0, Kind.UNKNOWN)).hasValue(11);
      assertThat(journal.nextSlot(12, Kind.UNKNOWN)).hasValue(13);
      assertThat(journal.nextSlot(14, Kind.UNKNOWN)).isEmpty();
      assertThat(journal.previousSlot(100, Kind.UNKNOWN)).hasValue(13);
      assertThat(journal.previousSlot(10, Kind.UNKNOWN)).isEmpty();
      assertThat(journal.nextSlot(0, Kind.DAMAGED)).hasValue(4);
      assertThat(journal.previousSlot(3, Kind.DAMAGED)).isEmpty();
      assertThat(journal.nextSlot(4, Kind.COMMITTED)).hasValue(5);
      assertThat(journal.previousSlot(4, Kind.COMMITTED)).hasValue(3);
      assertThat(journal.previousSlot(11, Kind.COMMITTED)).hasValue(9);
      assertThat(journal.slots(4, 1).slots().get(0))
          .matches(slot -> slot.kind() == Kind.DAMAGED && slot.offset() > 0);
    }
  }

  @Test
  void segmentsAreListedAndMapped() {
    try (PaxosJournal journal = open()) {
      fill(journal);
    }
    try (PaxosJournal journal = open()) {
      journal.blocking().learn(accept(13));
      List<SegmentInfo> segments = journal.segments();

      assertThat(segments).extracting(SegmentInfo::current).containsExactly(false, true);
      assertThat(segments).extracting(SegmentInfo::openCounter).containsExactly(1L, 2L);
      assertThat(segments.get(0).end()).isEqualTo(segments.get(1).base());
      assertThat(segments.get(0).highestSlot()).isEqualTo(14);
      assertThat(segments.get(0).created()).isAfter(Instant.EPOCH);
      SegmentMap whole = journal.segmentMap(segments.get(0).sequence(), 0, 1 << 20);
      assertThat(whole.stretches())
          .extracting(SegmentMap.Stretch::kind)
          .startsWith(SegmentMap.Kind.HEADER, SegmentMap.Kind.GOOD)
          .doesNotContain(SegmentMap.Kind.DAMAGED, SegmentMap.Kind.TORN);
      assertThat(whole.groups()).isEqualTo(13);
      assertThat(whole.highestSlot()).hasValue(14);
      assertThat(whole.nextOffset()).isEmpty();
      SegmentMap current = journal.segmentMap(segments.get(1).sequence(), 0, 1 << 20);
      assertThat(current.stretches().get(current.stretches().size() - 1).kind())
          .isEqualTo(SegmentMap.Kind.FREE);
      assertThatThrownBy(() -> journal.segmentMap(99, 0, 1))
          .isInstanceOf(JournalException.NoSuchSegment.class);
    }
  }

  @Test
  void theMapShowsDamageToTheByte() {
    try (PaxosJournal journal = open()) {
      fill(journal);
      SlotSummary seven = journal.slots(7, 1).slots().get(0);
      rot(7);

      SegmentMap map = journal.segmentMap(seven.segment().orElseThrow(), 0, 1 << 20);

      List<SegmentMap.Stretch> damaged =
          map.stretches().stream()
              .filter(stretch -> stretch.kind() == SegmentMap.Kind.DAMAGED)
              .toList();
      assertThat(damaged).hasSize(1);
      assertThat(damaged.get(0).slots()).containsExactly(7L);
      assertThat(damaged.get(0).expectedChecksum()).isEqualTo(seven.checksum());
      assertThat(damaged.get(0).foundChecksum()).isPresent().isNotEqualTo(seven.checksum());
      assertThat(damaged.get(0).fromOffset()).isLessThan(seven.offset());
      SegmentMap part =
          journal.segmentMap(seven.segment().orElseThrow(), damaged.get(0).before(), 4096);
      assertThat(part.stretches().get(0).kind()).isEqualTo(SegmentMap.Kind.GOOD);
      assertThat(part.nextOffset()).hasValue(damaged.get(0).before() + 4096);
    }
  }

  @Test
  void countersCountWhatCallersWereTold() {
    List<ForcedGroup> groups = new CopyOnWriteArrayList<>();
    List<String> told = new CopyOnWriteArrayList<>();
    JournalListener first =
        new JournalListener() {
          @Override
          public void groupForced(ForcedGroup group) {
            groups.add(group);
            throw new IllegalStateException("a listener that throws harms nobody");
          }
        };
    JournalListener second =
        new JournalListener() {
          @Override
          public void requestTold(RequestKind kind, Outcome outcome, long totalNanos) {
            told.add(kind + " " + outcome + " " + (totalNanos > 0));
          }
        };
    try (PaxosJournal journal = open(first, second)) {
      fill(journal);
      assertThatThrownBy(() -> journal.promise(new Ballot(1, 1)).join())
          .hasCauseInstanceOf(JournalException.StaleBallot.class);
      assertThatThrownBy(() -> journal.learn(new Accept(0, BALLOT, Value.utf8("other"))).join())
          .hasCauseInstanceOf(JournalException.SafetyViolation.class);
      Value large = Value.copyOf(new byte[5000]);
      assertThatThrownBy(() -> journal.learn(new Accept(20, BALLOT, large)).join())
          .hasCauseInstanceOf(JournalException.ValueTooLarge.class);
      Awaitility.await().until(() -> told.size() == 15 && groups.size() == 13);

      JournalCounters counters = journal.counters();

      assertThat(counters.requests(RequestKind.LEARN, Outcome.DONE)).isEqualTo(11);
      assertThat(counters.requests(RequestKind.ACCEPT, Outcome.DONE)).isEqualTo(2);
      assertThat(counters.requests(RequestKind.PROMISE, Outcome.STALE_BALLOT)).isEqualTo(1);
      assertThat(counters.requests(RequestKind.LEARN, Outcome.SAFETY_VIOLATION)).isEqualTo(1);
      assertThat(counters.requests(RequestKind.LEARN, Outcome.OTHER)).isEqualTo(1);
      assertThat(counters.safetyViolations()).isEqualTo(1);
      assertThat(counters.groups()).isEqualTo(13);
      assertThat(counters.records()).isEqualTo(13);
      assertThat(counters.forceBuckets().stream().mapToLong(Long::longValue).sum()).isEqualTo(13);
      assertThat(counters.lastForce()).isPresent();
      assertThat(counters.groupBytes())
          .isEqualTo(groups.stream().mapToLong(ForcedGroup::groupBytes).sum());
      assertThat(told).contains("LEARN DONE true", "PROMISE STALE_BALLOT true");
      assertThat(groups).allMatch(group -> group.reason() == ForcedGroup.Reason.DRAINED);
    }
  }

  @Test
  void commitsThatCameAloneSayThatTheDelayPassed() {
    List<ForcedGroup> groups = new CopyOnWriteArrayList<>();
    JournalListener listener =
        new JournalListener() {
          @Override
          public void groupForced(ForcedGroup group) {
            groups.add(group);
          }
        };
    try (PaxosJournal journal = open(listener)) {
      journal.blocking().accept(accept(0));
      journal.blocking().commit(0, BALLOT);
      Awaitility.await().until(() -> groups.size() == 2);

      assertThat(groups.get(1).reason()).isEqualTo(ForcedGroup.Reason.COMMIT_DELAY);
      assertThat(groups.get(1).queueNanos()).isGreaterThan(4_000_000);
    }
  }

  @Test
  void aQuantileIsTakenFromTheForcesBetweenTwoReadings() {
    JournalCounters before = counters(0, 0, 0);
    JournalCounters after = counters(98, 1, 1);

    assertThat(JournalCounters.quantileNanos(before, after, 0.5)).isEqualTo(100_000);
    assertThat(JournalCounters.quantileNanos(before, after, 0.99)).isEqualTo(250_000);
    assertThat(JournalCounters.quantileNanos(before, after, 1)).isEqualTo(9_000_000_000L);
    assertThat(JournalCounters.quantileNanos(after, after, 0.5)).isZero();
  }

  private static JournalCounters counters(long fastest, long fast, long slowest) {
    Long[] buckets = new Long[JournalCounters.FORCE_BUCKET_NANOS.size() + 1];
    java.util.Arrays.fill(buckets, 0L);
    buckets[0] = fastest;
    buckets[1] = fast;
    buckets[buckets.length - 1] = slowest;
    return new JournalCounters(
        0,
        0,
        0,
        0,
        fastest + fast + slowest,
        0,
        0,
        List.of(buckets),
        java.util.Optional.empty(),
        9_000_000_000L,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        java.util.Map.of());
  }

  private static Long[] range(long first, long last) {
    Long[] slots = new Long[(int) (last - first + 1)];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = first + i;
    }
    return slots;
  }
}

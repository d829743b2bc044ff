package dev.paxosjournal.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.SlotRange;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlotRangesTest {
  private static final long HIGHEST = Long.MAX_VALUE;

  private final SlotRanges slots = new SlotRanges();

  @Test
  void emptyHoldsNothing() {
    assertThat(slots.contains(0)).isFalse();
    assertThat(slots.last()).isEqualTo(-1);
    assertThat(slots.ceiling(0)).isEqualTo(-1);
    assertThat(slots.runFrom(5)).isEqualTo(4);
    assertThat(slots.ranges()).isEmpty();
  }

  @Test
  void neighboursBecomeOneRange() {
    slots.add(5);
    slots.add(7);
    assertThat(slots.ranges()).containsExactly(range(5, 5), range(7, 7));

    slots.add(6);

    assertThat(slots.ranges()).containsExactly(range(5, 7));
  }

  @Test
  void addedRangeSwallowsWhatItCoversOrTouches() {
    slots.add(1, 2);
    slots.add(5);
    slots.add(9, 12);
    slots.add(20);

    slots.add(3, 8);

    assertThat(slots.ranges()).containsExactly(range(1, 12), range(20, 20));
  }

  @Test
  void addingWhatIsThereChangesNothing() {
    slots.add(1, 9);

    slots.add(4);
    slots.add(1, 9);
    slots.add(2, 3);

    assertThat(slots.ranges()).containsExactly(range(1, 9));
  }

  @Test
  void removingASlotSplitsItsRange() {
    slots.add(1, 9);

    slots.remove(5);
    slots.remove(1);
    slots.remove(9);
    slots.remove(100);

    assertThat(slots.ranges()).containsExactly(range(2, 4), range(6, 8));
  }

  @Test
  void removingThroughASlotKeepsWhatIsAbove() {
    slots.add(1, 3);
    slots.add(5, 9);

    slots.removeThrough(6);

    assertThat(slots.ranges()).containsExactly(range(7, 9));
    slots.removeThrough(9);
    assertThat(slots.ranges()).isEmpty();
  }

  @Test
  void runEndsBeforeTheFirstGap() {
    slots.add(3, 6);
    slots.add(8);

    assertThat(slots.runFrom(3)).isEqualTo(6);
    assertThat(slots.runFrom(5)).isEqualTo(6);
    assertThat(slots.runFrom(7)).isEqualTo(6);
    assertThat(slots.runFrom(2)).isEqualTo(1);
  }

  @Test
  void ceilingIsTheSlotItselfOrTheNextThatIsThere() {
    slots.add(3, 6);
    slots.add(8);

    assertThat(slots.ceiling(0)).isEqualTo(3);
    assertThat(slots.ceiling(4)).isEqualTo(4);
    assertThat(slots.ceiling(7)).isEqualTo(8);
    assertThat(slots.ceiling(9)).isEqualTo(-1);
    assertThat(slots.last()).isEqualTo(8);
  }

  @Test
  void lowestAndHighestSlotAreSlotsLikeOthers() {
    slots.add(0);
    slots.add(HIGHEST);
    slots.add(HIGHEST - 1);

    assertThat(slots.ranges()).containsExactly(range(0, 0), range(HIGHEST - 1, HIGHEST));
    assertThat(slots.runFrom(HIGHEST - 1)).isEqualTo(HIGHEST);

    slots.add(1, HIGHEST - 2);
    assertThat(slots.ranges()).containsExactly(range(0, HIGHEST));
    assertThat(slots.count()).isEqualTo(HIGHEST);

    slots.remove(HIGHEST);
    assertThat(slots.ranges()).containsExactly(range(0, HIGHEST - 1));
    slots.removeThrough(HIGHEST);
    assertThat(slots.ranges()).isEmpty();
  }

  @Test
  void agreesWithAPlainSet() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      SlotRanges ranges = new SlotRanges();
      TreeSet<Long> model = new TreeSet<>();
      for (int step = 0; step < 60; step++) {
        changeBoth(random, ranges, model);
        assertThat(ranges.ranges()).as("seed %s, step %s", seed, step).isEqualTo(rangesOf(model));
      }
      for (long slot = 0; slot < 42; slot++) {
        Long next = model.ceiling(slot);
        assertThat(ranges.contains(slot)).as("seed %s", seed).isEqualTo(model.contains(slot));
        assertThat(ranges.ceiling(slot)).as("seed %s", seed).isEqualTo(next == null ? -1 : next);
        assertThat(ranges.runFrom(slot)).as("seed %s", seed).isEqualTo(runFrom(model, slot));
      }
      assertThat(ranges.count()).as("seed %s", seed).isEqualTo(model.size());
      assertThat(ranges.last()).as("seed %s", seed).isEqualTo(model.isEmpty() ? -1 : model.last());
    }
  }

  private static void changeBoth(Random random, SlotRanges ranges, NavigableSet<Long> model) {
    long slot = random.nextInt(40);
    switch (random.nextInt(4)) {
      case 0 -> {
        ranges.add(slot);
        model.add(slot);
      }
      case 1 -> {
        long last = slot + random.nextInt(5);
        ranges.add(slot, last);
        for (long each = slot; each <= last; each++) {
          model.add(each);
        }
      }
      case 2 -> {
        ranges.remove(slot);
        model.remove(slot);
      }
      default -> {
        // Seldom far up, or the set would never fill.
        long through = random.nextInt(8) == 0 ? slot : slot % 4;
        ranges.removeThrough(through);
        model.headSet(through, true).clear();
      }
    }
  }

  private static long runFrom(NavigableSet<Long> model, long slot) {
    long last = slot - 1;
    while (model.contains(last + 1)) {
      last++;
    }
    return last;
  }

  private static List<SlotRange> rangesOf(NavigableSet<Long> model) {
    List<SlotRange> ranges = new ArrayList<>();
    long first = -1;
    for (long slot : model) {
      if (first < 0) {
        first = slot;
      }
      if (!model.contains(slot + 1)) {
        ranges.add(range(first, slot));
        first = -1;
      }
    }
    return ranges;
  }

  private static SlotRange range(long first, long last) {
    return new SlotRange(first, last);
  }
}

package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.JournalView;
import dev.paxosjournal.journal.SlotPage;
import dev.paxosjournal.journal.SlotSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Some slots from a place on, as far as one page goes: so many rows, 20,000 slots looked at, or 50
 * milliseconds, whatever comes first.
 *
 * @param rows what was found
 * @param next the slot to go on from; empty if the end was reached
 * @param looked how many slots were looked at
 */
record SlotSearch(List<SlotSummary> rows, OptionalLong next, long looked) {
  private static final int MOST_LOOKED = 20_000;
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int CHUNK = 500;

  /** All slots, one after the other. */
  static SlotSearch all(JournalView journal, long from, int rows) {
    SlotPage page = journal.slots(from, rows);
    return new SlotSearch(page.slots(), page.next(), page.slots().size());
  }

  /** Slots of one kind; the journal knows where they are, so nothing is scanned. */
  static SlotSearch only(JournalView journal, long from, SlotSummary.Kind kind, int rows) {
    List<SlotSummary> found = new ArrayList<>();
    OptionalLong at = journal.nextSlot(from, kind);
    while (at.isPresent() && found.size() < rows) {
      long slot = at.getAsLong();
      found.addAll(journal.slots(slot, 1).slots());
      at = slot == Long.MAX_VALUE ? OptionalLong.empty() : journal.nextSlot(slot + 1, kind);
    }
    return new SlotSearch(found, at, found.size());
  }

  /** Slots that a filter takes. */
  static SlotSearch filtered(JournalView journal, long from, SlotFilter filter, int rows) {
    long deadline = System.nanoTime() + MOST_NANOS;
    List<SlotSummary> found = new ArrayList<>();
    long looked = 0;
    OptionalLong next = OptionalLong.of(from);
    while (next.isPresent() && looked < MOST_LOOKED) {
      SlotPage page = journal.slots(next.getAsLong(), CHUNK);
      for (SlotSummary slot : page.slots()) {
        if (filter.before().isPresent() && slot.slot() >= filter.before().getAsLong()) {
          return new SlotSearch(found, OptionalLong.empty(), looked);
        }
        boolean overdue = filter.readsValues() && System.nanoTime() - deadline > 0;
        if (found.size() == rows || (overdue && looked > 0)) {
          return new SlotSearch(found, OptionalLong.of(slot.slot()), looked);
        }
        looked++;
        if (filter.takes(slot, journal)) {
          found.add(slot);
        }
      }
      next = page.next();
      if (System.nanoTime() - deadline > 0) {
        break;
      }
    }
    return new SlotSearch(found, next, looked);
  }
}

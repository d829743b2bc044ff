package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalView;
import dev.paxosjournal.journal.Retransmission;
import dev.paxosjournal.journal.SlotPage;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.SlotState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Some slots from a place on, as far as one page goes: so many rows, 5,000 slots looked at, or 50
 * milliseconds, whatever comes first.
 *
 * @param rows what was found
 * @param next the slot to go on from; empty if the end was reached
 * @param looked how many slots were looked at
 */
record SlotSearch(List<SlotSummary> rows, OptionalLong next, long looked) {
  private static final int MOST_LOOKED = 5_000;
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int CHUNK = 500;

  /** All slots, one after the other. */
  static SlotSearch all(JournalView journal, long from, int rows) {
    SlotPage page = journal.slots(from, rows);
    return new SlotSearch(page.slots(), page.next(), page.slots().size());
  }

  /** Slots of one kind; the journal knows where they are, so nothing is scanned. */
  static SlotSearch only(JournalView journal, long from, SlotSummary.Kind kind, int rows) {
    Gathering gathering = new Gathering(rows);
    OptionalLong next = ofKind(journal, from, kind, SlotFilter.NONE, gathering);
    return new SlotSearch(gathering.found, next, gathering.looked);
  }

  /** Slots that a filter takes. */
  static SlotSearch filtered(JournalView journal, long from, SlotFilter filter, int rows) {
    Gathering gathering = new Gathering(rows);
    OptionalLong next;
    if (filter.readsValues()) {
      next = ofValue(journal, from, filter, gathering);
    } else if (filter.kind().isPresent() && filter.kind().get() != SlotSummary.Kind.COMMITTED) {
      next = ofKind(journal, from, filter.kind().get(), filter, gathering);
    } else {
      next = ofSummary(journal, from, filter, gathering);
    }
    return new SlotSearch(gathering.found, next, gathering.looked);
  }

  /** What a page holds so far, and whether it is full. */
  private static final class Gathering {
    private final long begun = System.nanoTime();
    private final List<SlotSummary> found = new ArrayList<>();
    private final int rows;
    private long looked;

    Gathering(int rows) {
      this.rows = rows;
    }

    boolean isFull() {
      return found.size() == rows
          || looked == MOST_LOOKED
          || (looked > 0 && System.nanoTime() - begun > MOST_NANOS);
    }
  }

  private static OptionalLong ofKind(
      JournalView journal,
      long from,
      SlotSummary.Kind kind,
      SlotFilter filter,
      Gathering gathering) {
    OptionalLong at = journal.nextSlot(from, kind);
    while (at.isPresent() && filter.reaches(at.getAsLong())) {
      long slot = at.getAsLong();
      if (gathering.isFull()) {
        return at;
      }
      gathering.looked++;
      for (SlotSummary summary : journal.slots(slot, 1).slots()) {
        if (filter.takes(summary)) {
          gathering.found.add(summary);
        }
      }
      at = slot == Long.MAX_VALUE ? OptionalLong.empty() : journal.nextSlot(slot + 1, kind);
    }
    return OptionalLong.empty();
  }

  private static OptionalLong ofSummary(
      JournalView journal, long from, SlotFilter filter, Gathering gathering) {
    OptionalLong next = OptionalLong.of(from);
    while (next.isPresent()) {
      SlotPage page = journal.slots(next.getAsLong(), CHUNK);
      for (SlotSummary summary : page.slots()) {
        if (!filter.reaches(summary.slot())) {
          return OptionalLong.empty();
        }
        if (gathering.isFull()) {
          return OptionalLong.of(summary.slot());
        }
        gathering.looked++;
        if (filter.takes(summary)) {
          gathering.found.add(summary);
        }
      }
      next = page.next();
    }
    return next;
  }

  /**
   * Reads committed values as they are sent to peers, many at a time, and the few pending ones
   * between them. Slots without a value are not looked at.
   */
  private static OptionalLong ofValue(
      JournalView journal, long from, SlotFilter filter, Gathering gathering) {
    OptionalLong pending = journal.nextSlot(from, SlotSummary.Kind.PENDING);
    try (Retransmission committed = journal.retransmit(from, Long.MAX_VALUE)) {
      Optional<SlotState> read = committed.next();
      while (read.isPresent() || pending.isPresent()) {
        long slot =
            Math.min(
                read.map(SlotState::slot).orElse(Long.MAX_VALUE), pending.orElse(Long.MAX_VALUE));
        if (!filter.reaches(slot)) {
          return OptionalLong.empty();
        }
        if (gathering.isFull()) {
          return OptionalLong.of(slot);
        }
        gathering.looked++;
        boolean isRead = read.isPresent() && read.get().slot() == slot;
        SlotState state = isRead ? read.get() : journal.slot(slot);
        if (filter.takes(state)) {
          gathering.found.addAll(journal.slots(slot, 1).slots());
        }
        if (isRead) {
          read = committed.next();
        }
        if (pending.isPresent() && pending.getAsLong() == slot) {
          pending = journal.nextSlot(slot + 1, SlotSummary.Kind.PENDING);
        }
      }
      boolean isMore = committed.end().reason() == Retransmission.Reason.LIMIT;
      return isMore ? OptionalLong.of(journal.status().firstAvailable()) : OptionalLong.empty();
    } catch (JournalException.Compacted meanwhile) {
      return OptionalLong.of(journal.status().firstAvailable());
    }
  }
}

package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.SlotSummary;
import java.util.Optional;

/**
 * What somebody wrote into the jump box.
 *
 * @param from the slot at which the page begins
 * @param only the one kind of slots to list; empty for all
 */
record Place(long from, Optional<SlotSummary.Kind> only) {

  /**
   * Reads {@code 42}, {@code -100} (that many from the end), {@code #damaged}, {@code #gap}, {@code
   * #pending}; nothing at all is the end of the journal.
   *
   * @param rows how many slots a page has
   * @return empty if it is none of these
   */
  static Optional<Place> parse(String text, JournalStatus status, int rows) {
    // There is no number behind the highest slot of all.
    long end = Math.max(status.highestSlot(), status.highestSlot() + 1);
    return switch (text) {
      case "" -> Optional.of(fromEnd(rows, end));
      case "#damaged" -> Optional.of(only(SlotSummary.Kind.DAMAGED));
      case "#gap" -> Optional.of(only(SlotSummary.Kind.UNKNOWN));
      case "#pending" -> Optional.of(only(SlotSummary.Kind.PENDING));
      default -> number(text, end);
    };
  }

  private static Place only(SlotSummary.Kind kind) {
    return new Place(0, Optional.of(kind));
  }

  private static Optional<Place> number(String text, long end) {
    if (!text.matches("-?[0-9]{1,19}")) {
      return Optional.empty();
    }
    try {
      long number = Long.parseLong(text);
      return Optional.of(
          text.startsWith("-") ? fromEnd(-number, end) : new Place(number, Optional.empty()));
    } catch (NumberFormatException tooLarge) {
      return Optional.empty();
    }
  }

  private static Place fromEnd(long back, long end) {
    return new Place(Math.max(0, end - back), Optional.empty());
  }
}

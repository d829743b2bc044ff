package dev.paxosjournal.journal;

import java.util.List;
import java.util.OptionalLong;

/**
 * Some neighbouring slots.
 *
 * @param slots in ascending order, without a hole
 * @param next the slot to ask for next; empty if no slot above is recorded
 */
public record SlotPage(List<SlotSummary> slots, OptionalLong next) {

  /** The most slots a page can have. */
  public static final int MOST_SLOTS = 20_000;

  /** Copies the list. */
  public SlotPage {
    slots = List.copyOf(slots);
  }
}

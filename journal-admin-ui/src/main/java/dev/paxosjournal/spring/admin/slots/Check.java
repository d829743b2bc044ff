package dev.paxosjournal.spring.admin.slots;

import dev.paxosjournal.journal.JournalView;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.SlotState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is known of a record's checksum. */
enum Check {
  /** The record was read just now, and its bytes are those that were forced. */
  MATCHES,
  /** They are not, or there is no record. */
  FAILS,
  /** Nobody looked, because the page would have become slow. */
  UNREAD;

  private static final long MOST_BYTES = 1 << 20;
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Reads the records of a page's slots as far as that is quick. */
  static Map<Long, Check> of(JournalView journal, List<SlotSummary> slots) {
    Map<Long, Check> checks = new HashMap<>();
    long deadline = System.nanoTime() + MOST_NANOS;
    long bytes = 0;
    boolean goOn = true;
    for (SlotSummary slot : slots) {
      Check check = UNREAD;
      if (slot.kind() == SlotSummary.Kind.DAMAGED) {
        check = FAILS;
      } else if (goOn && slot.lengthBytes().isPresent()) {
        bytes += slot.lengthBytes().getAsInt();
        if (bytes <= MOST_BYTES && System.nanoTime() - deadline < 0) {
          check = journal.slot(slot.slot()) instanceof SlotState.Damaged ? FAILS : MATCHES;
        }
        // For a record that is new to be damaged the whole log may be read: once is enough.
        goOn = check == MATCHES;
      }
      checks.put(slot.slot(), check);
    }
    return checks;
  }
}

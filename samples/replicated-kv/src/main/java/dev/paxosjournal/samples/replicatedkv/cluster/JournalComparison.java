package dev.paxosjournal.samples.replicatedkv.cluster;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.SlotState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the committed values in the journals of nodes that do not run, by length and checksum.
 *
 * @param compared slots that are committed in more than one journal
 * @param different those of which two journals hold different values
 * @param damaged slots that some journal cannot read
 */
record JournalComparison(long compared, long different, long damaged) {

  static JournalComparison of(List<NodeProcess> nodes) {
    Map<Long, Long> digests = new HashMap<>();
    long compared = 0;
    long different = 0;
    long damaged = 0;
    for (NodeProcess node : nodes) {
      JournalOptions options =
          JournalOptions.builder(node.journal(), "replicated-kv", NodeProcess.number(node.name()))
              .create(false)
              .build();
      try (PaxosJournal journal = PaxosJournal.open(options)) {
        JournalStatus status = journal.status();
        damaged += status.damaged();
        for (long slot = status.firstAvailable(); slot <= status.highestSlot(); slot++) {
          if (journal.slot(slot) instanceof SlotState.Committed committed) {
            long digest =
                (long) committed.value().length() << 32
                    | Integer.toUnsignedLong(committed.value().checksum());
            Long other = digests.putIfAbsent(slot, digest);
            compared += other == null ? 0 : 1;
            different += other == null || other == digest ? 0 : 1;
          }
        }
      }
    }
    return new JournalComparison(compared, different, damaged);
  }
}

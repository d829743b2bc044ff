package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A slot is any number from 0 on; behind the highest long there is no next one to count with. */
class LastSlotTest {
  private static final long LAST = Long.MAX_VALUE;
  private static final Accept ACCEPT = new Accept(LAST, new Ballot(3, 1), Value.utf8("the last"));

  private final MemoryDisk disk = new MemoryDisk();

  private PaxosJournal open() {
    return JournalOnDisk.open(Campaigns.options(512, 64 * 1024).build(), disk);
  }

  @Test
  void aWalkEndsBehindIt() {
    try (PaxosJournal journal = open()) {
      journal.blocking().learn(ACCEPT);

      assertWalkEndsWithTheLastSlot(journal, 0);
      assertWalkEndsWithTheLastSlot(journal, LAST);
    }
  }

  @Test
  void allSlotsMayBeCommitted() throws Exception {
    try (PaxosJournal journal = open()) {
      journal.blocking().learn(ACCEPT);
      journal.blocking().advanceFloor(LAST);
      assertAllIsCommitted(journal);
    }
    try (PaxosJournal journal = open()) {
      assertAllIsCommitted(journal);
    }
    disk.delete("checkpoint");
    try (PaxosJournal journal = open()) {
      assertAllIsCommitted(journal);
    }
  }

  private static void assertAllIsCommitted(PaxosJournal journal) {
    JournalStatus status = journal.status();
    assertThat(status.committedThrough()).isEqualTo(LAST);
    assertThat(status.firstAvailable()).isEqualTo(LAST);
    assertThat(status.highestSlot()).isEqualTo(LAST);
    assertThat(status.firstGap()).isEmpty();
    assertThat(journal.nextSlot(LAST, SlotSummary.Kind.UNKNOWN)).isEmpty();
    assertThat(journal.blocking().compact(LAST)).isEqualTo(LAST);
    assertThat(journal.slots(LAST, 5).slots()).hasSize(1);
    assertThat(journal.verify(0).join().state()).isEqualTo(Operation.State.DONE);
    assertWalkEndsWithTheLastSlot(journal, LAST);
  }

  private static void assertWalkEndsWithTheLastSlot(PaxosJournal journal, long from) {
    List<SlotState> found = new ArrayList<>();
    try (Retransmission walk = journal.retransmit(from, 1 << 20)) {
      for (Optional<SlotState> slot = walk.next(); slot.isPresent(); slot = walk.next()) {
        found.add(slot.get());
      }
      assertThat(walk.end()).isEqualTo(new Retransmission.End(LAST, Retransmission.Reason.END));
    }
    assertThat(found)
        .containsExactly(new SlotState.Committed(LAST, ACCEPT.ballot(), ACCEPT.value()));
  }
}

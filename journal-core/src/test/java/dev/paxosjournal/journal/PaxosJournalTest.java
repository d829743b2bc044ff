package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaxosJournalTest {
  private static final Ballot LOW = new Ballot(-5, -1);
  private static final Ballot HIGH = new Ballot(7, 2);

  @TempDir Path directory;

  private JournalOptions options() {
    return JournalOptions.builder(directory.resolve("journal"), "test", 1)
        .segmentBytes(1 << 20)
        .maxValueBytes(64 * 1024)
        .build();
  }

  private static Accept accept(long slot, Ballot ballot, String value) {
    return new Accept(slot, ballot, Value.utf8(value));
  }

  @Test
  void everythingIsThereAfterClosingAndOpening() {
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      BlockingJournal blocking = journal.blocking();
      blocking.promise(LOW);
      blocking.accept(accept(0, HIGH, "zero"));
      blocking.accept(accept(1, HIGH, ""));
      blocking.accept(accept(3, HIGH, "three"));
      blocking.commit(0, HIGH);
      blocking.learn(accept(5, LOW, "five"));
    }
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      assertThat(journal.slot(0)).isEqualTo(new SlotState.Committed(0, HIGH, Value.utf8("zero")));
      assertThat(journal.slot(1)).isEqualTo(new SlotState.Pending(1, HIGH, Value.utf8("")));
      assertThat(journal.slot(2)).isEqualTo(new SlotState.Unknown(2));
      assertThat(journal.slot(5)).isEqualTo(new SlotState.Committed(5, LOW, Value.utf8("five")));
      JournalStatus status = journal.status();
      assertThat(status.promised()).contains(HIGH);
      assertThat(status.committedThrough()).isZero();
      assertThat(status.firstGap()).hasValue(2);
      assertThat(status.highestSlot()).isEqualTo(5);
      assertThat(status.pending()).isEqualTo(2);
      assertThat(status.state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.identity().openCounter()).isEqualTo(2);
    }
  }

  @Test
  void futuresCompleteInOrderAndRefusalsChangeNothing() {
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      List<Integer> order = new ArrayList<>();
      CompletableFuture<?>[] futures = {
        journal.promise(HIGH).whenComplete((r, e) -> order.add(0)),
        journal.accept(accept(1, LOW, "refused")).whenComplete((r, e) -> order.add(1)),
        journal.accept(accept(1, HIGH, "v")).whenComplete((r, e) -> order.add(2)),
        journal.accept(accept(1, HIGH, "w")).whenComplete((r, e) -> order.add(3)),
      };
      journal.sync().join();
      assertThat(order).containsExactly(0, 1, 2, 3);
      assertThatThrownBy(() -> futures[1].join())
          .hasCauseInstanceOf(JournalException.StaleBallot.class);
      assertThatThrownBy(() -> futures[3].join())
          .hasCauseInstanceOf(JournalException.Conflict.class);
      assertThat(journal.slot(1)).isEqualTo(new SlotState.Pending(1, HIGH, Value.utf8("v")));
    }
  }

  @Test
  void retransmissionStopsAtTheLimitAndTellsWhereToGoOn() throws IOException {
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      for (int slot = 0; slot < 10; slot++) {
        journal.blocking().learn(accept(slot, LOW, "value-" + slot));
      }
      try (Retransmission walk = journal.retransmit(2, 14)) {
        assertThat(walk.next()).contains(journal.slot(2));
        assertThat(walk.next()).contains(journal.slot(3));
        assertThat(walk.next()).isEmpty();
        assertThat(walk.end()).isEqualTo(new Retransmission.End(4, Retransmission.Reason.LIMIT));
      }
      var bytes = new ByteArrayOutputStream();
      assertThat(journal.retransmit(8, 1000, Channels.newChannel(bytes)))
          .isEqualTo(new Retransmission.End(10, Retransmission.Reason.END));
      assertThat(bytes.size()).isEqualTo(3 * RetransmissionFrames.HEADER_BYTES + 14);
    }
  }

  @Test
  void retransmissionAlwaysSendsOneValue() {
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      journal.blocking().learn(accept(0, LOW, "larger than nothing"));
      journal.blocking().learn(accept(1, LOW, "another"));
      try (Retransmission walk = journal.retransmit(0, 0)) {
        assertThat(walk.next()).contains(journal.slot(0));
        assertThat(walk.next()).isEmpty();
        assertThat(walk.end()).isEqualTo(new Retransmission.End(1, Retransmission.Reason.LIMIT));
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> journal.retransmit(0, -1))
          .withMessage("maxBytes is -1; must be 0 or more");
    }
  }

  @Test
  void compactedSlotsAnswerCompactedAtOnce() {
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      BlockingJournal blocking = journal.blocking();
      for (int slot = 0; slot < 10; slot++) {
        blocking.learn(accept(slot, LOW, "value-" + slot));
      }
      assertThatThrownBy(() -> blocking.compact(11))
          .isInstanceOf(JournalException.NotCommitted.class);
      assertThat(blocking.compact(4)).isEqualTo(4);
      assertThat(journal.slot(3)).isEqualTo(new SlotState.Compacted(3, 4));
      assertThatThrownBy(() -> journal.retransmit(3, 1))
          .isInstanceOf(JournalException.Compacted.class);
      assertThat(blocking.advanceFloor(100)).isEqualTo(100);
      assertThat(journal.status().committedThrough()).isEqualTo(99);
      assertThat(journal.status().highestSlot()).isEqualTo(99);
    }
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      assertThat(journal.status().firstAvailable()).isEqualTo(100);
      assertThat(journal.status().committedThrough()).isEqualTo(99);
    }
  }

  @Test
  void segmentsRollAndAreFreedByCompaction() {
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      byte[] large = new byte[60_000];
      for (int slot = 0; slot < 200; slot++) {
        journal.blocking().learn(new Accept(slot, LOW, Value.copyOf(large)));
      }
      assertThat(journal.status().segments()).isGreaterThan(5);
      journal.blocking().compact(200);
      journal.blocking().learn(accept(200, LOW, "next"));
      assertThat(journal.status().segments()).isLessThanOrEqualTo(2);
    }
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      assertThat(journal.slot(200))
          .isEqualTo(new SlotState.Committed(200, LOW, Value.utf8("next")));
      assertThat(journal.status().promised()).isEmpty();
    }
  }
}

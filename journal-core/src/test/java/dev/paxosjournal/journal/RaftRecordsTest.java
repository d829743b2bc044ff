package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Term, vote and the end of a log that is replaced, as a Raft node sees them. */
@ExtendWith(QuietLogs.class)
class RaftRecordsTest {
  private static final int BLOCK = 4096;
  private static final int HEADERS = 8192;
  private static final String FIRST_SEGMENT = "wal-0000000001-0000000000000000000.seg";
  private static final Ballot TERM_1 = new Ballot(1, 0);
  private static final Ballot TERM_2 = new Ballot(2, 0);

  private final MemoryDisk disk = new MemoryDisk();

  private static PaxosJournal open(MemoryDisk on) {
    JournalOptions options = Campaigns.options(4096, 1 << 20).build();
    return JournalAssembly.open(options, () -> on, Executors::newSingleThreadExecutor);
  }

  private static Accept accept(long slot, Ballot ballot, String value) {
    return new Accept(slot, ballot, Value.utf8(value));
  }

  private static Registration vote(long term, String candidate) {
    return Registration.ofVote(term, Value.utf8(candidate));
  }

  @Test
  void termNeverFallsAndHasOneVote() {
    try (PaxosJournal journal = open(disk)) {
      RaftRecords raft = journal.raft();
      assertThat(raft.registered()).isEmpty();

      raft.registerNow(Registration.ofTerm(3));
      raft.registerNow(vote(3, "A"));
      raft.registerNow(vote(3, "A"));
      raft.registerNow(Registration.ofTerm(3));
      assertThat(raft.registered()).contains(vote(3, "A"));

      assertThatThrownBy(() -> raft.registerNow(vote(3, "B")))
          .isInstanceOfSatisfying(
              JournalException.AlreadyVoted.class,
              refused -> assertThat(refused.registered()).isEqualTo(vote(3, "A")));
      assertThatThrownBy(() -> raft.registerNow(vote(2, "A")))
          .isInstanceOfSatisfying(
              JournalException.StaleTerm.class,
              refused -> assertThat(refused.registered()).isEqualTo(vote(3, "A")));
      assertThat(raft.register(vote(2, "B")))
          .failsWithin(java.time.Duration.ofSeconds(10))
          .withThrowableThat()
          .withCauseInstanceOf(JournalException.StaleTerm.class);

      raft.registerNow(Registration.ofTerm(4));
      assertThat(raft.registered()).contains(Registration.ofTerm(4));
    }

    try (PaxosJournal journal = open(disk)) {
      assertThat(journal.raft().registered()).contains(Registration.ofTerm(4));
      assertThat(journal.status().promised()).isEmpty();
    }
  }

  @Test
  void registerSurvivesTheLossOfEitherBlockItWasAcknowledgedIn() {
    try (PaxosJournal journal = open(disk)) {
      journal.raft().registerNow(vote(7, "A"));
      for (int block = 0; block < 2; block++) {
        MemoryDisk killed = disk.processCrash();
        killed.zero(FIRST_SEGMENT, HEADERS + (long) block * BLOCK, BLOCK);
        try (PaxosJournal recovered = open(killed)) {
          assertThat(recovered.raft().registered())
              .as("without block %d", block)
              .contains(vote(7, "A"));
        }
      }
    }
  }

  @Test
  void registerIsUnknownForEverWhenEveryCopyIsLost() {
    try (PaxosJournal journal = open(disk)) {
      journal.raft().registerNow(vote(7, "A"));
    }
    disk.zero(FIRST_SEGMENT, HEADERS, 2 * BLOCK);
    disk.deleteNow("checkpoint");

    for (int opening = 0; opening < 3; opening++) {
      try (PaxosJournal journal = open(disk)) {
        assertThatThrownBy(() -> journal.raft().registered())
            .isInstanceOf(JournalException.RegisterUnknown.class);
        assertThatThrownBy(() -> journal.raft().registerNow(vote(8, "B")))
            .isInstanceOf(JournalException.RegisterUnknown.class)
            .hasMessageContaining("replace it by a new member");
        journal.blocking().accept(accept(opening, TERM_1, "taken all the same"));
      }
    }
  }

  @Test
  void registerOutlivesTheSegmentsThatHeldIt() {
    try (PaxosJournal journal = open(disk)) {
      journal.raft().registerNow(vote(7, "A"));
      for (long slot = 0; slot < 600; slot++) {
        journal.blocking().accept(accept(slot, TERM_1, "x".repeat(4096)));
        journal.blocking().commit(slot, TERM_1);
      }
      journal.blocking().compact(600);
    }
    assertThat(disk.names()).doesNotContain(FIRST_SEGMENT);
    disk.names().stream()
        .filter(name -> !name.startsWith("wal-"))
        .toList()
        .forEach(disk::deleteNow);

    try (PaxosJournal journal = open(disk)) {
      assertThat(journal.raft().registered()).contains(vote(7, "A"));
    }
  }

  @Test
  void suffixIsReplacedAsOne() {
    try (PaxosJournal journal = open(disk)) {
      for (long slot = 0; slot < 6; slot++) {
        journal.blocking().accept(accept(slot, TERM_1, "old " + slot));
      }
      journal.blocking().commit(0, TERM_1);
      journal.blocking().commit(1, TERM_1);

      journal
          .raft()
          .replaceSuffixNow(3, List.of(accept(3, TERM_2, "new 3"), accept(4, TERM_2, "new 4")));

      assertThat(journal.status().highestSlot()).isEqualTo(4);
      assertThat(journal.status().promised()).contains(TERM_2);
    }
    disk.deleteNow("checkpoint");
    try (PaxosJournal journal = open(disk)) {
      assertThat(journal.slot(2)).isEqualTo(new SlotState.Pending(2, TERM_1, Value.utf8("old 2")));
      assertThat(journal.slot(3)).isEqualTo(new SlotState.Pending(3, TERM_2, Value.utf8("new 3")));
      assertThat(journal.slot(5)).isEqualTo(new SlotState.Unknown(5));
      assertThat(journal.status().highestSlot()).isEqualTo(4);
      assertThat(journal.status().pending()).isEqualTo(3);
    }
  }

  @Test
  void committedSlotsAreNeverDropped() {
    try (PaxosJournal journal = open(disk)) {
      journal.blocking().accept(accept(0, TERM_1, "zero"));
      journal.blocking().accept(accept(1, TERM_1, "one"));
      journal.blocking().learn(accept(2, TERM_1, "two"));

      for (long from = 0; from < 3; from++) {
        long first = from;
        assertThatThrownBy(() -> journal.raft().replaceSuffixNow(first, List.of()))
            .isInstanceOfSatisfying(
                JournalException.SuffixCommitted.class,
                refused -> assertThat(refused.highestCommitted()).isEqualTo(2));
      }
      assertThat(journal.status().pending()).isEqualTo(2);
    }
  }

  @Test
  void suffixBelowThePromiseIsRefusedWhole() {
    try (PaxosJournal journal = open(disk)) {
      journal.blocking().accept(accept(0, TERM_1, "zero"));
      journal.blocking().promise(TERM_2);

      assertThatThrownBy(
              () -> journal.raft().replaceSuffixNow(0, List.of(accept(0, TERM_1, "other"))))
          .isInstanceOf(JournalException.StaleBallot.class);

      assertThat(journal.slot(0)).isEqualTo(new SlotState.Pending(0, TERM_1, Value.utf8("zero")));
    }
  }

  @Test
  void damagedSlotInADroppedSuffixIsHealed() {
    try (PaxosJournal journal = open(disk)) {
      journal.blocking().accept(accept(0, TERM_1, "kept"));
      journal.blocking().accept(accept(1, TERM_1, "lost and dropped"));
    }
    int at =
        new String(disk.read(FIRST_SEGMENT), StandardCharsets.ISO_8859_1)
            .indexOf("lost and dropped");
    disk.flipBit(FIRST_SEGMENT, at * 8L);
    disk.deleteNow("checkpoint");

    try (PaxosJournal journal = open(disk)) {
      assertThat(journal.slot(1)).isInstanceOf(SlotState.Damaged.class);
      journal.raft().replaceSuffixNow(1, List.of());
      assertThat(journal.slot(1)).isEqualTo(new SlotState.Unknown(1));
      assertThat(journal.status().damaged()).isZero();
    }
    try (PaxosJournal journal = open(disk)) {
      assertThat(journal.slot(0)).isEqualTo(new SlotState.Pending(0, TERM_1, Value.utf8("kept")));
      assertThat(journal.slot(1)).isEqualTo(new SlotState.Unknown(1));
      assertThat(journal.status().damaged()).isZero();
    }
  }

  // Wrong calls.

  @Test
  void suffixMustAscendFromItsFirstSlot() {
    try (PaxosJournal journal = open(disk)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> journal.raft().replaceSuffix(5, List.of(accept(4, TERM_1, "below"))))
          .withMessageContaining("slot 4 in a suffix from slot 5");
    }
  }

  @Test
  void voteIsShort() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vote(1, "x".repeat(257)))
        .withMessageContaining("257 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Registration.ofTerm(-1))
        .withMessageContaining("term -1");
  }
}

package dev.paxosjournal.samples.quickstart.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalListener;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoProposerTest {
  private static final long SEED = 42;

  @TempDir private Path directory;
  private final List<JournalException> alarms = new ArrayList<>();

  @Test
  void trafficHasLeaderChangesGapsAndLateValues() {
    Set<Ballot> promises = new HashSet<>();
    int stepsWithGap = 0;
    long mostPending = 0;
    try (PaxosJournal journal = open("journal")) {
      DemoProposer proposer = new DemoProposer(journal, SEED);
      for (int step = 0; step < 2000; step++) {
        proposer.step();
        JournalStatus status = journal.status();
        status.promised().ifPresent(promises::add);
        stepsWithGap += status.firstGap().isPresent() ? 1 : 0;
        mostPending = Math.max(mostPending, status.pending());
      }

      assertThat(promises).hasSizeGreaterThan(3);
      assertThat(stepsWithGap).isBetween(100, 1900);
      assertThat(mostPending).isBetween(5L, 40L);
      assertThat(journal.status().committedThrough()).isGreaterThan(400);
      assertThat(ballotsBelowTheirPredecessor(journal)).isPositive();
      assertThat(alarms).isEmpty();
    }
  }

  @Test
  void sameSeedMakesTheSameTraffic() {
    try (PaxosJournal one = open("one");
        PaxosJournal other = open("other")) {
      DemoProposer first = new DemoProposer(one, SEED);
      DemoProposer second = new DemoProposer(other, SEED);
      for (int step = 0; step < 300; step++) {
        first.step();
        second.step();
      }

      assertThat(one.status().highestSlot()).isPositive();
      for (long slot = 0; slot <= one.status().highestSlot(); slot++) {
        assertThat(other.slot(slot)).isEqualTo(one.slot(slot));
      }
    }
  }

  @Test
  void oldSlotsAreCompacted() {
    try (PaxosJournal journal = open("journal")) {
      for (long slot = 0; slot < 2300; slot++) {
        journal.blocking().learn(new Accept(slot, new Ballot(1, 1), Value.utf8("old")));
      }

      new DemoProposer(journal, SEED).step();

      assertThat(journal.status().firstAvailable()).isEqualTo(2100);
    }
  }

  @Test
  void goesOnFromWhateverTheJournalHolds() {
    try (PaxosJournal journal = open("journal")) {
      journal.blocking().promise(new Ballot(70, -3));
      journal.blocking().accept(new Accept(2, new Ballot(71, 5), Value.utf8("not of the demo")));
      journal.blocking().learn(new Accept(9, new Ballot(99, 5), Value.utf8("neither")));
    }
    for (int life = 0; life < 5; life++) {
      try (PaxosJournal journal = open("journal")) {
        long before = journal.status().committedThrough();
        DemoProposer proposer = new DemoProposer(journal, SEED + life);
        for (int step = 0; step < 200; step++) {
          proposer.step();
        }

        assertThat(journal.status().committedThrough()).isGreaterThan(before);
        assertThat(journal.slot(2)).isInstanceOf(SlotState.Committed.class);
      }
    }
    assertThat(alarms).isEmpty();
  }

  @Test
  void refusalIsNotTheEnd() {
    try (PaxosJournal journal = open("journal")) {
      DemoProposer proposer = new DemoProposer(journal, SEED);
      for (int rival = 1; rival <= 20; rival++) {
        for (int step = 0; step < 10; step++) {
          proposer.step();
        }
        JournalStatus status = journal.status();
        Ballot higher = new Ballot(status.promised().orElseThrow().round() + 5, 99);
        journal.blocking().promise(higher);
        journal
            .blocking()
            .accept(new Accept(status.highestSlot() + 2, higher, Value.utf8("a rival's")));
      }
      for (int step = 0; step < 200; step++) {
        proposer.step();
      }

      assertThat(journal.status().committedThrough()).isGreaterThan(20);
      assertThat(alarms).isEmpty();
    }
  }

  @Test
  void floorMovedUnderItIsSurvived() {
    try (PaxosJournal journal = open("journal")) {
      DemoProposer proposer = new DemoProposer(journal, SEED);
      for (int step = 0; step < 100; step++) {
        proposer.step();
      }
      journal.blocking().advanceFloor(journal.status().highestSlot() + 1000);
      long floor = journal.status().firstAvailable();
      int refusals = 0;
      for (int step = 0; step < 200; step++) {
        try {
          proposer.step();
        } catch (JournalException.Refusal e) {
          refusals++;
        }
      }

      assertThat(refusals).isLessThan(3);
      assertThat(journal.status().committedThrough()).isGreaterThan(floor);
    }
  }

  @Test
  void highestBallotThatExistsIsNotOutbid() {
    Ballot highest = new Ballot(Long.MAX_VALUE, Integer.MAX_VALUE);
    try (PaxosJournal journal = open("journal")) {
      journal.blocking().promise(highest);
      DemoProposer proposer = new DemoProposer(journal, SEED);
      for (int step = 0; step < 20; step++) {
        proposer.step();
      }

      assertThat(journal.status().promised()).contains(highest);
      assertThat(journal.status().highestSlot()).isEqualTo(-1);
    }
  }

  @Test
  void closedJournalIsLeftAlone() {
    PaxosJournal journal = open("journal");
    DemoProposer proposer = new DemoProposer(journal, SEED);
    proposer.step();
    journal.close();

    proposer.step();

    assertThatExceptionOfType(JournalException.Closed.class).isThrownBy(() -> journal.slot(0));
  }

  private static long ballotsBelowTheirPredecessor(PaxosJournal journal) {
    long found = 0;
    Ballot before = new Ballot(Long.MIN_VALUE, 0);
    for (long slot = journal.status().firstAvailable();
        slot <= journal.status().committedThrough();
        slot++) {
      Ballot ballot = ((SlotState.Committed) journal.slot(slot)).ballot();
      found += ballot.isBelow(before) ? 1 : 0;
      before = ballot;
    }
    return found;
  }

  private PaxosJournal open(String name) {
    JournalListener listener =
        new JournalListener() {
          @Override
          public void safetyViolated(JournalException.SafetyViolation violation) {
            alarms.add(violation);
          }
        };
    return PaxosJournal.open(
        JournalOptions.builder(directory.resolve(name), "demo", 1)
            .maxValueBytes(64 << 10)
            .segmentBytes(4 << 20)
            .commitDelay(Duration.ZERO)
            .listener(listener)
            .build());
  }
}

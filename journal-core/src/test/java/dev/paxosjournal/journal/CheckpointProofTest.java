package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.disk.PowerCut;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A checkpoint without its positions is no start for a scan, but it proves what was forced; and it
 * is given up only by an opening that succeeds.
 */
@ExtendWith(QuietLogs.class)
class CheckpointProofTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final Ballot PROMISED = new Ballot(9, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final Registration VOTE = Registration.ofVote(5, Value.utf8("candidate"));
  private static final int GROUP = 4096;

  private final MemoryDisk disk = new MemoryDisk();

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  /** The last two groups hold all of it: two commits, one of them above a gap, promise and vote. */
  @BeforeEach
  void write() throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    for (long slot : new long[] {0, 1, 3, 4}) {
      journal.submit(List.of(Call.accept(slot, BALLOT, value(slot))));
    }
    journal.submit(List.of(Call.commit(0, BALLOT), Call.commit(3, BALLOT)));
    journal.submit(List.of(Call.promise(PROMISED), Call.register(VOTE)));
    journal.close();
  }

  private String segment() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).findFirst().orElseThrow();
  }

  private void losePositionsHintAndTheLastGroups() {
    disk.names().stream().filter(n -> n.startsWith("positions-")).forEach(disk::deleteNow);
    disk.deleteNow("hint");
    loseTheLastGroups();
  }

  private void loseTheLastGroups() {
    // The promise and the vote make the last one two blocks long.
    byte[] rot = new byte[3 * GROUP];
    Arrays.fill(rot, (byte) 7);
    disk.overwrite(segment(), disk.sizeOf(segment()) - rot.length, rot);
  }

  private static List<String> shown(MemoryDisk on) throws IOException {
    SteppedJournal journal = SteppedJournal.open(on, OPTIONS);
    List<String> shown = new ArrayList<>();
    shown.add(journal.status().state() + " " + journal.status().promised());
    shown.add(journal.registered() + " " + journal.registerLost());
    for (long slot = 0; slot <= 5; slot++) {
      SlotState state = journal.slot(slot);
      shown.add(
          state instanceof SlotState.Damaged damaged
              ? "damaged, committed " + damaged.committed()
              : state.toString());
    }
    journal.abandon();
    return shown;
  }

  @Test
  void withoutItsPositionsItStillProvesWhatWasForcedPromisedRegisteredAndCommitted()
      throws IOException {
    losePositionsHintAndTheLastGroups();

    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);

    assertThat(journal.recovery().tornBytes()).isZero();
    assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
    assertThat(journal.status().promised()).contains(PROMISED);
    assertThat(journal.registered()).contains(VOTE);
    for (long slot : new long[] {0, 3}) {
      assertThat(journal.slot(slot))
          .isInstanceOfSatisfying(
              SlotState.Damaged.class, damaged -> assertThat(damaged.committed()).isTrue());
    }
    for (long slot : new long[] {1, 4}) {
      assertThat(journal.slot(slot)).isNotInstanceOf(SlotState.Unknown.class);
    }
    assertThat(journal.submit(List.of(Call.accept(3, PROMISED, Value.utf8("other")))).get(0).kind())
        .isEqualTo(Answer.Kind.DAMAGED);
    assertThat(journal.status().committedThrough()).isZero();
    journal.abandon();
  }

  /** The checkpoint goes last: an opening that is cut short says the same as the next one. */
  @Test
  void wheneverSuchAnOpeningIsCutShortTheNextTwoSayTheSame() throws IOException {
    losePositionsHintAndTheLastGroups();
    MemoryDisk uncut = disk.copyOf();
    List<String> expected = shown(uncut);
    assertThat(uncut.names()).doesNotContain("checkpoint");
    assertThat(shown(uncut)).isEqualTo(expected);
    for (long operation = disk.operations() + 1; operation <= uncut.operations(); operation++) {
      MemoryDisk cut = disk.copyOf();
      cut.cutPowerAt(operation);
      try {
        shown(cut);
      } catch (PowerCut expectedCut) {
        // Of this the next opening is to show nothing.
      }
      for (CrashStrategy strategy : CrashStrategy.values()) {
        String what = "cut before operation " + operation + ", " + strategy;
        MemoryDisk image = cut.crash(strategy, operation);
        assertThat(shown(image)).as(what).isEqualTo(expected);
        MemoryDisk again = image.crash(CrashStrategy.NOTHING, operation);
        assertThat(shown(again)).as(what + ", twice").isEqualTo(expected);
      }
    }
  }

  private static Map<String, Integer> picture(MemoryDisk of) {
    Map<String, Integer> files = new TreeMap<>();
    of.names().stream()
        .filter(name -> !name.startsWith("positions-") && !name.startsWith("recovery-"))
        .forEach(name -> files.put(name, Arrays.hashCode(of.read(name))));
    return files;
  }

  /** Each call of an opening fails once: as long as it is refused, the checkpoint stays. */
  @Test
  void anOpeningThatIsRefusedLeavesTheCheckpoint() throws IOException {
    losePositionsHintAndTheLastGroups();
    byte[] checkpoint = disk.read("checkpoint");
    List<String> expected = shown(disk.copyOf());
    FailingDisk quiet = new FailingDisk(disk.copyOf());
    SteppedJournal.open(quiet, OPTIONS).abandon();
    int refused = 0;
    for (Kind kind : Kind.values()) {
      for (long n = 1; n <= quiet.calls(kind); n++) {
        String what = kind + " " + n + " fails";
        MemoryDisk copy = disk.copyOf();
        try {
          SteppedJournal.open(
                  new FailingDisk(copy).failOnce(kind, n, FailingDisk::ioError), OPTIONS)
              .abandon();
        } catch (IOException | JournalException expectedFailure) {
          refused++;
          // But for its own end, of which nothing is known then.
          if (copy.names().contains("checkpoint")) {
            assertThat(copy.read("checkpoint")).as(what).isEqualTo(checkpoint);
          } else {
            assertThat(kind).as(what).isEqualTo(Kind.FORCE_DIRECTORY);
          }
          assertThat(shown(copy)).as(what).isEqualTo(expected);
        }
      }
    }
    assertThat(refused).isGreaterThan(10);
  }

  @Test
  void aCheckpointThatTheDiskCannotReadForAMomentCostsNothingOfAWholeLog() throws IOException {
    List<String> expected = shown(disk.copyOf());
    for (Kind kind : List.of(Kind.READ, Kind.OPEN)) {
      MemoryDisk copy = disk.copyOf();
      FailingDisk failing =
          new FailingDisk(copy).failFiles(kind, "checkpoint", FailingDisk::ioError);
      SteppedJournal journal = SteppedJournal.open(failing, OPTIONS);
      assertThat(journal.recovery().findings().toString())
          .contains("the disk cannot read the checkpoint");
      journal.abandon();
      assertThat(shown(copy)).isEqualTo(expected);
    }
  }

  /** That the promise is lost is a verdict for ever; what the disk cannot read may come back. */
  @Test
  void withoutSegmentsNothingIsJudgedWhileTheDiskCannotReadHintOrCheckpoint() throws IOException {
    disk.names().stream().filter(n -> n.startsWith("wal-")).forEach(disk::deleteNow);
    neverJudged();
  }

  @Test
  void whereTheEndIsLostNothingIsJudgedWhileTheDiskCannotReadHintOrCheckpoint() throws IOException {
    loseTheLastGroups();
    neverJudged();
  }

  private void neverJudged() throws IOException {
    for (String hidden : List.of("hint", "checkpoint")) {
      MemoryDisk copy = disk.copyOf();
      for (String other : List.of("hint", "checkpoint")) {
        if (!other.equals(hidden)) {
          copy.deleteNow(other);
        }
      }
      List<String> later = shown(copy.copyOf());
      Map<String, Integer> before = picture(copy);
      FailingDisk failing =
          new FailingDisk(copy).failFiles(Kind.READ, hidden, FailingDisk::ioError);
      JournalOptions careful =
          Campaigns.options(512, 64 * 1024)
              .undecidableTail(JournalOptions.UndecidableTail.DAMAGED)
              .build();
      assertThatThrownBy(() -> SteppedJournal.open(failing, careful))
          .as(hidden)
          .isInstanceOf(JournalException.Unusable.class)
          .hasMessageContaining("the disk cannot read the file")
          .hasMessageContaining(hidden)
          .hasMessageContaining("open it again");
      assertThat(picture(copy)).as(hidden).isEqualTo(before);
      assertThat(shown(copy)).as(hidden).isEqualTo(later);
    }
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;

/**
 * The journal of a Raft node on a disk that loses whole blocks: what was dropped never comes back,
 * and term and vote are known or known to be lost, never lower.
 */
final class RaftRotCase {
  private static final int BLOCK = 4096;
  private static final int MAX_VALUE_BYTES = 512;

  private record Place(String file, long offset) {}

  private final SplittableRandom dice;
  private int images;
  private int registersLost;

  private RaftRotCase(long seed) {
    this.dice = new SplittableRandom(seed);
  }

  /** A journal of some groups, judged without each of its blocks. */
  static RaftRotCase run(long seed) throws IOException {
    RaftRotCase done = new RaftRotCase(seed);
    done.run();
    return done;
  }

  /** How many images were judged. */
  int images() {
    return images;
  }

  /** In how many of them the register was called lost. */
  int registersLost() {
    return registersLost;
  }

  private void run() throws IOException {
    JournalOptions options =
        Campaigns.options(MAX_VALUE_BYTES, Campaigns.segmentBytes(dice, MAX_VALUE_BYTES)).build();
    CallGenerator calls = CallGenerator.ofRaftNode(dice, MAX_VALUE_BYTES);
    AcceptorModel model = new AcceptorModel();
    MemoryDisk disk = new MemoryDisk();
    SteppedJournal journal =
        SteppedJournal.open(
            disk, options, SteppedJournal.Upkeep.AT_ONCE, Campaigns.checkpointBytes(dice));
    int groups = dice.nextInt(2, 25);
    for (int i = 0; i < groups; i++) {
      List<Call> group = calls.group(model.known(), 5);
      submit(group, journal, model);
    }
    int ending = dice.nextInt(3);
    if (ending == 0) {
      for (List<Call> group : replacedAtTheSameBallot(model.known())) {
        submit(group, journal, model);
      }
    } else if (ending == 1) {
      submit(voteBehindManyEntries(model.known()), journal, model);
    }
    if (dice.nextBoolean()) {
      journal.close();
    } else {
      journal.abandon();
    }
    disk = disk.processCrash();
    SortedSet<Long> asked = model.slotsToAsk();
    List<Place> places = places(disk);
    for (Place place : places) {
      Observation shown = judge(disk, options, model, asked, List.of(place), false);
      assertThat(shown.registerLost()).as("register, without %s", place).isFalse();
      Place other = places.get(dice.nextInt(places.size()));
      Observation twice =
          judge(disk, options, model, asked, List.of(place, other), dice.nextInt(4) == 0);
      Observation without =
          judge(disk, options, model, asked, runFrom(place, places), dice.nextInt(4) == 0);
      registersLost += (twice.registerLost() ? 1 : 0) + (without.registerLost() ? 1 : 0);
    }
  }

  private static void submit(List<Call> group, SteppedJournal journal, AcceptorModel model) {
    assertThat(journal.submit(group)).isEqualTo(model.begin(group));
    model.acknowledge();
  }

  /**
   * A leader sends again, at its ballot, what is another entry by now, and commits it: the accept
   * before is not what was committed, also if nothing tells any more that it was replaced.
   */
  private static List<List<Call>> replacedAtTheSameBallot(ModelState state) {
    long slot = firstReplaceable(state);
    Ballot ballot = ballot(state);
    long term = term(state);
    Accept before = new Accept(slot, ballot, Value.utf8("before"));
    Accept after = new Accept(slot, ballot, Value.utf8("after"));
    return List.of(
        List.of(Call.replaceSuffix(slot, List.of(before))),
        List.of(Call.register(Registration.ofTerm(term + 1))),
        List.of(Call.replaceSuffix(slot, List.of(after))),
        List.of(Call.register(Registration.ofTerm(term + 2))),
        // The header behind what is lost must not tell of the commit yet.
        List.of(Call.register(Registration.ofTerm(term + 3))),
        List.of(Call.commit(slot, ballot)));
  }

  /** The register comes late in its group, where its copy needs a block of its own all the more. */
  private List<Call> voteBehindManyEntries(ModelState state) {
    long slot = firstReplaceable(state);
    List<Accept> suffix = new ArrayList<>();
    for (int i = dice.nextInt(4, 14); i > 0; i--) {
      byte[] value = new byte[dice.nextInt(300, MAX_VALUE_BYTES)];
      suffix.add(new Accept(slot++, ballot(state), Value.copyOf(value)));
    }
    Registration vote = Registration.ofVote(term(state) + 1, Value.utf8("the last one"));
    return List.of(Call.replaceSuffix(firstReplaceable(state), suffix), Call.register(vote));
  }

  private static long firstReplaceable(ModelState state) {
    long slot = state.committedThrough() + 1;
    for (Map.Entry<Long, ModelState.Held> held : state.slots().entrySet()) {
      slot = held.getValue().committed() ? Math.max(slot, held.getKey() + 1) : slot;
    }
    return slot;
  }

  private static Ballot ballot(ModelState state) {
    Ballot promised = state.promised();
    return promised == null ? new Ballot(1, 0) : promised;
  }

  private static long term(ModelState state) {
    return state.registered().map(Registration::term).orElse(0L);
  }

  /** Some blocks one behind another; of a segment's two headers at most one. */
  private List<Place> runFrom(Place first, List<Place> places) {
    int from = places.indexOf(first);
    int most = Math.min(places.size() - from, dice.nextInt(2, 6));
    return places.subList(from, from + most).stream()
        .filter(place -> place.file().equals(first.file()))
        .filter(place -> place.equals(first) || place.offset() >= 2 * BLOCK)
        .toList();
  }

  /** Every block of the log that is not empty. */
  private static List<Place> places(MemoryDisk disk) {
    List<Place> places = new ArrayList<>();
    for (String file : disk.names()) {
      if (file.startsWith("wal-")) {
        byte[] content = disk.read(file);
        for (int offset = 0; offset < content.length; offset += BLOCK) {
          for (int i = offset; i < Math.min(content.length, offset + BLOCK); i++) {
            if (content[i] != 0) {
              places.add(new Place(file, offset));
              break;
            }
          }
        }
      }
    }
    return places;
  }

  private Observation judge(
      MemoryDisk disk,
      JournalOptions options,
      AcceptorModel model,
      SortedSet<Long> asked,
      List<Place> lost,
      boolean checkpointToo)
      throws IOException {
    images++;
    MemoryDisk image = disk.copyOf();
    for (Place place : lost) {
      if (dice.nextBoolean()) {
        image.zero(place.file(), place.offset(), BLOCK);
      } else {
        image.flipBit(place.file(), (place.offset() + dice.nextInt(BLOCK)) * 8);
      }
    }
    if (checkpointToo && image.names().contains("checkpoint")) {
      image.deleteNow("checkpoint");
    }
    Observation first = open(image, options, asked);
    AcceptorModel.Judgement judgement = model.judge(first, true);
    if (judgement.fault().isPresent()) {
      throw new AssertionError(lost + ": " + judgement.fault() + judgement.explanation());
    }
    // The verdicts hold when what proved them is gone.
    MemoryDisk again = image.crash(CrashStrategy.NOTHING, 0);
    for (String derived : List.of("checkpoint", "hint")) {
      if (again.names().contains(derived) && dice.nextBoolean()) {
        again.deleteNow(derived);
      }
    }
    Observation second = open(again, options, asked);
    AcceptorModel.Judgement later = model.judge(second, true);
    if (later.fault().isPresent()) {
      throw new AssertionError(lost + ", later: " + later.fault() + later.explanation());
    }
    assertThat(second.registerLost())
        .as("register later, without %s", lost)
        .isEqualTo(first.registerLost());
    return first;
  }

  private static Observation open(MemoryDisk image, JournalOptions options, SortedSet<Long> asked)
      throws IOException {
    SteppedJournal journal = SteppedJournal.open(image, options);
    Observation shown = Observation.of(journal, asked);
    journal.abandon();
    return shown;
  }
}

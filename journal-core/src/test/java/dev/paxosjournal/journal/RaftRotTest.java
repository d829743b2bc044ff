package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Journals of Raft nodes on a disk that loses whole blocks: what was dropped never comes back, and
 * term and vote are known or known to be lost, never lower.
 */
@ExtendWith(QuietLogs.class)
class RaftRotTest {
  private static final int SEEDS = Integer.getInteger("rot.seeds", 60);
  private static final long FIRST_SEED = Long.getLong("rot.seed", 1);
  private static final int BLOCK = 4096;
  private static final int MAX_VALUE_BYTES = 512;

  private record Place(String file, long offset) {}

  private final SplittableRandom random = new SplittableRandom(FIRST_SEED);
  private long images;
  private long registersLost;

  @Test
  void oneLostBlockNeverCostsTheRegisterAndTwoNeverLowerIt() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        run(new SplittableRandom(seed));
      } catch (IOException | RuntimeException | AssertionError failure) {
        throw new AssertionError("-Drot.seed=" + seed + " -Drot.seeds=1", failure);
      }
    }
    System.out.printf(
        "lost blocks, Raft journals: %,d images of %,d journals; with two lost blocks %,d registers"
            + " were called lost; none was lower, no dropped value came back%n",
        images, SEEDS, registersLost);
    assertThat(images).isGreaterThan(SEEDS * 20L);
  }

  private void run(SplittableRandom dice) throws IOException {
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
      assertThat(journal.submit(group)).isEqualTo(model.begin(group));
      model.acknowledge();
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
      registersLost += twice.registerLost() ? 1 : 0;
    }
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
      if (random.nextBoolean()) {
        image.zero(place.file(), place.offset(), BLOCK);
      } else {
        image.flipBit(place.file(), (place.offset() + random.nextInt(BLOCK)) * 8);
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
      if (again.names().contains(derived) && random.nextBoolean()) {
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

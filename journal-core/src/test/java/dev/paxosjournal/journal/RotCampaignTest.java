package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Journals closed in order whose files are harmed then, in every way files are. {@code
 * -Drot.cases=2000 -Drot.first=7} makes it longer, and another one.
 */
@ExtendWith(QuietLogs.class)
@Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RotCampaignTest {
  private static final int CASES = Integer.getInteger("rot.cases", 200);
  private static final long FIRST_SEED = Long.getLong("rot.first", 1);

  /** Cases of which a few share a journal: making one costs more than opening it. */
  private static final int CASES_PER_JOURNAL = 10;

  @Test
  void everyBitOfSmallJournalsMayFlip() {
    CampaignTable table = new CampaignTable("single bit flips, small journals");
    int journals = Math.max(1, CASES / 100);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + journals; seed++) {
      RotVictim victim = small(seed, 8);
      for (String file : victim.disk().names()) {
        String kind = file.startsWith("wal-") ? "segment" : file.replaceAll("[-.].*", "");
        byte[] content = victim.disk().read(file);
        LongStream.of(BitFlips.of(content))
            .parallel()
            .forEach(bit -> flip(table, kind, victim, file, bit, bit % 8 == 3));
      }
    }
    table.print();
    assertThat(table.served(true)).isGreaterThanOrEqualTo(0.99);
    assertThat(table.count(RotCase.Outcome.UNDECIDABLE)).isZero();
  }

  @Test
  void bitsOfLargeJournalsFlip() {
    CampaignTable table = new CampaignTable("single bit flips, 1,000 slots and more");
    IntStream.range(0, Math.max(2, CASES / 50))
        .parallel()
        .forEach(
            i -> {
              RotVictim victim = large(FIRST_SEED + i);
              assertThat(victim.known().slots()).hasSizeGreaterThanOrEqualTo(1_000);
              assertThat(victim.segments()).isGreaterThanOrEqualTo(4);
              SplittableRandom random = new SplittableRandom(FIRST_SEED + i);
              for (String file : victim.disk().names()) {
                long[] bits = BitFlips.of(victim.disk().read(file));
                int count = bits.length == 0 ? 0 : file.startsWith("wal-") ? 12 : 6;
                for (int j = 0; j < count; j++) {
                  flip(table, "any", victim, file, bits[random.nextInt(bits.length)], j % 3 == 0);
                }
              }
            });
    table.print();
    assertThat(table.served(true)).isGreaterThanOrEqualTo(0.99);
    assertThat(table.count(RotCase.Outcome.UNDECIDABLE)).isZero();
  }

  private static void flip(
      CampaignTable table,
      String kind,
      RotVictim victim,
      String file,
      long bit,
      boolean wholeCourse) {
    Rot rot = new Rot(victim, new SplittableRandom(bit));
    rot.flip(file, bit);
    table.add(kind, true, new RotCase(victim, rot, wholeCourse, false).run());
  }

  @Test
  void whatDiskAndPeopleDoToFilesIsNeverServedAsIfNothingWas() {
    CampaignTable table = new CampaignTable("rot");
    int number = 0;
    for (RotKind kind : RotKind.values()) {
      forEachCase(
          number++,
          (victim, random) -> {
            Rot rot = new Rot(victim, random);
            kind.apply(rot);
            table.add(
                kind.name(),
                kind.isWithinSector(),
                new RotCase(victim, rot, true, !kind.isWithinSector()).run());
          });
    }
    table.print();
    assertThat(RotKind.values()).hasSizeGreaterThanOrEqualTo(15);
    assertThat(table.served(true)).isGreaterThanOrEqualTo(0.90);
    // Two swapped sectors are two that are harmed.
    assertThat(table.count(RotCase.Outcome.UNDECIDABLE)).isLessThan(CASES);
  }

  @Test
  void twoThingsAtOnceAreNeverServedAsIfNothingWas() {
    CampaignTable table = new CampaignTable("rot, two at once");
    RotKind[] kinds = RotKind.values();
    for (int i = 0; i < kinds.length; i++) {
      RotKind first = kinds[i];
      forEachCase(
          100 + i,
          (victim, random) -> {
            RotKind second = Campaigns.pick(random, kinds);
            Rot rot = new Rot(victim, random);
            first.apply(rot);
            second.apply(rot);
            table.add(first + " and another", false, new RotCase(victim, rot, true, true).run());
          });
    }
    table.print();
  }

  /** A whole directory as it was earlier cannot be told from the inside: it is what it was. */
  @Test
  void directoryThatWasRolledBackIsUndecidable() throws IOException {
    int undecidable = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + CASES / 10; seed++) {
      RotVictim victim = small(seed, 16);
      SteppedJournal journal = SteppedJournal.open(victim.older().copyOf(), victim.options());
      Observation shown = Observation.of(journal, victim.asked());
      assertThat(shown.damaged()).isZero();
      assertThat(shown.status().committedThrough())
          .isLessThanOrEqualTo(victim.known().committedThrough());
      undecidable += victim.model().judge(shown, true).fault().isPresent() ? 1 : 0;
      journal.abandon();
    }
    System.out.printf("directories rolled back: %,d undecidable cases%n", undecidable);
    assertThat(undecidable).isPositive();
  }

  @Test
  void promiseSurvivesTheLossOfAnyBlockOfTheLastGroupAfterAPowerCut() throws IOException {
    int blocks = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
      try {
        blocks += PromiseCase.run(seed);
      } catch (AssertionError fault) {
        throw new AssertionError("-Drot.first=" + seed + " -Drot.cases=1", fault);
      }
    }
    assertThat(blocks).isGreaterThanOrEqualTo(2 * CASES);
  }

  private interface Cases {
    void run(RotVictim victim, SplittableRandom random);
  }

  private static void forEachCase(long part, Cases body) {
    IntStream.range(0, (CASES + CASES_PER_JOURNAL - 1) / CASES_PER_JOURNAL)
        .parallel()
        .forEach(
            i -> {
              long seed = Campaigns.mix(FIRST_SEED, part * 10_000 + i);
              RotVictim victim = i % 2 == 0 ? small(seed, 16) : medium(seed);
              for (int j = 0; j < CASES_PER_JOURNAL; j++) {
                try {
                  body.run(victim, new SplittableRandom(seed + j));
                } catch (AssertionError fault) {
                  throw new AssertionError(
                      "-Drot.first=" + FIRST_SEED + ", part " + part + ", case " + i + "." + j,
                      fault);
                }
              }
            });
  }

  private static RotVictim small(long seed, int groups) {
    try {
      return RotVictim.small(seed, groups);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static RotVictim medium(long seed) {
    try {
      return RotVictim.medium(seed);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static RotVictim large(long seed) {
    try {
      return RotVictim.large(seed);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.Operation.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The n-th call of each kind fails, for every n, in every way it can. */
@ExtendWith(QuietLogs.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailingDiskCampaignTest {
  private static final int SEEDS = Integer.getInteger("failing.seeds", 2);
  private static final long FIRST_SEED = Long.getLong("failing.seed", 1);

  private static final List<Kind> READING = List.of(Kind.READ, Kind.OPEN, Kind.LIST);
  private static final List<Kind> CHANGING =
      List.of(
          Kind.CREATE,
          Kind.WRITE,
          Kind.TRUNCATE,
          Kind.FORCE,
          Kind.RENAME,
          Kind.DELETE,
          Kind.FORCE_DIRECTORY);

  private long cases;
  private long images;

  @Test
  void aDeviceErrorEndsWritingAndLosesNothing() {
    forEachCall(
        CHANGING,
        (kind, n) -> {
          run(kind + " " + n + " fails", d -> d.failOnce(kind, n, FailingDisk::ioError), false);
          run(
              kind + " fails from " + n + " on",
              d -> d.failFrom(kind, n, FailingDisk::ioError),
              false);
        });
  }

  @Test
  void aWriteThatMakesItsBytesInPartLosesNothing() {
    forEachCall(
        List.of(Kind.WRITE),
        (kind, n) -> {
          for (int bytes : new int[] {1, 512, 4096, 6000}) {
            for (Supplier<IOException> failure : failures()) {
              run(
                  "write " + n + " makes " + bytes + " bytes, then " + failure.get(),
                  d -> d.shortenWrite(n, bytes, failure),
                  false);
            }
          }
        });
  }

  @Test
  void withoutSpaceGroupsAreRefusedWholeAndWritingResumesByItself() {
    forEachCall(
        List.of(Kind.CREATE, Kind.WRITE, Kind.OPEN, Kind.RENAME, Kind.FORCE_DIRECTORY),
        (kind, n) -> {
          boolean reads = kind == Kind.OPEN;
          run(
              "no room for " + kind + " " + n,
              d -> d.failOnce(kind, n, FailingDisk::noSpace),
              reads);
          run(
              "no room for " + kind + " from " + n + " on",
              d -> d.failFrom(kind, n, FailingDisk::noSpace),
              reads);
        });
  }

  @Test
  void withTooManyOpenFilesNothingIsLostAndWritingResumesByItself() {
    List<Kind> opening = List.of(Kind.OPEN, Kind.CREATE, Kind.LIST, Kind.FORCE_DIRECTORY);
    forEachCall(
        opening,
        (kind, n) -> {
          run(
              "too many open files for " + kind + " " + n,
              d -> d.failOnce(kind, n, FailingDisk::tooManyOpenFiles),
              true);
          run(
              "too many open files from " + kind + " " + n + " on",
              d -> opening.forEach(each -> d.failFrom(each, n, FailingDisk::tooManyOpenFiles)),
              true);
        });
  }

  @Test
  void withoutSpaceToDeleteOrCutFilesNothingIsLost() {
    forEachCall(
        List.of(Kind.DELETE, Kind.TRUNCATE),
        (kind, n) ->
            run(
                "no room for " + kind + " from " + n + " on",
                d -> d.failFrom(kind, n, FailingDisk::noSpace),
                false));
  }

  @Test
  void aReadThatFailsOnceIsNeverAnsweredWithAnythingElse() {
    forEachCall(
        READING,
        (kind, n) ->
            run(kind + " " + n + " fails", d -> d.failOnce(kind, n, FailingDisk::ioError), true));
  }

  @Test
  void readsThatAllFailFromOneOnAreNeverAnsweredWithAnythingElse() {
    forEachCall(
        List.of(Kind.READ),
        (kind, n) ->
            run(
                kind + " fails from " + n + " on",
                d -> d.failFrom(kind, n, FailingDisk::ioError),
                true));
  }

  private static List<Supplier<IOException>> failures() {
    return List.of(FailingDisk::ioError, FailingDisk::noSpace);
  }

  private interface Cases {
    void run(Kind kind, long n);
  }

  private long seed;

  private void forEachCall(List<Kind> kinds, Cases body) {
    long begun = System.nanoTime();
    for (seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Map<Kind, Long> calls = FailingDiskCase.calls(seed);
      for (Kind kind : kinds) {
        for (long n = 1; n <= calls.get(kind); n++) {
          body.run(kind, n);
        }
      }
    }
    System.out.printf(
        "failing calls of %s: %,d cases, %,d crashes judged, in %,d ms%n",
        kinds, cases, images, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    assertThat(cases).isPositive();
  }

  private void run(String what, Consumer<FailingDisk> failure, boolean readsFail) {
    cases++;
    try {
      images += new FailingDiskCase(seed, failure, readsFail).run();
    } catch (RuntimeException | AssertionError found) {
      fail("-Dfailing.seed=" + seed + " -Dfailing.seeds=1: " + what, found);
    }
  }
}

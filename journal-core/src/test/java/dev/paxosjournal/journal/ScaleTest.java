package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What takes minutes and gigabytes, and measures time, so it is not part of the build:
 *
 * <pre>{@code
 * mvn -pl journal-core test -Dtest=ScaleTest -Dscale=true
 * }</pre>
 */
@EnabledIfSystemProperty(named = "scale", matches = "true", disabledReason = "run with -Dscale")
class ScaleTest {
  private static final long SMALL = 100_000;
  private static final long LARGE = Long.getLong("scale.slots", 10_000_000);
  private static final int OPENINGS = 9;
  private static final int RESTARTS = Integer.getInteger("scale.restarts", 1000);
  private static final int SECONDS = Integer.getInteger("scale.seconds", 60);
  private static final long SEGMENT_BYTES = 64L << 20;

  @TempDir Path directory;

  /** Medians over the openings of one directory, each in a fresh JVM. */
  private record Opening(long nanos, long heapBytes, long scannedBytes, long groups) {}

  @Test
  void openingTakesTimeAndHeapByWhatIsPendingAndNotByTheLog() throws IOException {
    Path small = directory.resolve("small");
    Path large = directory.resolve("large");
    fill(small, SMALL);
    fill(large, LARGE);

    System.out.printf(
        "%-18s %12s %10s %10s %14s %8s%n", "", "slots", "open", "heap", "read", "groups");
    Comparison killed = compare("after a kill", small, large);
    for (Path each : List.of(small, large)) {
      run("close", each);
    }
    Comparison closed = compare("after a close", small, large);

    killed.check();
    closed.check();
  }

  private static void fill(Path directory, long slotCount) throws IOException {
    try (ChildJvm child = ChildJvm.start(ScaleSteps.class, "fill", directory, slotCount)) {
      assertThat(child.line()).contains("highestSlot=" + slotCount + ",").contains("pending=1,");
    }
  }

  private static void run(String... step) throws IOException {
    try (ChildJvm child = ChildJvm.start(ScaleSteps.class, (Object[]) step)) {
      assertThat(child.join()).isZero();
    }
  }

  private static void run(String step, Path directory) throws IOException {
    run(step, directory.toString());
  }

  private record Comparison(Opening few, Opening many) {
    void check() {
      assertThat(many.nanos()).isLessThan(few.nanos() * 12 / 10 + 50_000_000);
      assertThat(many.heapBytes()).isLessThan(few.heapBytes() * 105 / 100);
    }
  }

  private static Comparison compare(String when, Path small, Path large) throws IOException {
    List<long[]> ofSmall = new ArrayList<>();
    List<long[]> ofLarge = new ArrayList<>();
    for (int i = 0; i < OPENINGS; i++) {
      ofSmall.add(open(small));
      ofLarge.add(open(large));
    }
    return new Comparison(print(when, SMALL, ofSmall), print(when, LARGE, ofLarge));
  }

  private static long[] open(Path directory) throws IOException {
    try (ChildJvm child =
        ChildJvm.start(
            List.of("-Xmx2g", "-XX:+UseSerialGC"), ScaleSteps.class, "open", directory)) {
      return Arrays.stream(child.line().split(" ")).mapToLong(Long::parseLong).toArray();
    }
  }

  private static Opening print(String when, long slots, List<long[]> openings) {
    Opening median =
        new Opening(
            median(openings, 0), median(openings, 1), median(openings, 2), median(openings, 3));
    System.out.printf(
        "%-18s %12d %7.1f ms %7d kB %11d kB %8d   all: %s ms%n",
        when,
        slots,
        median.nanos() / 1e6,
        median.heapBytes() / 1000,
        median.scannedBytes() / 1000,
        median.groups(),
        openings.stream().map(each -> each[0] / 1_000_000).toList());
    return median;
  }

  private static long median(List<long[]> openings, int column) {
    return openings.stream()
        .mapToLong(each -> each[column])
        .sorted()
        .skip(OPENINGS / 2)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void diskUseStaysBoundedOverOrderlyRestarts() throws IOException {
    run("restart", directory.toString(), Integer.toString(RESTARTS));

    assertThat(diskUse("orderly")).isLessThan(4 * SEGMENT_BYTES);
  }

  @Test
  void diskUseStaysBoundedOverKills() throws IOException {
    for (int i = 0; i < RESTARTS; i++) {
      run("writeOnce", directory.toString());
    }

    assertThat(diskUse("killed")).isLessThan(4 * SEGMENT_BYTES);
  }

  private long diskUse(String how) throws IOException {
    try (Stream<Path> files = Files.list(directory);
        PaxosJournal journal = PaxosJournal.open(ScaleSteps.options(directory))) {
      assertThat(journal.status().highestSlot()).isEqualTo(RESTARTS - 1);
      long bytes = files.mapToLong(ScaleTest::size).sum();
      System.out.printf(
          "%d restarts, %s: %.1f MB in %d segments, opening takes %.1f ms%n",
          RESTARTS,
          how,
          bytes / 1e6,
          journal.status().segments(),
          journal.recovery().nanos() / 1e6);
      return bytes;
    }
  }

  @Test
  void interruptsHarmNobodyForAMinute() throws InterruptedException {
    long writers = 64;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    LongAdder written = new LongAdder();
    LongAdder interrupted = new LongAdder();
    LongAdder interrupts = new LongAdder();
    try (PaxosJournal journal = PaxosJournal.open(ScaleSteps.options(directory))) {
      Crowd crowd = new Crowd();
      Thread victim =
          crowd.add(
              () -> {
                for (long slot = writers - 1; System.nanoTime() < end; slot += writers) {
                  try {
                    journal.blocking().accept(ScaleSteps.accept(slot));
                    journal.slot(slot);
                  } catch (JournalException.Interrupted expected) {
                    assertThat(Thread.interrupted()).isTrue();
                    interrupted.increment();
                  }
                }
              });
      crowd.add(
          (int) writers - 1,
          writer ->
              () -> {
                for (long slot = writer; System.nanoTime() < end; slot += writers) {
                  if (slot % 2 == 0) {
                    journal.accept(ScaleSteps.accept(slot)).join();
                  } else {
                    journal.blocking().accept(ScaleSteps.accept(slot));
                  }
                  journal.blocking().commit(slot, ScaleSteps.BALLOT);
                  assertThat(journal.slot(slot)).isInstanceOf(SlotState.Committed.class);
                  written.increment();
                }
              });
      crowd.add(
          () -> {
            while (System.nanoTime() < end) {
              victim.interrupt();
              interrupts.increment();
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
            }
          });
      crowd.beginAndJoin();

      System.out.printf(
          "%d s, %d threads: %d slots accepted, committed and read; %d interrupts, %d of them hit a"
              + " write; journal %s%n",
          SECONDS, writers, written.sum(), interrupts.sum(), interrupted.sum(), journal.status());
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

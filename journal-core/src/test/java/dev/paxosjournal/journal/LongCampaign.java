package dev.paxosjournal.journal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.Operation.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * All campaigns in rounds, for as long as one likes: power cuts, calls that fail, bits that flip,
 * files that rot. Each round has a seed of its own; a failure names it, and with no time at all
 * just that round is run again.
 */
public final class LongCampaign {
  private static final Duration HANGING = Duration.ofMinutes(10);
  private static final int ROT_CASES = 4;
  private static final int FLIPS = 200;
  private static final int FAILING_CALLS = 30;
  private static final int RAFT_CASES = 60;

  private final CampaignTable rot = new CampaignTable("rot and bit flips");
  private final AtomicLong cutImages = new AtomicLong();
  private final AtomicLong chains = new AtomicLong();
  private final AtomicLong failingCases = new AtomicLong();
  private final AtomicLong failingImages = new AtomicLong();
  private final AtomicLong raftImages = new AtomicLong();
  private final AtomicLong rounds = new AtomicLong();
  private final long seed;
  private final long untilNanos;
  private final AtomicLong nextRound = new AtomicLong();

  private LongCampaign(Duration duration, long seed) {
    this.seed = seed;
    this.untilNanos = System.nanoTime() + duration.toNanos();
  }

  /** Runs for {@code args[0]} seconds, beginning with seed {@code args[1]}. */
  public static void main(String[] args) throws InterruptedException {
    ((Logger) LoggerFactory.getLogger("dev.paxosjournal")).setLevel(Level.OFF);
    try {
      run(Duration.ofSeconds(Long.parseLong(args[0])), Long.parseLong(args[1]));
    } catch (AssertionError caught) {
      System.out.println("CAUGHT " + describe(caught));
      System.exit(1);
    }
    System.exit(0);
  }

  /** One line of the whole chain of causes. */
  private static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      text.append(text.isEmpty() ? "" : " <- ").append(each.toString().split("\n", 2)[0]);
    }
    return text.toString();
  }

  /**
   * Runs at least one round, on all processors, and prints a table.
   *
   * @throws AssertionError at the first fault, with the seed that shows it again
   */
  static void run(Duration duration, long seed) throws InterruptedException {
    LongCampaign campaign = new LongCampaign(duration, seed);
    int workers = duration.isZero() ? 1 : Runtime.getRuntime().availableProcessors();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            workers,
            task -> {
              Thread thread = new Thread(task, "campaign");
              thread.setDaemon(true);
              return thread;
            });
    List<Future<Void>> running = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      running.add(threads.submit((Callable<Void>) campaign::work));
    }
    try {
      for (Future<Void> each : running) {
        each.get(duration.plus(HANGING).toMillis(), TimeUnit.MILLISECONDS);
      }
      campaign.print(duration);
    } catch (ExecutionException failed) {
      throw new AssertionError("campaign from seed " + seed, failed.getCause());
    } catch (TimeoutException hanging) {
      throw new AssertionError(
          "HANG: some round from seed " + seed + " on, at most " + campaign.nextRound, hanging);
    } finally {
      threads.shutdownNow();
    }
  }

  private Void work() throws IOException {
    do {
      round(seed + nextRound.getAndIncrement());
    } while (System.nanoTime() < untilNanos && !Thread.currentThread().isInterrupted());
    return null;
  }

  private void round(long roundSeed) throws IOException {
    try {
      SplittableRandom random = new SplittableRandom(roundSeed);
      rot(roundSeed, random);
      PromiseCase.run(roundSeed);
      for (long i = 0; i < RAFT_CASES; i++) {
        raftImages.addAndGet(RaftRotCase.run((roundSeed - 1) * RAFT_CASES + 1 + i).images());
      }
      failingCalls(roundSeed, random);
      cutImages.addAndGet(PowerCutChain.ofAnyCalls(roundSeed).run());
      cutImages.addAndGet(PowerCutChain.ofCompaction(roundSeed).run());
      chains.addAndGet(2);
      rounds.incrementAndGet();
    } catch (RuntimeException | AssertionError fault) {
      throw new AssertionError("-Dcampaign.seconds=0 -Dcampaign.seed=" + roundSeed, fault);
    }
  }

  private void rot(long roundSeed, SplittableRandom random) throws IOException {
    List<RotVictim> victims = List.of(RotVictim.small(roundSeed, 16), RotVictim.medium(roundSeed));
    for (RotKind kind : RotKind.values()) {
      for (int i = 0; i < ROT_CASES; i++) {
        rot(victims.get(i % 2), random, List.of(kind));
        rot(victims.get(i % 2), random, List.of(kind, Campaigns.pick(random, RotKind.values())));
      }
    }
    for (int i = 0; i < FLIPS; i++) {
      RotVictim victim = victims.get(i % 2);
      String file = Campaigns.pick(random, victim.disk().names().toArray(String[]::new));
      long[] bits = BitFlips.of(victim.disk().read(file));
      if (bits.length > 0) {
        Rot flip = new Rot(victim, random);
        flip.flip(file, bits[random.nextInt(bits.length)]);
        rot.add("single bit", true, new RotCase(victim, flip, i % 4 == 0, false).run());
      }
    }
  }

  private void rot(RotVictim victim, SplittableRandom random, List<RotKind> kinds) {
    Rot harmed = new Rot(victim, random.split());
    kinds.forEach(kind -> kind.apply(harmed));
    boolean alone = kinds.size() == 1;
    boolean withinSector = alone && kinds.get(0).isWithinSector();
    rot.add(
        alone ? kinds.get(0).name() : "two at once",
        withinSector,
        new RotCase(victim, harmed, true, !withinSector).run());
  }

  private void failingCalls(long roundSeed, SplittableRandom random) {
    var calls = FailingDiskCase.calls(roundSeed);
    for (int i = 0; i < FAILING_CALLS; i++) {
      Kind kind = i % 2 == 0 ? Kind.FORCE : Campaigns.pick(random, Kind.values());
      long count = calls.get(kind);
      if (count > 0) {
        long nth = 1 + random.nextLong(count);
        boolean full = random.nextBoolean() && kind != Kind.READ && kind != Kind.FORCE;
        Consumer<FailingDisk> failure =
            disk -> disk.failOnce(kind, nth, full ? FailingDisk::noSpace : FailingDisk::ioError);
        boolean reads = kind == Kind.READ || kind == Kind.OPEN || kind == Kind.LIST;
        failingImages.addAndGet(new FailingDiskCase(roundSeed, failure, reads).run());
        failingCases.incrementAndGet();
      }
    }
  }

  private void print(Duration duration) {
    System.out.printf(
        "campaign of %,d s from seed %d: %,d rounds%n", duration.toSeconds(), seed, rounds.get());
    System.out.printf(
        "power cuts: %,d chains, %,d images, each recovered twice; nothing lost, changed, made up%n",
        chains.get(), cutImages.get());
    System.out.printf(
        "failing calls: %,d cases, %,d crashes judged; nothing lost, nothing refused appears%n",
        failingCases.get(), failingImages.get());
    System.out.printf(
        "lost blocks, Raft journals: %,d images; no term lower, nothing dropped comes back%n",
        raftImages.get());
    rot.print();
  }
}

package dev.paxosjournal.spring.admin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What the console costs with many slots. Takes minutes and gigabytes, and measures time, so it is
 * not part of the build; the directory keeps the two journals for the next run:
 *
 * <pre>{@code
 * mvn -pl journal-admin-ui -am test -Dtest=ConsoleScaleTest -Dscale=/var/tmp/scale \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
@EnabledIfSystemProperty(named = "scale", matches = "/.+", disabledReason = "run with -Dscale")
class ConsoleScaleTest {
  private static final long SMALL = 10_000;
  private static final long LARGE = Long.getLong("scale.slots", 10_000_000);
  private static final int VALUE_BYTES = 64;
  private static final int REQUESTS = 200;
  private static final int WARM_UP = 100;
  private static final int WRITERS = 8;

  /** Many short ones: the disk's own pace changes more from one second to the next. */
  private static final int WINDOWS = 60;

  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final long WRITE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long BROWSE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static Path directory;

  private final AtomicInteger pagesSeen = new AtomicInteger();

  @BeforeAll
  static void fill() throws IOException {
    directory = Path.of(System.getProperty("scale"));
    fill("small", SMALL);
    fill("large", LARGE);
  }

  private static ConsoleNode open(String name) throws IOException {
    return ConsoleNode.start(directory.resolve(name), slot -> Optional.empty(), options -> options);
  }

  private static void fill(String name, long slots) throws IOException {
    Path full = directory.resolve(name + ".full");
    if (!Files.exists(full)) {
      try (ConsoleNode node = open(name)) {
        node.fill(0, slots, ConsoleScaleTest::valueOf);
      }
      Files.writeString(full, "");
    }
  }

  private static Value valueOf(long slot) {
    String text = "order " + slot + " ";
    return Value.utf8(text + "x".repeat(VALUE_BYTES - text.length()));
  }

  private static List<String> paths(long slots) {
    long middle = slots / 2;
    return List.of(
        "",
        "/slots",
        "/slots?at=" + middle,
        "/slots?at=%23damaged",
        "/slots?at=%23gap",
        "/slots?at=" + middle + "&text=order+" + middle,
        "/slots?at=" + middle + "&least=1000",
        "/slots?state=pending",
        "/slots/" + middle,
        "/segments",
        "/segments/1",
        "/recovery",
        "/recovery/verify",
        "/activity");
  }

  @Test
  void noPageGrowsWithTheJournal() throws Exception {
    try (ConsoleNode small = open("small");
        ConsoleNode large = open("large")) {
      AtomicBoolean stop = new AtomicBoolean();
      Thread writer = new Thread(() -> write(List.of(small, large), stop));
      writer.start();
      HttpClient client = HttpClient.newHttpClient();
      List<String> slow = new ArrayList<>();
      List<String> smallPaths = paths(SMALL);
      List<String> largePaths = paths(LARGE);
      for (int i = 0; i < smallPaths.size(); i++) {
        List<Long> inSmall = new ArrayList<>();
        List<Long> inLarge = new ArrayList<>();
        for (int request = -WARM_UP; request < REQUESTS; request++) {
          long first = get(client, small, smallPaths.get(i));
          long second = get(client, large, largePaths.get(i));
          if (request >= 0) {
            inSmall.add(first);
            inLarge.add(second);
          }
        }
        double ratio = (double) median(inLarge) / median(inSmall);
        String line =
            String.format(
                "%-42s %8.2f ms %8.2f ms %6.2f",
                largePaths.get(i), median(inSmall) / 1e6, median(inLarge) / 1e6, ratio);
        System.out.println(line);
        if (ratio > 1.5) {
          slow.add(line);
        }
      }
      stop.set(true);
      writer.join();

      assertThat(slow).isEmpty();
    }
  }

  @Test
  void writersHardlyNoticeBrowsing() throws Exception {
    try (ConsoleNode node = open("large")) {
      AtomicLong next = new AtomicLong(node.journal().status().highestSlot() + 1);
      HttpClient client = HttpClient.newHttpClient();
      List<Double> ratios = new ArrayList<>();
      for (int page = 0; page < WARM_UP * paths(LARGE).size() / 4; page++) {
        get(client, node, paths(LARGE).get(page % paths(LARGE).size()));
      }
      learn(node, next, WINDOW.multipliedBy(5));
      for (int window = 0; window < WINDOWS; window++) {
        boolean first = window % 2 == 0;
        double browsedFirst = first ? learnWhileBrowsed(client, node, next) : 0;
        double alone = learn(node, next, WINDOW);
        double browsed = first ? browsedFirst : learnWhileBrowsed(client, node, next);
        ratios.add(browsed / alone);
        System.out.printf(
            "writes per second: %8.0f alone, %8.0f browsed, %.3f%n",
            alone, browsed, browsed / alone);
      }
      ratios.sort(null);
      double median = (ratios.get(WINDOWS / 2 - 1) + ratios.get(WINDOWS / 2)) / 2;
      System.out.printf("median of the ratios: %.3f%n", median);

      assertThat(median).isGreaterThanOrEqualTo(0.95);
    }
  }

  private double learnWhileBrowsed(HttpClient client, ConsoleNode node, AtomicLong next)
      throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    Thread browser = new Thread(() -> browse(client, node, stop));
    browser.start();
    double browsed = learn(node, next, WINDOW);
    stop.set(true);
    browser.join();
    return browsed;
  }

  private static void write(List<ConsoleNode> nodes, AtomicBoolean stop) {
    while (!stop.get()) {
      for (ConsoleNode node : nodes) {
        long slot = node.journal().status().highestSlot() + 1;
        node.journal().learn(new Accept(slot, ConsoleNode.ballotOf(slot), valueOf(slot))).join();
      }
      LockSupport.parkNanos(WRITE_EVERY_NANOS);
    }
  }

  /** So many writes a second go through, each waited for. */
  private static double learn(ConsoleNode node, AtomicLong next, Duration time)
      throws InterruptedException {
    long begin = System.nanoTime();
    AtomicLong done = new AtomicLong();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Thread writer =
          new Thread(
              () -> {
                while (System.nanoTime() - begin < time.toNanos()) {
                  long slot = next.getAndIncrement();
                  node.journal()
                      .learn(new Accept(slot, ConsoleNode.ballotOf(slot), valueOf(slot)))
                      .join();
                  done.incrementAndGet();
                }
              });
      writer.start();
      writers.add(writer);
    }
    for (Thread writer : writers) {
      writer.join();
    }
    return done.get() * 1e9 / (System.nanoTime() - begin);
  }

  /** One page after the other, two a second, as somebody in a hurry would. */
  private void browse(HttpClient client, ConsoleNode node, AtomicBoolean stop) {
    List<String> paths = paths(LARGE);
    while (!stop.get()) {
      get(client, node, paths.get(pagesSeen.getAndIncrement() % paths.size()));
      LockSupport.parkNanos(BROWSE_EVERY_NANOS);
    }
  }

  private static long get(HttpClient client, ConsoleNode node, String path) {
    long begin = System.nanoTime();
    try {
      HttpResponse<String> page =
          client.send(
              HttpRequest.newBuilder(URI.create(node.url(path))).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(page.statusCode()).as(path).isEqualTo(200);
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(path, failure);
    }
    return System.nanoTime() - begin;
  }

  private static long median(List<Long> nanos) {
    return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow();
  }
}

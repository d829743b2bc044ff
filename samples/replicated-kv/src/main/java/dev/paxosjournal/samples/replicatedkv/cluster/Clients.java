package dev.paxosjournal.samples.replicatedkv.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that put and get a few keys at any node, one request after another, and note it all. */
final class Clients {
  private static final int CLIENTS = 4;
  private static final int KEYS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(7);

  /** Behind so many others a write is committed everywhere. */
  private static final int NEWER_VALUES = 50;

  private static final long MOST_SECONDS_WITHOUT_ANSWERS = 180;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final List<NodeProcess> nodes;
  private final long seed;
  private final List<RegisterHistory> keys = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final Deque<String> written = new ConcurrentLinkedDeque<>();
  private volatile boolean stopped;
  private volatile boolean readOnly;

  Clients(List<NodeProcess> nodes, long seed) {
    this.nodes = nodes;
    this.seed = seed;
    for (int key = 0; key < KEYS; key++) {
      keys.add(new RegisterHistory("key" + key));
    }
  }

  void start() {
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      Thread thread = new Thread(() -> run(number), "client-" + client);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void run(int client) {
    SplittableRandom random = new SplittableRandom(seed * 31 + client);
    for (long count = 0; !stopped; count++) {
      NodeProcess node = nodes.get(random.nextInt(nodes.size()));
      int key = random.nextInt(KEYS);
      boolean writes = random.nextInt(3) > 0 && !readOnly;
      boolean answered =
          writes ? put(node, key, "w" + client + "-" + count + "-end") : get(node, key);
      if (!answered) {
        pause(100);
      }
    }
  }

  /** Lets the clients only read: a write would hide that the one before it is gone. */
  void readOnly(boolean only) {
    readOnly = only;
  }

  /** Waits until so many more operations were answered. */
  void awaitAnswers(long more) throws InterruptedException {
    long wanted = acknowledged.get() + more;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_WITHOUT_ANSWERS);
    while (acknowledged.get() < wanted) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "no " + more + " answers in " + MOST_SECONDS_WITHOUT_ANSWERS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean put(NodeProcess node, int key, String value) {
    operations.incrementAndGet();
    HttpRequest request =
        request(node, key).PUT(HttpRequest.BodyPublishers.ofString(value)).build();
    long begun = System.nanoTime();
    if (status(request) == 200) {
      keys.get(key).wrote(value, begun, System.nanoTime());
      acknowledged.incrementAndGet();
      written.add(value);
      return true;
    }
    unanswered.incrementAndGet();
    keys.get(key).mayHaveWritten(value, begun);
    return false;
  }

  private boolean get(NodeProcess node, int key) {
    operations.incrementAndGet();
    long begun = System.nanoTime();
    Optional<HttpResponse<String>> answer = send(request(node, key).GET().build());
    long ended = System.nanoTime();
    if (answer.isPresent() && answer.get().statusCode() == 200) {
      keys.get(key).read(Optional.of(answer.get().body()), begun, ended);
    } else if (answer.isPresent() && answer.get().statusCode() == 404) {
      keys.get(key).read(Optional.empty(), begun, ended);
    } else {
      unanswered.incrementAndGet();
      return false;
    }
    acknowledged.incrementAndGet();
    return true;
  }

  private static HttpRequest.Builder request(NodeProcess node, int key) {
    return HttpRequest.newBuilder(node.http().resolve("/kv/key" + key))
        .header("Content-Type", "text/plain")
        .timeout(PATIENCE);
  }

  private int status(HttpRequest request) {
    return send(request).map(HttpResponse::statusCode).orElse(0);
  }

  private Optional<HttpResponse<String>> send(HttpRequest request) {
    try {
      return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException unreachable) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** What a node says of itself, as it stands in the answer; empty if it does not answer. */
  Optional<String> state(NodeProcess node) {
    URI raft = node.http().resolve("/raft");
    return send(HttpRequest.newBuilder(raft).timeout(Duration.ofSeconds(2)).build())
        .filter(answer -> answer.statusCode() == 200)
        .map(HttpResponse::body);
  }

  /** A value that was acknowledged a while ago; waits until there is one. */
  String awaitOldValue(SplittableRandom random) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_WITHOUT_ANSWERS);
    while (System.nanoTime() < end) {
      List<String> values = new ArrayList<>(written);
      int old = values.size() - NEWER_VALUES;
      if (old > 0) {
        return values.get(random.nextInt(old));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IllegalStateException(
        "no " + NEWER_VALUES + " writes in " + MOST_SECONDS_WITHOUT_ANSWERS + " s");
  }

  /** Stops, then reads each key once more at each node. */
  void stopAndReadEverywhere() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    for (NodeProcess node : nodes) {
      for (int key = 0; key < KEYS; key++) {
        for (int attempt = 0; attempt < 20 && !get(node, key); attempt++) {
          pause(500);
        }
      }
    }
  }

  List<String> violations() {
    return keys.stream().flatMap(key -> key.violations().stream()).toList();
  }

  long operations() {
    return operations.get();
  }

  long acknowledged() {
    return acknowledged.get();
  }

  long unanswered() {
    return unanswered.get();
  }
}

package dev.paxosjournal.samples.quickstart.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code kill -9} of the node while clients write over HTTP, again and again on one directory. More
 * rounds:
 *
 * <pre>{@code
 * mvn -pl samples/quickstart -am test -Dtest=HttpKillTest -Dhttp.kill.rounds=100 \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
class HttpKillTest {
  private static final int ROUNDS = Integer.getInteger("http.kill.rounds", 2);
  private static final long SEED = Long.getLong("http.kill.seed", System.nanoTime());
  private static final int CLIENTS = 8;
  private static final JsonMapper MAPPER = new JsonMapper();

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong nextSlot = new AtomicLong();
  private final AtomicLong round = new AtomicLong(1);
  private final AtomicLong promised = new AtomicLong();
  private final Map<Long, Acknowledged> slots = new ConcurrentHashMap<>();
  private final Queue<String> unclear = new ConcurrentLinkedQueue<>();

  private record Acknowledged(long round, boolean committed) {}

  private record Answer(int status, String body) {}

  @Test
  @Timeout(3600)
  void nothingAnsweredWith200IsMissingOrDifferentAndNoPromiseIsLower() throws Exception {
    Random random = new Random(SEED);
    for (int turn = 1; turn <= ROUNDS; turn++) {
      try (NodeProcess node = start()) {
        String url = node.url();
        check(url, turn);
        CountDownLatch busy = new CountDownLatch(1 + random.nextInt(400));
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          long seed = random.nextLong();
          Thread writer = new Thread(() -> write(url, busy, new Random(seed)), "client-" + i);
          writer.start();
          writers.add(writer);
        }
        assertThat(busy.await(120, TimeUnit.SECONDS)).isTrue();
        node.kill();
        for (Thread writer : writers) {
          writer.join();
        }
      }
    }
    try (NodeProcess node = start()) {
      check(node.url(), ROUNDS + 1);
    }
    assertThat(unclear).isEmpty();
    assertThat(slots).isNotEmpty();
    System.out.printf(
        "%d kills, %d slots acknowledged: none missing, none different; promise %d not lower%n",
        ROUNDS, slots.size(), promised.get());
  }

  private NodeProcess start() throws IOException {
    return NodeProcess.start(
        Path.of("target"),
        List.of(
            // It is killed before a better compiler would pay.
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            NodeProcess.QUICKSTART,
            "--server.port=0",
            "--paxos.journal.directory=" + directory.toAbsolutePath(),
            "--paxos.journal.segment-size=18MB"));
  }

  /** Each client has slots of its own; an answer that never came promises nothing. */
  private void write(String url, CountDownLatch busy, Random random) {
    try {
      while (true) {
        long slot = nextSlot.getAndIncrement();
        long now = random.nextInt(20) == 0 ? round.incrementAndGet() : round.get();
        if (random.nextInt(20) == 0 && post(url, "promise", ballot(now)).status() == 200) {
          promised.accumulateAndGet(now, Math::max);
        }
        boolean learned = random.nextInt(5) == 0;
        Answer written = post(url, learned ? "learn" : "accept", accept(slot, now));
        if (written.status() == 200) {
          slots.put(slot, new Acknowledged(now, learned));
          if (!learned) {
            promised.accumulateAndGet(now, Math::max);
          }
          if (!learned && random.nextInt(4) > 0) {
            Answer committed = post(url, "commit", "{\"slot\":" + slot + "," + ballotFields(now));
            if (committed.status() == 200) {
              slots.put(slot, new Acknowledged(now, true));
            } else {
              unclear.add("commit of " + slot + ": " + committed);
            }
          }
        } else if (!written.body().contains("STALE_BALLOT")) {
          unclear.add("write of " + slot + ": " + written);
        }
        busy.countDown();
      }
    } catch (IOException connectionEnded) {
      busy.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(String url, int turn) throws Exception {
    String where = "http.kill.seed=" + SEED + ", round " + turn;
    JsonNode status = MAPPER.readTree(get(url, "/acceptor/status").body());
    assertThat(status.get("state").stringValue()).as(where).isEqualTo("OPEN");
    if (promised.get() > 0) {
      assertThat(status.get("promised").get("round").longValue())
          .as(where)
          .isGreaterThanOrEqualTo(promised.get());
    }
    for (Map.Entry<Long, Acknowledged> entry : slots.entrySet()) {
      long slot = entry.getKey();
      Acknowledged acknowledged = entry.getValue();
      JsonNode found = MAPPER.readTree(get(url, "/acceptor/slots/" + slot).body());
      String state = found.get("state").stringValue();
      // A commit that was sent and not answered may be there all the same.
      assertThat(state)
          .as(where + ", slot " + slot)
          .isIn(acknowledged.committed() ? List.of("COMMITTED") : List.of("PENDING", "COMMITTED"));
      assertThat(found.get("round").longValue())
          .as(where + ", slot " + slot)
          .isEqualTo(acknowledged.round());
      assertThat(Base64.getDecoder().decode(found.get("valueBase64").stringValue()))
          .as(where + ", slot " + slot)
          .asString(StandardCharsets.UTF_8)
          .isEqualTo(value(slot, acknowledged.round()));
    }
  }

  private static String value(long slot, long inRound) {
    return "value-" + slot + "-" + inRound + "-" + "x".repeat((int) (slot * 37 % 700));
  }

  private static String ballotFields(long inRound) {
    return "\"round\":" + inRound + ",\"node\":1}";
  }

  private static String ballot(long inRound) {
    return "{" + ballotFields(inRound);
  }

  private static String accept(long slot, long inRound) {
    return "{\"slot\":"
        + slot
        + ",\"value\":\""
        + value(slot, inRound)
        + "\","
        + ballotFields(inRound);
  }

  private Answer post(String url, String call, String json)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(url + "/acceptor/" + call))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  private Answer get(String url, String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }
}

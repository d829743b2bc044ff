package dev.paxosjournal.samples.quickstart.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM while clients write. */
class TerminationTest {
  private static final int CLIENTS = 8;
  private static final int ACKNOWLEDGED_BEFORE = 200;

  /** What Kubernetes gives by default. */
  private static final int GRACE_SECONDS = 30;

  private static final int EXIT_STATUS_OF_SIGTERM = 143;

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong nextSlot = new AtomicLong();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Queue<String> unclear = new ConcurrentLinkedQueue<>();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingAcknowledgedIsLostAndTheDirectoryIsFree(boolean virtualThreads) throws Exception {
    try (NodeProcess node =
        NodeProcess.startQuickstart(
            directory,
            "paxos.journal.preallocate=false",
            "spring.threads.virtual.enabled=" + virtualThreads)) {
      String url = node.url();
      CountDownLatch busy = new CountDownLatch(ACKNOWLEDGED_BEFORE);
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Thread each = new Thread(() -> writeUntilRefused(url, busy), "client-" + i);
        each.start();
        clients.add(each);
      }
      assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();

      node.terminate();

      assertThat(node.exitStatus(GRACE_SECONDS)).isEqualTo(EXIT_STATUS_OF_SIGTERM);
      for (Thread each : clients) {
        each.join();
      }
    }
    assertThat(unclear).isEmpty();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ACKNOWLEDGED_BEFORE);
    JournalOptions options =
        JournalOptions.builder(directory, "quickstart", 1).create(false).preallocate(false).build();
    try (PaxosJournal journal = PaxosJournal.open(options)) {
      assertThat(acknowledged)
          .allSatisfy(
              slot ->
                  assertThat(journal.slot(slot))
                      .isEqualTo(
                          new SlotState.Pending(
                              slot, new Ballot(1, 1), Value.utf8("value-" + slot))));
    }
  }

  /** Each answer is a success, or says clearly that there was none; no answer promises nothing. */
  private void writeUntilRefused(String url, CountDownLatch busy) {
    while (true) {
      long slot = nextSlot.getAndIncrement();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/acceptor/accept"))
              .header("Content-Type", "application/json")
              .POST(
                  BodyPublishers.ofString(
                      "{\"slot\":%d,\"round\":1,\"node\":1,\"value\":\"value-%d\"}"
                          .formatted(slot, slot)))
              .build();
      try {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          acknowledged.add(slot);
          busy.countDown();
        } else {
          if (answer.statusCode() != 503 && !cameFromPausedServer(answer)) {
            unclear.add(answer.statusCode() + " " + answer.body());
          }
          return;
        }
      } catch (IOException connectionEnded) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * Tomcat, paused after it read the first line of a request, means to answer 503 and leaves the
   * headers unread; then it misses the Host header and makes it a 400 with a page of its own. The
   * acceptor never saw the request, and each answer of the acceptor is JSON.
   */
  private static boolean cameFromPausedServer(HttpResponse<String> answer) {
    return answer.statusCode() == 400
        && answer.headers().firstValue("Content-Type").orElse("").startsWith("text/html");
  }
}

package dev.paxosjournal.samples.replicatedkv.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A value that rotted on one node is healed from the others, from that node's console. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConsoleRepairTest {
  private static final Pattern FORM = Pattern.compile("(?s)<form[^>]*>(.*?)</form>");
  private static final Pattern FIELD = Pattern.compile("name=\"([a-z]+)\" value=\"([^\"]*)\"");
  private static final Pattern TO_TYPE =
      Pattern.compile("(?s)<label for=\"confirm\">.*?<code[^>]*>([^<]+)</code>");

  private final HttpClient http =
      HttpClient.newBuilder()
          .cookieHandler(new CookieManager())
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final Map<String, Process> running = new HashMap<>();

  @BeforeEach
  void startThree(@TempDir Path home) throws Exception {
    int httpPort = ChaosTest.freePorts();
    int raftPort = ChaosTest.freePorts();
    for (String name : NodeProcess.NAMES) {
      NodeProcess node = new NodeProcess(name, home, httpPort, raftPort, List.of());
      nodes.add(node);
      running.put(name, node.start());
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : running.values()) {
      process.destroy();
    }
    for (Process process : running.values()) {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void rottenValueIsHealedFromThePeersAfterADryRun() throws Exception {
    NodeProcess node = nodes.get(1);
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> put("kept", "the-value-that-rots") == 200 && put("last", "another") == 200);
    await().atMost(Duration.ofMinutes(1)).until(() -> committedOn(node, "the-value-that-rots"));

    Process process = running.get(node.name());
    assertThat(process).isNotNull();
    process.destroyForcibly().waitFor();
    rot(node.journal(), "the-value-that-rots");
    running.put(node.name(), node.start());
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> get(node, "/raft").contains("repair: 1 damaged slots"));
    assertThat(get(node, "/journal/slots?at=%23damaged")).contains("/journal/slots/");

    String prepared = get(node, "/journal/recovery/repair");
    assertThat(submit(node, prepared, "dry", Map.of()).statusCode()).isEqualTo(303);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> TO_TYPE.matcher(get(node, "/journal/recovery/repair")).find());
    assertThat(get(node, "/raft")).contains("repair: 1 damaged slots");

    prepared = get(node, "/journal/recovery/repair");
    Matcher word = TO_TYPE.matcher(prepared);
    assertThat(word.find()).isTrue();
    assertThat(submit(node, prepared, "", Map.of("confirm", word.group(1))).statusCode())
        .isEqualTo(303);

    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> get(node, "/raft").contains("\"damaged\":0,\"waitsFor\":\"\""));
    assertThat(committedOn(node, "the-value-that-rots")).isTrue();
  }

  private int put(String key, String value) throws InterruptedException {
    try {
      return http.send(
              HttpRequest.newBuilder(nodes.get(0).http().resolve("/kv/" + key))
                  .header("Content-Type", "text/plain")
                  .PUT(HttpRequest.BodyPublishers.ofString(value))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .statusCode();
    } catch (IOException notUp) {
      return 0;
    }
  }

  private String get(NodeProcess node, String path) throws InterruptedException {
    try {
      URI uri = node.http().resolve(path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notUp) {
      return "";
    }
  }

  /** Whether a whole copy lies in its log; its engine need not run. */
  private static boolean committedOn(NodeProcess node, String value) throws IOException {
    return !segmentsWith(node.journal(), value).isEmpty();
  }

  /** Sends the page's form that starts this kind of run, as a browser would. */
  private HttpResponse<String> submit(
      NodeProcess node, String page, String dry, Map<String, String> typed) throws Exception {
    Map<String, String> fields = new HashMap<>();
    Matcher forms = FORM.matcher(page);
    while (forms.find()) {
      Map<String, String> found = new HashMap<>();
      Matcher field = FIELD.matcher(forms.group(1));
      while (field.find()) {
        found.put(field.group(1), field.group(2));
      }
      if (found.containsKey("kind") && found.containsKey("dry") == !dry.isEmpty()) {
        fields = found;
      }
    }
    fields.putAll(typed);
    StringBuilder body = new StringBuilder();
    fields.forEach(
        (name, value) ->
            body.append(body.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return http.send(
        HttpRequest.newBuilder(node.http().resolve("/journal/operations"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Origin", node.http().toString())
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void rot(Path journal, String value) throws IOException {
    for (Path file : segmentsWith(journal, value)) {
      byte[] content = Files.readAllBytes(file);
      int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(value);
      content[at] ^= 1;
      Files.write(file, content);
    }
  }

  private static List<Path> segmentsWith(Path journal, String value) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(journal)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".seg")).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(value)) {
          found.add(file);
        }
      }
    }
    return found;
  }
}

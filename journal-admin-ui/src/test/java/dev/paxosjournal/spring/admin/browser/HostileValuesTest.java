package dev.paxosjournal.spring.admin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever may propose values cannot harm those who look at them. */
class HostileValuesTest {
  private static final List<String> FORMS = List.of("text", "json", "hex", "cbor");
  private static final int MOST_PAGE_CHARS = 2_000_000;
  private static final Duration MOST_TIME = Duration.ofSeconds(5);
  private static final int MEBI = 1 << 20;

  /** Hides the order of letters, or letters: no page may hold one of them. */
  private static final String INVISIBLE = "\u202e\u202d\u2066\u2067\u2069\u200f\u200b\ufeff";

  @TempDir static Path directory;

  private static ConsoleNode node;
  private static final List<byte[]> values = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    String script = "<script>document.title='taken'</script>";
    text(
        script + "<img src=x onerror=\"document.title='taken'\"><a href=javascript:alert(1)>x</a>");
    text("</pre></main>" + script + "<pre>");
    text("{\"a\":\"" + script.replace("'", "\\\"") + "\"}");
    text("[[${7*7}]] ${T(java.lang.Runtime).getRuntime()} __${1}__ #{layout.brand} {{1}}");
    text("user" + INVISIBLE + "txt.exe {\"a" + INVISIBLE + "\":\"" + INVISIBLE + "\"}");
    text("\u0000\u0007\u001b[31mred\u001b[0m\r\n\u0085\u2028\u2029");
    text("[".repeat(MEBI));
    text("{\"a\":".repeat(200_000) + "1" + "}".repeat(200_000));
    text("{\"n\":1e999999999,\"m\":" + "9".repeat(100_000) + "}");
    text("\"\\ud800\\udfff\\uZZZZ");
    values.add(new byte[] {(byte) 0xc0, (byte) 0xaf, (byte) 0xff, (byte) 0xed, (byte) 0xa0, 0x3c});
    values.add(filled(MEBI, 0x9f)); // CBOR arrays without an end, one in another
    values.add(filled(MEBI, 0xc1)); // tags of tags
    values.add(
        new byte[] {0x5b, 0x7f, -1, -1, -1, -1, -1, -1, -1, 1}); // a string of 2^63 bytes, it says
    values.add(filled(16 * MEBI, '<'));
    values.add(filled(16 * MEBI, 0xe2));

    node =
        ConsoleNode.start(
            directory, slot -> Optional.empty(), options -> options.maxValueBytes(16 * MEBI));
    for (int slot = 0; slot < values.size(); slot++) {
      node.journal()
          .learn(new Accept(slot, ConsoleNode.ballotOf(slot), Value.copyOf(values.get(slot))))
          .join();
    }
  }

  private static void text(String value) {
    values.add(value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] filled(int bytes, int with) {
    byte[] value = new byte[bytes];
    Arrays.fill(value, (byte) with);
    return value;
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void isTextInEveryFormAndNothingElse() {
    try (Chromium chromium = Chromium.start()) {
      for (int slot = 0; slot < values.size(); slot++) {
        // What is long is laid out once: the browser takes its time.
        boolean isLong = values.get(slot).length > 64 << 10;
        for (String form : isLong ? List.of("") : FORMS) {
          chromium.driver().get(node.url("/slots/" + slot + "?as=" + form));

          assertThat(chromium.driver().getTitle()).startsWith("Slot " + slot + " ");
          assertThat(chromium.evaluate("document.querySelectorAll('pre *, main script').length"))
              .as("elements in slot %s as %s", slot, form)
              .isEqualTo(0L);
          assertThat(chromium.evaluate("document.scripts.length")).isEqualTo(1L);
          assertThat(chromium.evaluate("document.querySelectorAll('main, footer').length"))
              .isEqualTo(2L);
        }
      }
      chromium.assertSaysNothing();
    }
  }

  @Test
  void pageIsSmallAndQuickAndShowsWhatWouldBeInvisible() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (int slot = 0; slot < values.size(); slot++) {
      for (String form : FORMS) {
        HttpResponse<String> page = get(client, "/slots/" + slot + "?as=" + form);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).as("slot %s as %s", slot, form).hasSizeLessThan(MOST_PAGE_CHARS);
        assertThat(page.body().chars().filter(c -> INVISIBLE.indexOf(c) >= 0)).isEmpty();
        assertThat(page.body().chars().filter(c -> c < ' ' && c != '\n' && c != '\t')).isEmpty();
      }
    }
  }

  @Test
  void downloadIsTheValueItself() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (int slot : List.of(0, 10, values.size() - 1)) {
      HttpResponse<byte[]> value =
          client.send(
              request("/slots/" + slot + "/value"), HttpResponse.BodyHandlers.ofByteArray());

      assertThat(value.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
      assertThat(value.body()).isEqualTo(values.get(slot));
    }
  }

  @Test
  void whatIsTypedIntoTheBoxesComesBackAsText() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    String evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for (String path :
        List.of("/slots?at=" + evil, "/slots?text=" + evil, "/slots?at=0&hex=" + evil)) {
      assertThat(get(client, path).body()).as(path).doesNotContain("<script>alert");
    }
  }

  private static HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(node.url(path))).timeout(MOST_TIME).build();
  }

  private static HttpResponse<String> get(HttpClient client, String path) throws Exception {
    return client.send(request(path), HttpResponse.BodyHandlers.ofString());
  }
}

package dev.paxosjournal.samples.quickstart.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.samples.quickstart.RunningNode;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values round the limit, with the sizes that the application has by default. */
class LargeValuesTest {
  private static final int MAX_VALUE_BYTES = 16 << 20;

  @TempDir private static Path directory;
  private static RunningNode node;

  @BeforeAll
  static void start() {
    node =
        RunningNode.start(
            directory, "paxos.journal.max-value-size=16MB", "paxos.journal.segment-size=64MB");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void largestValueIsTakenAsBase64AndComesBack() {
    byte[] value = new byte[MAX_VALUE_BYTES];
    new Random(1).nextBytes(value);
    String base64 = Base64.getEncoder().encodeToString(value);

    assertThat(learn(0, "valueBase64", base64).status()).isEqualTo(200);

    assertThat(node.get("/acceptor/slots/0").json().get("valueBase64").stringValue())
        .isEqualTo(base64);
    assertThat(node.get("/acceptor/retransmit?maxBytes=1").jsonLines().get(0).get("valueBase64"))
        .isEqualTo(node.get("/acceptor/slots/0").json().get("valueBase64"));
  }

  @Test
  void largestValueIsTakenAsText() {
    assertThat(learn(1, "value", "x".repeat(MAX_VALUE_BYTES)).status()).isEqualTo(200);
  }

  @Test
  void largestValueIsTakenAsEscapedText() {
    assertThat(learn(2, "value", "\\u0001".repeat(MAX_VALUE_BYTES)).status()).isEqualTo(200);
  }

  @Test
  void oneByteMoreIsRefused() {
    String base64 = Base64.getEncoder().encodeToString(new byte[MAX_VALUE_BYTES + 1]);

    assertTooLarge(learn(3, "value", "x".repeat(MAX_VALUE_BYTES + 1)));
    assertTooLarge(learn(3, "valueBase64", base64));
  }

  @Test
  void muchMoreIsRefused() {
    assertTooLarge(learn(4, "value", "x".repeat(3 * MAX_VALUE_BYTES)));
    assertTooLarge(learn(4, "value", " ".repeat(2 * MAX_VALUE_BYTES)));
    assertTooLarge(node.post("learn", " ".repeat(7 * MAX_VALUE_BYTES)));
    assertTooLarge(node.post("learn", "[" + "0,".repeat(MAX_VALUE_BYTES)));
  }

  @Test
  void endlessRequestIsNotReadToItsEnd() {
    AtomicLong sent = new AtomicLong();

    try {
      assertTooLarge(node.post("learn", BodyPublishers.ofInputStream(() -> endless(sent))));
    } catch (UncheckedIOException e) {
      // The server hung up while this side was still sending.
    }

    assertThat(sent.get()).isLessThan(1L << 30);
    assertThat(node.get("/acceptor/slots/5").json().get("state").stringValue())
        .isEqualTo("UNKNOWN");
  }

  private static InputStream endless(AtomicLong sent) {
    return new InputStream() {
      @Override
      public int read() {
        sent.incrementAndGet();
        return ' ';
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        Arrays.fill(bytes, offset, offset + length, (byte) ' ');
        sent.addAndGet(length);
        return length;
      }
    };
  }

  private static RunningNode.Answer learn(long slot, String field, String value) {
    return node.post(
        "learn",
        "{\"slot\":" + slot + ",\"round\":1,\"node\":1,\"" + field + "\":\"" + value + "\"}");
  }

  private static void assertTooLarge(RunningNode.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.json().get("error").stringValue()).isEqualTo("BAD_REQUEST");
    assertThat(answer.json().get("message").stringValue()).contains("16777216");
  }
}

package dev.paxosjournal.samples.quickstart.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.samples.quickstart.RunningNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call with what it answers when it succeeds. */
class AcceptorCallsTest {
  @TempDir private Path directory;
  private RunningNode node;

  @BeforeEach
  void start() {
    node = RunningNode.start(directory);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void emptyNodeHasPromisedNothing() {
    var status = node.get("/acceptor/status");

    assertThat(status.status()).isEqualTo(200);
    assertThat(status.contentType()).startsWith("application/json");
    assertThat(status.body())
        .startsWith(
            "{\"state\":\"OPEN\",\"promised\":null,\"committedThrough\":-1,\"firstGap\":null,"
                + "\"highestSlot\":-1,\"pending\":0,\"damaged\":0,\"firstAvailable\":0,\"logBytes\":");
    assertThat(status.json().get("logBytes").isIntegralNumber()).isTrue();
  }

  @Test
  void promiseIsKept() {
    assertThat(node.post("promise", "{\"round\":7,\"node\":2}"))
        .hasToString("200 {\"promised\":{\"round\":7,\"node\":2}}");
    assertThat(node.post("promise", "{\"round\":7,\"node\":2}").status()).isEqualTo(200);

    assertThat(node.get("/acceptor/status").json().get("promised"))
        .hasToString("{\"round\":7,\"node\":2}");
  }

  @Test
  void ballotsMayBeNegative() {
    String lowest = "{\"round\":-9223372036854775808,\"node\":-2147483648}";

    assertThat(node.post("promise", lowest)).hasToString("200 {\"promised\":" + lowest + "}");
    assertThat(node.post("promise", "{\"round\":-1,\"node\":-5}").status()).isEqualTo(200);
    assertThat(node.get("/acceptor/status").json().get("promised"))
        .hasToString("{\"round\":-1,\"node\":-5}");
  }

  @Test
  void acceptedTextIsPending() {
    assertThat(node.post("accept", "{\"slot\":3,\"round\":1,\"node\":1,\"value\":\"h\u00e4llo\"}"))
        .hasToString("200 {\"slot\":3,\"round\":1,\"node\":1}");

    assertThat(node.get("/acceptor/slots/3"))
        .hasToString(
            "200 {\"slot\":3,\"state\":\"PENDING\",\"round\":1,\"node\":1,"
                + "\"valueBase64\":\"aMOkbGxv\"}");
    assertThat(node.get("/acceptor/status").json().get("promised"))
        .hasToString("{\"round\":1,\"node\":1}");
  }

  @Test
  void acceptedBytesComeBackWithPadding() {
    node.post("accept", "{\"slot\":0,\"round\":1,\"node\":1,\"valueBase64\":\"/+8=\"}");

    assertThat(node.get("/acceptor/slots/0").json().get("valueBase64").stringValue())
        .isEqualTo("/+8=");
  }

  @Test
  void noBytesAreAValue() {
    node.post("accept", "{\"slot\":0,\"round\":1,\"node\":1,\"value\":\"\"}");

    assertThat(node.get("/acceptor/slots/0"))
        .hasToString(
            "200 {\"slot\":0,\"state\":\"PENDING\",\"round\":1,\"node\":1,\"valueBase64\":\"\"}");
  }

  @Test
  void slotsGoAsHighAsALong() {
    String slot = "9223372036854775806";

    assertThat(
            node.post("accept", "{\"slot\":" + slot + ",\"round\":1,\"node\":1,\"value\":\"far\"}")
                .status())
        .isEqualTo(200);
    assertThat(node.get("/acceptor/slots/" + slot).json().get("state").stringValue())
        .isEqualTo("PENDING");
    assertThat(node.get("/acceptor/slots/9223372036854775807"))
        .hasToString("200 {\"slot\":9223372036854775807,\"state\":\"UNKNOWN\"}");
  }

  @Test
  void committedValueKeepsItsBallot() {
    accept(0, 5, "v");

    assertThat(node.post("commit", "{\"slot\":0,\"round\":5,\"node\":1}"))
        .hasToString("200 {\"slot\":0,\"round\":5,\"node\":1}");

    assertThat(node.get("/acceptor/slots/0"))
        .hasToString(
            "200 {\"slot\":0,\"state\":\"COMMITTED\",\"round\":5,\"node\":1,"
                + "\"valueBase64\":\"dg==\"}");
    assertThat(node.get("/acceptor/status").json().get("committedThrough").longValue()).isZero();
  }

  @Test
  void learnedValueIsCommittedWhateverWasPromised() {
    node.post("promise", "{\"round\":9,\"node\":9}");

    assertThat(node.post("learn", "{\"slot\":0,\"round\":-3,\"node\":1,\"value\":\"v\"}"))
        .hasToString("200 {\"slot\":0,\"round\":-3,\"node\":1}");

    assertThat(node.get("/acceptor/slots/0").json().get("state").stringValue())
        .isEqualTo("COMMITTED");
    assertThat(node.get("/acceptor/status").json().get("promised"))
        .hasToString("{\"round\":9,\"node\":9}");
  }

  @Test
  void statusCountsWhatIsThere() {
    learn(0);
    learn(1);
    accept(3, 1, "v");
    accept(5, 1, "v");

    var status = node.get("/acceptor/status").json();

    assertThat(status.get("committedThrough").longValue()).isEqualTo(1);
    assertThat(status.get("firstGap").longValue()).isEqualTo(2);
    assertThat(status.get("highestSlot").longValue()).isEqualTo(5);
    assertThat(status.get("pending").longValue()).isEqualTo(2);
  }

  @Test
  void retransmissionLeavesOutWhatIsNotCommitted() {
    learn(0);
    accept(1, 1, "pending");
    learn(3);

    var answer = node.get("/acceptor/retransmit");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.contentType()).isEqualTo("application/x-ndjson");
    assertThat(answer.body())
        .isEqualTo(
            """
            {"slot":0,"state":"COMMITTED","round":1,"node":1,"valueBase64":"dmFsdWUgMA=="}
            {"slot":3,"state":"COMMITTED","round":1,"node":1,"valueBase64":"dmFsdWUgMw=="}
            {"next":4,"reason":"END"}
            """);
  }

  @Test
  void retransmissionOfNothingIsItsLastLine() {
    assertThat(node.get("/acceptor/retransmit?from=0"))
        .hasToString("200 {\"next\":0,\"reason\":\"END\"}\n");
    assertThat(node.get("/acceptor/retransmit?from=12&maxBytes="))
        .hasToString("200 {\"next\":12,\"reason\":\"END\"}\n");
  }

  @Test
  void retransmissionStopsAtItsLimitAndGoesOnFromThere() {
    List.of(0, 1, 2, 3, 4).forEach(this::learn); // 7 bytes each

    var first = node.get("/acceptor/retransmit?from=1&maxBytes=20").jsonLines();
    assertThat(first).map(line -> line.path("slot").longValue(-1)).containsExactly(1L, 2L, -1L);
    assertThat(first.get(2)).hasToString("{\"next\":3,\"reason\":\"LIMIT\"}");

    var rest = node.get("/acceptor/retransmit?from=3&maxBytes=14").jsonLines();
    assertThat(rest).map(line -> line.path("slot").longValue(-1)).containsExactly(3L, 4L, -1L);
    assertThat(rest.get(2).get("next").longValue()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void retransmissionSendsAtLeastOneValue(int maxBytes) {
    learn(0);
    learn(1);

    assertThat(node.get("/acceptor/retransmit?from=0&maxBytes=" + maxBytes).jsonLines())
        .map(Object::toString)
        .last()
        .isEqualTo("{\"next\":1,\"reason\":\"LIMIT\"}");
  }

  @Test
  void retransmittedLineCanBeLearnedAsItIs() {
    learn(0);
    String line = node.get("/acceptor/retransmit").body().lines().findFirst().orElseThrow();

    assertThat(node.post("learn", line).status()).isEqualTo(200);
  }

  @Test
  void compactedSlotsSaySoAndNoMore() {
    List.of(0, 1, 2).forEach(this::learn);

    assertThat(node.post("compact", "{\"before\":2}")).hasToString("200 {\"firstAvailable\":2}");

    assertThat(node.get("/acceptor/slots/1"))
        .hasToString("200 {\"slot\":1,\"state\":\"COMPACTED\"}");
    assertThat(node.get("/acceptor/slots/2").json().get("state").stringValue())
        .isEqualTo("COMMITTED");
    assertThat(node.post("compact", "{\"before\":1}")).hasToString("200 {\"firstAvailable\":2}");
  }

  @Test
  void floorAdvancesPastWhatIsCommitted() {
    learn(0);
    accept(4, 1, "v");

    assertThat(node.post("advance-floor", "{\"slot\":3}"))
        .hasToString("200 {\"firstAvailable\":3,\"committedThrough\":2}");

    assertThat(node.get("/acceptor/slots/2").json().get("state").stringValue())
        .isEqualTo("COMPACTED");
    assertThat(node.get("/acceptor/slots/4").json().get("state").stringValue())
        .isEqualTo("PENDING");
  }

  @Test
  void secondStartFindsEverything() {
    node.post("promise", "{\"round\":8,\"node\":3}");
    learn(0);
    accept(1, 9, "v");
    String slots = node.get("/acceptor/slots/0").body() + node.get("/acceptor/slots/1").body();
    var before = node.get("/acceptor/status").json();
    node.close();

    node = RunningNode.start(directory);

    var after = node.get("/acceptor/status").json();
    assertThat(node.get("/acceptor/slots/0").body() + node.get("/acceptor/slots/1").body())
        .isEqualTo(slots);
    assertThat(after.get("promised")).isEqualTo(before.get("promised"));
    assertThat(after.get("committedThrough")).isEqualTo(before.get("committedThrough"));
    assertThat(after.get("pending")).isEqualTo(before.get("pending"));
  }

  @Test
  void actuatorIsThere() {
    assertThat(node.get("/actuator/health").json().get("status").stringValue()).isEqualTo("UP");
    assertThat(node.get("/actuator/prometheus").body()).contains("jvm_memory_used_bytes");
  }

  private void accept(long slot, long round, String value) {
    var answer =
        node.post(
            "accept",
            "{\"slot\":%d,\"round\":%d,\"node\":1,\"value\":\"%s\"}".formatted(slot, round, value));
    assertThat(answer.status()).isEqualTo(200);
  }

  private void learn(long slot) {
    var answer =
        node.post(
            "learn",
            "{\"slot\":%d,\"round\":1,\"node\":1,\"value\":\"value %d\"}".formatted(slot, slot));
    assertThat(answer.status()).isEqualTo(200);
  }
}

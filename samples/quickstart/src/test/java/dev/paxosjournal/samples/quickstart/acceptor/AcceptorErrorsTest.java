package dev.paxosjournal.samples.quickstart.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.samples.quickstart.RunningNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every refusal of the journal with its code, its status and the promise. */
class AcceptorErrorsTest {
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
  void ballotBelowThePromiseIsStale() {
    ok(node.post("promise", "{\"round\":5,\"node\":1}"));

    assertRefused(
        node.post("promise", "{\"round\":4,\"node\":1}"),
        409,
        "STALE_BALLOT",
        "{\"round\":5,\"node\":1}");
    assertRefused(
        node.post("accept", "{\"slot\":0,\"round\":5,\"node\":0,\"value\":\"v\"}"),
        409,
        "STALE_BALLOT",
        "{\"round\":5,\"node\":1}");
  }

  @Test
  void otherValueUnderTheSameBallotIsAConflict() {
    ok(node.post("accept", "{\"slot\":0,\"round\":5,\"node\":1,\"value\":\"a\"}"));

    assertRefused(
        node.post("accept", "{\"slot\":0,\"round\":5,\"node\":1,\"value\":\"b\"}"),
        409,
        "CONFLICT",
        "{\"round\":5,\"node\":1}");
  }

  @Test
  void commitOfWhatWasNotAcceptedIsRefused() {
    assertRefused(
        node.post("commit", "{\"slot\":0,\"round\":5,\"node\":1}"), 409, "NOT_ACCEPTED", "null");

    ok(node.post("accept", "{\"slot\":0,\"round\":5,\"node\":1,\"value\":\"a\"}"));
    assertRefused(
        node.post("commit", "{\"slot\":0,\"round\":5,\"node\":2}"),
        409,
        "NOT_ACCEPTED",
        "{\"round\":5,\"node\":1}");
  }

  @Test
  void otherValueForACommittedSlotIsASafetyViolation() {
    ok(node.post("learn", "{\"slot\":0,\"round\":5,\"node\":1,\"value\":\"a\"}"));

    assertRefused(
        node.post("learn", "{\"slot\":0,\"round\":5,\"node\":1,\"value\":\"b\"}"),
        409,
        "SAFETY_VIOLATION",
        "null");
    assertRefused(
        node.post("accept", "{\"slot\":0,\"round\":6,\"node\":1,\"value\":\"b\"}"),
        409,
        "SAFETY_VIOLATION",
        "null");
  }

  @Test
  void compactionStopsAtTheCommittedFloor() {
    ok(node.post("learn", "{\"slot\":0,\"round\":5,\"node\":1,\"value\":\"a\"}"));

    assertRefused(node.post("compact", "{\"before\":2}"), 409, "NOT_COMMITTED", "null");
  }

  @Test
  void compactedSlotsAreGone() {
    ok(node.post("advance-floor", "{\"slot\":3}"));

    String value = "{\"slot\":2,\"round\":5,\"node\":1,\"value\":\"a\"}";
    assertRefused(node.post("accept", value), 410, "COMPACTED", "null");
    assertRefused(node.post("learn", value), 410, "COMPACTED", "null");
    assertRefused(node.get("/acceptor/retransmit?from=2"), 410, "COMPACTED", "null");
    assertThat(node.get("/acceptor/retransmit?from=3").status()).isEqualTo(200);
  }

  @Test
  void tooLargeValueNamesTheLimit() {
    String value = "x".repeat(1025);

    var answer =
        node.post("accept", "{\"slot\":2,\"round\":5,\"node\":1,\"value\":\"" + value + "\"}");

    assertRefused(answer, 400, "BAD_REQUEST", "null");
    assertThat(answer.body()).contains("1024");
  }

  @Test
  void closedJournalIsUnavailable() {
    ok(node.post("promise", "{\"round\":5,\"node\":1}"));
    node.bean(PaxosJournal.class).close();

    for (var answer :
        new RunningNode.Answer[] {
          node.post("promise", "{\"round\":6,\"node\":1}"),
          node.post("accept", "{\"slot\":0,\"round\":6,\"node\":1,\"value\":\"a\"}"),
          node.get("/acceptor/slots/0"),
          node.get("/acceptor/retransmit")
        }) {
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.json().get("error").stringValue()).isEqualTo("UNAVAILABLE");
    }
    assertThat(node.get("/acceptor/status").json().get("state").stringValue()).isEqualTo("CLOSED");
  }

  @Test
  void refusedCallsChangeNothing() {
    ok(node.post("accept", "{\"slot\":0,\"round\":5,\"node\":1,\"value\":\"a\"}"));
    String before = node.get("/acceptor/status").body() + node.get("/acceptor/slots/0").body();

    node.post("accept", "{\"slot\":0,\"round\":4,\"node\":1,\"value\":\"b\"}");
    node.post("accept", "{\"slot\":0,\"round\":5,\"node\":1,\"value\":\"b\"}");
    node.post("commit", "{\"slot\":0,\"round\":4,\"node\":1}");
    node.post("compact", "{\"before\":1}");

    assertThat(node.get("/acceptor/status").body() + node.get("/acceptor/slots/0").body())
        .isEqualTo(before);
  }

  private static void ok(RunningNode.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static void assertRefused(
      RunningNode.Answer answer, int status, String code, String promised) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/json");
    var body = answer.json();
    assertThat(body.propertyNames()).containsExactly("error", "message", "promised");
    assertThat(body.get("error").stringValue()).isEqualTo(code);
    assertThat(body.get("message").stringValue()).isNotBlank();
    assertThat(body.get("promised")).hasToString(promised);
  }
}

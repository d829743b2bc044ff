package dev.paxosjournal.samples.quickstart.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.samples.quickstart.RunningNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are not calls: each is refused with the error body, and says why. */
class BadRequestsTest {
  @TempDir private static Path directory;
  private static RunningNode node;

  @BeforeAll
  static void start() {
    node = RunningNode.start(directory);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | the body is empty",
        "{ | malformed",
        "nonsense | malformed",
        "[1,2] | must be a JSON object",
        "null | must be a JSON object",
        "{\"round\":1,\"node\":1} {} | malformed",
        "{\"round\":1,\"node\":1}] | malformed",
        "{\"round\":1,\"round\":2,\"node\":1} | round",
        "{'round':1,\"node\":1} | malformed",
        "{\"round\":1,\"node\":1,} | malformed",
        "{\"round\":01,\"node\":1} | malformed",
        "{\"round\":NaN,\"node\":1} | malformed",
        "{} | \"round\" is missing",
        "{\"round\":1} | \"node\" is missing",
        "{\"node\":1} | \"round\" is missing",
        "{\"round\":null,\"node\":1} | \"round\" must be a whole number",
        "{\"round\":\"1\",\"node\":1} | \"round\" must be a whole number",
        "{\"round\":true,\"node\":1} | \"round\" must be a whole number",
        "{\"round\":[1],\"node\":1} | \"round\" must be a whole number",
        "{\"round\":1.0,\"node\":1} | \"round\" must be a whole number",
        "{\"round\":1.5,\"node\":1} | \"round\" must be a whole number",
        "{\"round\":1e3,\"node\":1} | \"round\" must be a whole number",
        "{\"round\":9223372036854775808,\"node\":1} | \"round\" must be a signed 64 bit number",
        "{\"round\":-9223372036854775809,\"node\":1} | \"round\" must be a signed 64 bit number",
        "{\"round\":1,\"node\":2147483648} | \"node\" must be a signed 32 bit number",
        "{\"round\":1,\"node\":-2147483649} | \"node\" must be a signed 32 bit number",
        "{\"round\":1,\"node\":1.0} | \"node\" must be a whole number",
      })
  void ballotThatIsNoBallot(String body, String message) {
    assertBad(node.post("promise", body), 400, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"round\":1,\"node\":1,\"value\":\"v\" | \"slot\" is missing",
        "\"slot\":-1,\"round\":1,\"node\":1,\"value\":\"v\" | \"slot\" must be a slot",
        "\"slot\":9223372036854775808,\"round\":1,\"node\":1,\"value\":\"v\" | \"slot\" must be",
        "\"slot\":\"0\",\"round\":1,\"node\":1,\"value\":\"v\" | \"slot\" must be a whole number",
        "\"slot\":0.0,\"round\":1,\"node\":1,\"value\":\"v\" | \"slot\" must be a whole number",
        "\"slot\":0,\"round\":1,\"node\":1 | the value is missing",
        "\"slot\":0,\"round\":1,\"node\":1,\"value\":null | \"value\" must be a string",
        "\"slot\":0,\"round\":1,\"node\":1,\"value\":7 | \"value\" must be a string",
        "\"slot\":0,\"round\":1,\"node\":1,\"value\":{} | \"value\" must be a string",
        "\"slot\":0,\"round\":1,\"node\":1,\"valueBase64\":7 | \"valueBase64\" must be a string",
        "\"slot\":0,\"round\":1,\"node\":1,\"value\":\"v\",\"valueBase64\":\"dg==\" | not both",
        "\"slot\":0,\"round\":1,\"node\":1,\"valueBase64\":\"?\" | is not base64",
        "\"slot\":0,\"round\":1,\"node\":1,\"valueBase64\":\"dg==dg==\" | is not base64",
        "\"slot\":0,\"round\":1,\"node\":1,\"valueBase64\":\"d-_=\" | is not base64",
        "\"slot\":0,\"round\":1,\"node\":1,\"value\":\"\\ud800\" | half a character",
      })
  void acceptAndLearnOfWhatIsNoValue(String fields, String message) {
    assertBad(node.post("accept", "{" + fields + "}"), 400, message);
    assertBad(node.post("learn", "{" + fields + "}"), 400, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "commit | {\"round\":1,\"node\":1} | \"slot\" is missing",
        "commit | {\"slot\":-5,\"round\":1,\"node\":1} | \"slot\" must be a slot",
        "compact | {} | \"before\" is missing",
        "compact | {\"before\":-1} | \"before\" must be a slot",
        "compact | {\"before\":\"1\"} | \"before\" must be a whole number",
        "advance-floor | {} | \"slot\" is missing",
        "advance-floor | {\"slot\":-1} | \"slot\" must be a slot",
      })
  void otherCallsWithoutWhatTheyNeed(String call, String body, String message) {
    assertBad(node.post(call, body), 400, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/acceptor/slots/-1",
        "/acceptor/slots/x",
        "/acceptor/slots/0x10",
        "/acceptor/slots/1.0",
        "/acceptor/slots/+1",
        "/acceptor/slots/9223372036854775808",
        "/acceptor/retransmit?from=-1",
        "/acceptor/retransmit?from=x",
        "/acceptor/retransmit?from=1&from=2",
        "/acceptor/retransmit?maxBytes=-1",
        "/acceptor/retransmit?maxBytes=-5",
        "/acceptor/retransmit?maxBytes=1e6",
      })
  void pathsAndQueriesWithoutANumber(String path) {
    assertBad(node.get(path), 400, "must be a number from");
  }

  @Test
  void bytesThatAreNotUtf8() {
    byte[] body =
        "{\"slot\":0,\"round\":1,\"node\":1,\"value\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    body[body.length - 3] = (byte) 0xff;

    assertBad(node.post("accept", BodyPublishers.ofByteArray(body)), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/acceptor", "/acceptor/", "/acceptor/slots", "/acceptor/nothing"})
  void pathsThatLeadNowhere(String path) {
    assertBad(node.get(path), 404, "");
  }

  @Test
  void otherMethods() {
    assertBad(node.get("/acceptor/promise"), 405, "GET");
    assertBad(node.post("status", "{}"), 405, "POST");
    assertBad(node.send(node.request("/acceptor/slots/0").DELETE()), 405, "DELETE");
  }

  @Test
  void bodiesOfOtherTypes() {
    String body = "{\"round\":1,\"node\":1}";
    var form = node.request("/acceptor/promise").POST(BodyPublishers.ofString(body));

    assertBad(node.send(form.copy().header("Content-Type", "text/plain")), 415, "text/plain");
    assertBad(
        node.send(form.copy().header("Content-Type", "application/x-www-form-urlencoded")),
        415,
        "form");
    assertBad(
        node.send(form.copy().header("Content-Type", "multipart/form-data; boundary=x")),
        415,
        "multipart");
  }

  @Test
  void answersOfOtherTypesAreRefusedBeforeTheWrite() {
    var request =
        node.request("/acceptor/promise")
            .header("Content-Type", "application/json")
            .header("Accept", "text/html")
            .POST(BodyPublishers.ofString("{\"round\":1,\"node\":1}"));

    assertBad(node.send(request), 406, "");
    assertThat(node.get("/acceptor/status").json().get("promised").isNull()).isTrue();
  }

  @Test
  void pathsOfOthersHaveTheirOwnErrors() {
    var answer = node.get("/elsewhere");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().has("promised")).isFalse();
  }

  private static void assertBad(RunningNode.Answer answer, int status, String message) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/json");
    var body = answer.json();
    assertThat(body.propertyNames()).containsExactly("error", "message", "promised");
    assertThat(body.get("error").stringValue()).isEqualTo("BAD_REQUEST");
    assertThat(body.get("message").stringValue()).contains(message);
    assertThat(body.get("promised").isNull()).isTrue();
  }
}

package dev.paxosjournal.samples.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineParserTest {
  private static final String BALLOT = "{\"era\":0,\"counter\":5,\"node\":-2}";

  @Test
  void everyKindOfCallIsRead() {
    assertThat(LineParser.parse("{\"op\":\"open\",\"node\":-3}"))
        .isEqualTo(new RecordedCall.Open(-3));
    assertThat(LineParser.parse("{\"op\":\"progress\",\"promised\":" + BALLOT + ",\"fixed\":7}"))
        .isEqualTo(new RecordedCall.Progress(new Ballot((1L << 31) + 5, -2), 7));
    assertThat(
            LineParser.parse(
                "{\"op\":\"accept\",\"from\":1,\"slot\":4,\"ballot\":"
                    + BALLOT
                    + ",\"command\":null}"))
        .isEqualTo(new RecordedCall.Write(4, new Ballot((1L << 31) + 5, -2), Value.utf8("null")));
    assertThat(LineParser.parse("{\"op\":\"read\",\"slot\":4,\"found\":" + BALLOT + "}"))
        .isEqualTo(new RecordedCall.Read(4, Optional.of(new Ballot((1L << 31) + 5, -2))));
    assertThat(LineParser.parse("{\"op\":\"read\",\"slot\":4,\"found\":null}"))
        .isEqualTo(new RecordedCall.Read(4, Optional.empty()));
    assertThat(LineParser.parse("{\"op\":\"sync\"}")).isEqualTo(new RecordedCall.Sync());
  }

  @Test
  void fieldsComeInAnyOrderAndOthersAreIgnored() {
    assertThat(
            LineParser.parse(
                " { \"found\" : null , \"new\":{\"slot\":9}, \"slot\" : 4 , \"op\" : \"read\" } "))
        .isEqualTo(new RecordedCall.Read(4, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "-32768, -2147483648, -140737488355328",
    "-32768, -2147483647, -140737488355327",
    "-1, 2147483647, -1",
    "0, -2147483648, 0",
    "0, 0, 2147483648",
    "0, 2147483647, 4294967295",
    "1, -2147483648, 4294967296",
    "32767, 2147483647, 140737488355327",
  })
  void roundKeepsTheOrderOfEraAndCounter(long era, long counter, long round) {
    var read =
        (RecordedCall.Read)
            LineParser.parse(
                "{\"op\":\"read\",\"slot\":0,\"found\":{\"era\":%d,\"counter\":%d,\"node\":1}}"
                    .formatted(era, counter));

    assertThat(read.found()).contains(new Ballot(round, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "-12.50e+3",
        "\"\"",
        "\"a \\\"}\\\\ , b\"",
        "\"\\u00e4\\ud83d\\ude00 \u00e4\"",
        "[ 1 , [ ] , { } ]",
        "{}",
        "{ \"uuid\" : \"x\" ,\t\"nested\" : { \"command\" : [ \"}\" , null ] } }",
      })
  void valueIsTheCommandAsItStands(String command) {
    Value expected = Value.utf8(command);
    String rest = "\"op\":\"accept\",\"slot\":4,\"ballot\":" + BALLOT;

    assertThat(valueOf("{" + rest + ",\"command\":" + command + "}")).isEqualTo(expected);
    assertThat(valueOf("{" + rest + ", \"command\" :\t " + command + " \t}")).isEqualTo(expected);
    assertThat(valueOf("{\"command\":" + command + "," + rest + "}\r")).isEqualTo(expected);
    assertThat(valueOf("{\"before\":{\"command\":1},\"command\": " + command + " ," + rest + "}"))
        .isEqualTo(expected);
    assertThat(valueOf("{\"c\\u006fmmand\":" + command + "," + rest + "}")).isEqualTo(expected);
  }

  @Test
  void longCommandsAreCutOutWhole() {
    for (int length = 32_000; length < 34_000; length += 37) {
      String text = "\"" + "\u00e4\\n".repeat(length / 3) + "\"";
      String nested = "{\"bytes\":" + text + ",\"more\": [" + text + "]}";
      String rest = "\"op\":\"accept\",\"slot\":4,\"ballot\":" + BALLOT;

      assertThat(valueOf("{" + rest + ",\"command\":" + text + "}")).isEqualTo(Value.utf8(text));
      assertThat(valueOf("{\"command\":" + nested + "," + rest + "}"))
          .isEqualTo(Value.utf8(nested));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | not a JSON object",
        "[] | not a JSON object",
        "7 | not a JSON object",
        "{\"op\":\"sync\"} {} | not a JSON object",
        "{\"op\":\"sync\",\"op\":\"sync\"} | op",
        "{\"op\":\"sync\" | not a JSON object",
        "{} | \"op\" is missing",
        "{\"op\":7} | unknown op",
        "{\"op\":\"close\"} | unknown op \"close\"",
        "{\"op\":\"open\"} | \"node\" is missing",
        "{\"op\":\"open\",\"node\":32768} | \"node\" is no signed 16 bit number",
        "{\"op\":\"open\",\"node\":1.0} | \"node\" is no signed 16 bit number",
        "{\"op\":\"read\",\"slot\":-1,\"found\":null} | \"slot\" is negative",
        "{\"op\":\"read\",\"slot\":9223372036854775808,\"found\":null} | \"slot\" is no signed 64",
        "{\"op\":\"read\",\"slot\":1} | \"found\" is missing",
        "{\"op\":\"read\",\"slot\":1,\"found\":7} | \"era\" is missing",
        "{\"op\":\"progress\",\"promised\":null,\"fixed\":1} | \"era\" is missing",
        "{\"op\":\"accept\",\"slot\":1,\"ballot\":{\"era\":40000,\"counter\":0,\"node\":0}} | \"era\"",
        "{\"op\":\"accept\",\"slot\":1,\"ballot\":{\"era\":0,\"counter\":2147483648,\"node\":0}}"
            + " | \"counter\"",
        "{\"op\":\"accept\",\"slot\":1,\"ballot\":{\"era\":0,\"counter\":0,\"node\":0}}"
            + " | \"command\" is missing",
      })
  void whatIsNoCallIsRefused(String line, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LineParser.parse(line))
        .withMessageContaining(message);
  }

  private static Value valueOf(String line) {
    return ((RecordedCall.Write) LineParser.parse(line)).value();
  }
}

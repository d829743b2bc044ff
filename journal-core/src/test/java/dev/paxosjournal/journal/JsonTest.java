package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void whatIsWrittenIsReadBack() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put(
        "text", "tab\t, quote \", backslash \\, line\n, \u0001, umlaut ä, snowman ☃, pair 😀");
    value.put("lone", "\ud83d");
    value.put("numbers", List.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE));
    value.put("truth", List.of(true, false));
    value.put("nothing", List.of());
    value.put("nested", List.of(Map.of("a", List.of(Map.of("b", 1L)))));

    assertThat(Json.parse(Json.write(value))).isEqualTo(value);
  }

  @Test
  void isIndentedForPeople() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("slots", List.of(1L, 2L));
    value.put("name", "x");

    assertThat(Json.write(value))
        .isEqualTo("{\n  \"slots\": [\n    1,\n    2\n  ],\n  \"name\": \"x\"\n}\n");
  }

  @Test
  void keysWithoutAValueAreAsIfTheyWereNotThere() {
    assertThat(Json.parse("{\"a\": null, \"b\": [null, 1]}")).isEqualTo(Map.of("b", List.of(1L)));
  }

  // --- what is refused

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}x",
        "[]",
        "1",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":tru}",
        "{\"a\":-}",
        "{\"a\":1.5}",
        "{\"a\":1e400}",
        "{\"a\":99999999999999999999}",
        "{\"a\":\"",
        "{\"a\":\"\\",
        "{\"a\":\"\\u12",
        "{\"a\":\"\\uzzzz\"}",
        "{\"a\":\"\\q\"}"
      })
  void everythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void depthIsBounded() {
    String deep = "{\"a\":".repeat(100_000);
    assertThatThrownBy(() -> Json.parse(deep)).isInstanceOf(IllegalArgumentException.class);
  }
}

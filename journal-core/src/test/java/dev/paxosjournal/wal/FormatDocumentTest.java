package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * FORMAT.md says what the code does. If the format was changed on purpose, correct the tables, then
 * let the dumps of section 9 be written anew and correct what their fields are called:
 *
 * <pre>mvn -pl journal-core test -Dtest=FormatDocumentTest -Dformat.write=true</pre>
 */
class FormatDocumentTest {
  private static final Path DOCUMENT = Path.of("FORMAT.md");
  private static final int COLUMNS = 120;

  private static List<String> document() throws IOException {
    return Files.readAllLines(DOCUMENT);
  }

  /** The lines of the first block of code behind a heading. */
  private static List<String> dumpBehind(String heading, List<String> document) {
    int begin = document.indexOf("### " + heading);
    assertThat(begin).as("heading \"%s\" of section 9", heading).isPositive();
    int open = begin + document.subList(begin, document.size()).indexOf("```");
    int close = open + 1 + document.subList(open + 1, document.size()).indexOf("```");
    return document.subList(open + 1, close);
  }

  @Test
  void exampleIsWhatTheCodeMakesOfTheSameCalls() throws IOException {
    List<String> document = document();
    List<String> differences = new ArrayList<>();
    StringBuilder expected = new StringBuilder();
    for (Map.Entry<String, byte[]> part : FormatExample.parts().entrySet()) {
      List<String> found = dumpBehind(part.getKey(), document);
      List<String> right = HexDump.parse(found).with(part.getValue()).lines();
      addDifferences(part.getKey(), found, right, differences);
      expected.append("\n### ").append(part.getKey()).append("\n\n```\n");
      expected.append(String.join("\n", right)).append("\n```\n");
      found.clear();
      found.addAll(right);
    }
    if (Boolean.getBoolean("format.write")) {
      Files.write(DOCUMENT, document);
    } else if (!differences.isEmpty()) {
      fail(
          "FORMAT.md (-) is not what the code does (+):\n%s\n\nThe dumps should be:\n%s",
          String.join("\n", differences), expected);
    }
  }

  private static void addDifferences(
      String heading, List<String> found, List<String> right, List<String> differences) {
    for (int i = 0; i < Math.max(found.size(), right.size()); i++) {
      String here = i < found.size() ? found.get(i) : "";
      String there = i < right.size() ? right.get(i) : "";
      if (!here.equals(there)) {
        differences.add(heading + ":\n- " + here + "\n+ " + there);
      }
    }
  }

  @Test
  void rowsOfEachTableFollowOneAnotherWithoutAGap() throws IOException {
    int checked = 0;
    String expected = "";
    for (String line : document()) {
      String[] cells = line.split("\\|", -1);
      boolean row = cells.length == 6 && cells[1].strip().matches("\\d+");
      if (row && !expected.isEmpty()) {
        assertThat(cells[1].strip()).as(line).isEqualTo(expected);
        checked++;
      }
      String size = row ? cells[2].strip().replace(" each", "") : "";
      expected =
          size.matches("\\d+")
              ? String.valueOf(Integer.parseInt(cells[1].strip()) + Integer.parseInt(size))
              : "";
    }
    assertThat(checked).isGreaterThan(60);
  }

  @Test
  void linesFitThePage() throws IOException {
    assertThat(document()).allMatch(line -> line.length() <= COLUMNS);
  }
}

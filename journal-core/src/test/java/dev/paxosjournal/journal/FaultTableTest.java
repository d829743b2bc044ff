package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The fault table of DESIGN.md names tests that exist, for every row. */
class FaultTableTest {
  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|[^|]*\\|[^|]*\\|([^|]*)\\|");
  private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)#(\\w+)`");

  @Test
  void everyRowNamesATestThatExists() throws IOException, ClassNotFoundException {
    String document = Files.readString(Path.of("DESIGN.md"));
    int begin = document.indexOf("## Faults");
    int end = document.indexOf("\n## ", begin + 1);
    List<Integer> rows = new ArrayList<>();
    Matcher row = ROW.matcher(document.substring(begin, end < 0 ? document.length() : end));
    while (row.find()) {
      rows.add(Integer.parseInt(row.group(1)));
      Matcher test = TEST.matcher(row.group(2));
      int named = 0;
      while (test.find()) {
        named++;
        Class<?> type = Class.forName("dev.paxosjournal." + test.group(1) + "." + test.group(2));
        assertThat(Arrays.stream(type.getDeclaredMethods()).map(method -> method.getName()))
            .as("row %s: %s", row.group(1), type)
            .contains(test.group(3));
      }
      assertThat(named).as("tests of row " + row.group(1)).isPositive();
    }
    assertThat(rows).isEqualTo(IntStream.rangeClosed(1, 44).boxed().toList());
  }
}

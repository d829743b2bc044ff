package dev.paxosjournal.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.json.JsonParserFactory;

/** The README's table of properties is what the binder really takes. */
class ReadmePropertiesTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `(paxos\\.journal\\.[a-z.-]+)` \\| ([^|]+) \\|.*");

  @Test
  void tableOfPropertiesIsComplete() throws IOException {
    Map<String, String> written = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../README.md"))) {
      Matcher row = ROW.matcher(line);
      // Meters have a table of the same shape, with a name in the second column.
      if (row.matches() && !row.group(2).startsWith("`") && !line.contains("paxos.journal.admin")) {
        written.put(row.group(1), row.group(2).trim());
      }
    }

    assertThat(written).isEqualTo(described());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> described() throws IOException {
    Path metadata = Path.of("target/classes/META-INF/spring-configuration-metadata.json");
    Map<String, Object> read =
        JsonParserFactory.getJsonParser().parseMap(Files.readString(metadata));
    Map<String, String> found = new TreeMap<>();
    for (Map<String, Object> property : (List<Map<String, Object>>) read.get("properties")) {
      String name = property.get("name").toString();
      if (name.startsWith("paxos.journal.")) {
        Object value = property.get("defaultValue");
        found.put(name, value == null ? "required" : value.toString());
      }
    }
    return found;
  }
}

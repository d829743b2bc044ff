package dev.paxosjournal.spring.admin.autoconfigure;

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

/** The console's properties are described, and the README's table is what the binder takes. */
class AdminPropertiesTest {
  private static final Path METADATA =
      Path.of("target/classes/META-INF/spring-configuration-metadata.json");
  private static final Pattern ROW =
      Pattern.compile("\\| `(paxos\\.journal\\.admin\\.[a-z.-]+)` \\| ([^|]*) \\|.*");

  @Test
  void tableOfPropertiesIsComplete() throws IOException {
    Map<String, String> written = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../README.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        written.put(row.group(1), row.group(2).trim());
      }
    }
    Map<String, String> described = new TreeMap<>();
    for (Map<String, Object> property : properties()) {
      Object value = property.get("defaultValue");
      String shown =
          value instanceof List<?> list
              ? String.join(", ", list.stream().map(String::valueOf).toList())
              : String.valueOf(value == null ? "–" : value);
      described.put(property.get("name").toString(), shown.replaceFirst("^\\[(.*, .*)]$", "$1"));
    }

    assertThat(written).isEqualTo(described).hasSize(10);
  }

  @Test
  void everyPropertyIsDescribed() throws IOException {
    assertThat(properties())
        .allSatisfy(
            property ->
                assertThat(String.valueOf(property.get("description")))
                    .as(property.get("name").toString())
                    .matches("(?s)[A-Z].{15,}\\."));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> properties() throws IOException {
    Map<String, Object> read =
        JsonParserFactory.getJsonParser().parseMap(Files.readString(METADATA));
    return (List<Map<String, Object>>) read.get("properties");
  }
}

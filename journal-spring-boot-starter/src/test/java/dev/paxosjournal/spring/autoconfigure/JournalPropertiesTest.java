package dev.paxosjournal.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class JournalPropertiesTest {
  @TempDir private Path directory;

  @Test
  void sizesHaveDefaults() {
    Map<String, String> written =
        Map.of(
            "paxos.journal.directory", "some/where",
            "paxos.journal.cluster-id", "orders",
            "paxos.journal.node-id", "-3");

    JournalProperties properties =
        new Binder(new MapConfigurationPropertySource(written))
            .bind("paxos.journal", JournalProperties.class)
            .get();

    assertThat(properties)
        .isEqualTo(
            new JournalProperties(
                true,
                Path.of("some/where"),
                "orders",
                -3,
                DataSize.ofMegabytes(64),
                DataSize.ofMegabytes(16)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"directory", "cluster-id", "node-id"})
  void missingPropertyIsNamedWithWhatToWrite(String property) {
    run(property, null)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("paxos.journal." + property + " is missing")
                    .hasStackTraceContaining("write for example paxos.journal." + property + "="));
  }

  @Test
  void allMissingPropertiesAreNamedAtOnce() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("paxos.journal.directory is missing")
                    .hasStackTraceContaining("paxos.journal.cluster-id is missing")
                    .hasStackTraceContaining("paxos.journal.node-id is missing"));
  }

  @ParameterizedTest
  @CsvSource({
    "cluster-id, '', must be 1 to 64 bytes",
    "node-id, seven, seven",
    "node-id, 2147483648, 2147483648",
    "max-value-size, 0B, must be between 1B and 1GB",
    "max-value-size, -1B, must be between 1B and 1GB",
    "max-value-size, 2GB, must be between 1B and 1GB",
    "max-value-size, huge, huge",
    "segment-size, 0B, must be a multiple of 4KB",
    "segment-size, 1000001B, must be a multiple of 4KB",
    "segment-size, 2TB, at most 1TB",
    "segment-size, 8MB, with max-value-size 16777216B",
  })
  void wrongValueIsNamedWithItsProperty(String property, String value, String message) {
    run(property, value)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("paxos.journal." + property)
                    .hasStackTraceContaining(message));
  }

  @Test
  void everyPropertyIsDescribed() throws IOException {
    try (InputStream metadata =
        getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      Map<String, Object> read =
          JsonParserFactory.getJsonParser()
              .parseMap(new String(metadata.readAllBytes(), StandardCharsets.UTF_8));

      assertThat(read.get("properties"))
          .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
          .allSatisfy(property -> assertThat(property.get("description")).isNotNull())
          .map(property -> property.get("name"))
          .contains(
              "paxos.journal.enabled",
              "paxos.journal.directory",
              "paxos.journal.cluster-id",
              "paxos.journal.node-id",
              "paxos.journal.segment-size",
              "paxos.journal.max-value-size");
    }
  }

  @Test
  void clusterIdIsMeasuredInBytes() {
    run("cluster-id", "é".repeat(33))
        .run(context -> assertThat(context).getFailure().hasStackTraceContaining("has 66"));
  }

  /** Everything that is required, one property written otherwise or, if null, not at all. */
  private ApplicationContextRunner run(String property, String value) {
    List<String> pairs = new ArrayList<>();
    pairs.add("paxos.journal.directory=" + directory.resolve("journal"));
    pairs.add("paxos.journal.cluster-id=orders");
    pairs.add("paxos.journal.node-id=1");
    pairs.removeIf(pair -> pair.startsWith("paxos.journal." + property + "="));
    if (value != null) {
      pairs.add("paxos.journal." + property + "=" + value);
    }
    return new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class))
        .withPropertyValues(pairs.toArray(String[]::new));
  }
}

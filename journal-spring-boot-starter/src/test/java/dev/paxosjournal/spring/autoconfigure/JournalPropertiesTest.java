package dev.paxosjournal.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.JournalOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
  void everythingElseHasADefault() {
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
                "some/where",
                "orders",
                -3,
                DataSize.ofMegabytes(64),
                DataSize.ofMegabytes(16),
                new JournalProperties.Queue(DataSize.ofMegabytes(64), 4096),
                new JournalProperties.Group(DataSize.ofMegabytes(4)),
                Duration.ofMillis(5),
                true,
                false,
                true,
                new JournalProperties.Recovery(JournalOptions.UndecidableTail.TORN),
                new JournalProperties.Scrub(false, DataSize.ofMegabytes(1))));
  }

  @Test
  void everyPropertyReachesTheOptions() {
    Map<String, String> written =
        Map.ofEntries(
            Map.entry("paxos.journal.directory", "some/where"),
            Map.entry("paxos.journal.cluster-id", "orders"),
            Map.entry("paxos.journal.node-id", "5"),
            Map.entry("paxos.journal.segment-size", "8MB"),
            Map.entry("paxos.journal.max-value-size", "2MB"),
            Map.entry("paxos.journal.queue.max-size", "3MB"),
            Map.entry("paxos.journal.queue.max-requests", "77"),
            Map.entry("paxos.journal.group.max-size", "1MB"),
            Map.entry("paxos.journal.commit-delay", "9ms"),
            Map.entry("paxos.journal.preallocate", "false"),
            Map.entry("paxos.journal.create", "false"),
            Map.entry("paxos.journal.direct-io", "true"),
            Map.entry("paxos.journal.scrub.enabled", "true"),
            Map.entry("paxos.journal.scrub.rate", "5MB"),
            Map.entry("paxos.journal.recovery.undecidable-tail", "damaged"));

    JournalOptions options =
        new Binder(new MapConfigurationPropertySource(written))
            .bind("paxos.journal", JournalProperties.class)
            .get()
            .toOptions()
            .build();

    assertThat(options.directory()).isEqualTo(Path.of("some/where"));
    assertThat(options.clusterId()).isEqualTo("orders");
    assertThat(options.nodeId()).isEqualTo(5);
    assertThat(options.segmentBytes()).isEqualTo(8 << 20);
    assertThat(options.maxValueBytes()).isEqualTo(2 << 20);
    assertThat(options.queueBytes()).isEqualTo(3 << 20);
    assertThat(options.queueRequests()).isEqualTo(77);
    assertThat(options.groupBytes()).isEqualTo(1 << 20);
    assertThat(options.commitDelay()).isEqualTo(Duration.ofMillis(9));
    assertThat(options.preallocate()).isFalse();
    assertThat(options.create()).isFalse();
    assertThat(options.directIo()).isTrue();
    assertThat(options.scrub()).isTrue();
    assertThat(options.scrubBytesPerSecond()).isEqualTo(5 << 20);
    assertThat(options.undecidableTail()).isEqualTo(JournalOptions.UndecidableTail.DAMAGED);
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
    "directory, '', is missing",
    "queue.max-size, 0B, must be at least 1B",
    "queue.max-size, -5MB, must be at least 1B",
    "queue.max-requests, 0, must be at least 1",
    "queue.max-requests, many, many",
    "group.max-size, 0B, must be between 1B and 1GB",
    "group.max-size, 2GB, must be between 1B and 1GB",
    "commit-delay, -1ms, must be between 0 and 1m",
    "commit-delay, 61s, must be between 0 and 1m",
    "commit-delay, soon, soon",
    "preallocate, perhaps, perhaps",
    "create, perhaps, perhaps",
    "direct-io, perhaps, perhaps",
    "scrub.enabled, perhaps, perhaps",
    "scrub.rate, 0B, must be at least 1B",
    "recovery.undecidable-tail, cut, cut",
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
              "paxos.journal.max-value-size",
              "paxos.journal.queue.max-size",
              "paxos.journal.queue.max-requests",
              "paxos.journal.group.max-size",
              "paxos.journal.commit-delay",
              "paxos.journal.preallocate",
              "paxos.journal.direct-io",
              "paxos.journal.create",
              "paxos.journal.recovery.undecidable-tail",
              "paxos.journal.scrub.enabled",
              "paxos.journal.scrub.rate",
              "paxos.journal.health.slow-force",
              "paxos.journal.endpoint.show-values",
              "management.endpoint.journal.access",
              "management.health.paxosjournal.enabled");
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

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A clock that jumps can change what people are told, and nothing else. */
class ClockTest {
  private static final Pattern CLOCK =
      Pattern.compile("currentTimeMillis|(Instant|LocalDate\\w*|ZonedDateTime)\\.now|Clock\\.");
  private static final Path SOURCES = Path.of("src/main/java/dev/paxosjournal");

  /** Who may ask the clock, how often, each for a label that nothing compares. */
  private static final Map<String, Long> LABELS =
      Map.of(
          "disk/DirectoryLock.java", 1L,
          "journal/Recovery.java", 2L,
          "journal/RunningOperation.java", 1L,
          "journal/Telemetry.java", 1L,
          "wal/SegmentMaker.java", 1L);

  @Test
  void row36OnlyLabelsForPeopleLookAtTheClock() throws IOException {
    Map<String, Long> found = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(SOURCES)) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    for (Path file : files) {
      long times = CLOCK.matcher(Files.readString(file)).results().count();
      if (times > 0) {
        found.put(SOURCES.relativize(file).toString(), times);
      }
    }
    assertThat(found).containsExactlyInAnyOrderEntriesOf(LABELS);
  }
}

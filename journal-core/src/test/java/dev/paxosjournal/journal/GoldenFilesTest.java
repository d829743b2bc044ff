package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every directory that a released format version left is read by this release. Before a version is
 * released, the files are written anew by
 *
 * <pre>mvn -pl journal-core test -Dtest=GoldenFilesTest -Dgolden.write=true</pre>
 *
 * which runs {@link GoldenFiles}; look at the difference of the texts then. Afterwards never again.
 */
class GoldenFilesTest {
  @TempDir Path folder;

  @BeforeAll
  static void writeIfAsked() throws IOException {
    if (Boolean.getBoolean("golden.write")) {
      GoldenFiles.main();
    }
  }

  static Stream<Path> goldenDirectories() throws IOException {
    try (Stream<Path> files = Files.walk(GoldenFiles.FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".zip")).sorted().toList().stream();
    }
  }

  private Path unpacked(Path zip) throws IOException {
    Path directory = folder.resolve("journal");
    Files.createDirectory(directory);
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Files.write(directory.resolve(entry.getName()), in.readAllBytes());
      }
    }
    return directory;
  }

  private static String expected(Path zip) throws IOException {
    return Files.readString(
        zip.resolveSibling(zip.getFileName().toString().replace(".zip", ".txt")));
  }

  private static PaxosJournal open(Path directory) {
    return PaxosJournal.open(
        JournalOptions.builder(directory, GoldenFiles.CLUSTER, GoldenFiles.NODE)
            .create(false)
            .build());
  }

  private static Map<String, byte[]> segmentsIn(Path directory) throws IOException {
    Map<String, byte[]> segments = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("wal-")).toList()) {
        segments.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return segments;
  }

  @ParameterizedTest
  @MethodSource("goldenDirectories")
  void answersWhatItAnsweredWhenItWasWritten(Path zip) throws IOException {
    Path directory = unpacked(zip);
    for (int opening = 0; opening < 3; opening++) {
      try (PaxosJournal journal = open(directory)) {
        assertThat(GoldenFiles.describe(journal)).isEqualTo(expected(zip));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldenDirectories")
  void answersTheSameWithoutDerivedFiles(Path zip) throws IOException {
    Path directory = unpacked(zip);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (!file.getFileName().toString().startsWith("wal-")) {
          Files.delete(file);
        }
      }
    }

    try (PaxosJournal journal = open(directory)) {
      assertThat(GoldenFiles.describe(journal)).isEqualTo(expected(zip));
    }
  }

  @ParameterizedTest
  @MethodSource("goldenDirectories")
  void openingChangesNoByteOfTheLog(Path zip) throws IOException {
    Path directory = unpacked(zip);
    Map<String, byte[]> before = segmentsIn(directory);

    open(directory).close();

    Map<String, byte[]> after = segmentsIn(directory);
    assertThat(after).containsOnlyKeys(before.keySet());
    after.forEach(
        (name, bytes) ->
            assertThat(Arrays.copyOf(before.get(name), bytes.length)).isEqualTo(bytes));
  }

  @ParameterizedTest
  @MethodSource("goldenDirectories")
  void takesNewRequests(Path zip) throws IOException {
    Path directory = unpacked(zip);
    Accept accept = new Accept(1000, new Ballot(11, 1), Value.utf8("new"));
    try (PaxosJournal journal = open(directory)) {
      journal.blocking().accept(accept);
      journal.blocking().compact(25);
    }

    try (PaxosJournal journal = open(directory)) {
      assertThat(journal.status().promised()).contains(accept.ballot());
      assertThat(journal.slot(1000))
          .isEqualTo(new SlotState.Pending(1000, accept.ballot(), accept.value()));
      String slots = GoldenFiles.describe(journal);
      assertThat(expected(zip).lines().filter(line -> line.matches("slot (2[5-9]|[3-9]\\d) .*")))
          .isNotEmpty()
          .allMatch(slots::contains);
    }
  }
}

package dev.paxosjournal.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.paxosjournal.journal.FaultyJournal;
import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalException.Unusable.Reason;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.Unopenable;
import dev.paxosjournal.paxos.SlotState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** What a person reads when the application does not start. */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTest {
  @TempDir private Path directory;

  @Test
  void missingPropertyIsExplained(CapturedOutput output) {
    start("--paxos.journal.directory=" + directory, "--paxos.journal.cluster-id=orders");

    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("The journal cannot be opened:")
        .contains("paxos.journal.node-id is missing; write for example paxos.journal.node-id=1")
        .contains("Add the property");
    assertThat(output).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "paxos.journal.segment-size, 5000B, must be a multiple of 4KB",
    "paxos.journal.max-value-size, -1B, must be between 1B and 1GB",
    "paxos.journal.queue.max-size, -7B, must be at least 1B",
    "paxos.journal.commit-delay, PT-5S, must be between 0 and 1m",
    "paxos.journal.recovery.undecidable-tail, cut, The following values are valid",
    "paxos.journal.node-id, one, one",
  })
  void wrongValueIsExplained(String property, String value, String reason, CapturedOutput output) {
    start(
        "--paxos.journal.directory=" + directory,
        "--paxos.journal.cluster-id=orders",
        "--paxos.journal.node-id=1",
        "--" + property + "=" + value);

    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains(property)
        .contains(value)
        .contains(reason)
        .doesNotContain("\tat ");
  }

  @Test
  void directoryOpenInThisProcessIsExplained(CapturedOutput output) {
    try (PaxosJournal other = openAs(1)) {
      start(1);

      assertThat(other.identity().nodeId()).isEqualTo(1);
      assertThat(output)
          .contains("The journal cannot be opened:")
          .contains(directory.toString())
          .contains("Two journals of this application name the same paxos.journal.directory")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void directoryOpenInAnotherProcessIsExplainedWithItsNumber(CapturedOutput output)
      throws IOException, InterruptedException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.paxosjournal.disk.LockHolder",
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).startsWith("locked by");

      start(1);

      assertThat(output)
          .contains("The journal cannot be opened:")
          .contains("is in use by process " + other.pid())
          .contains("Stop the other process, or give this one another paxos.journal.directory")
          .doesNotContain("\tat ");
    } finally {
      other.destroy();
      other.waitFor();
    }
  }

  @Test
  void directoryOfAnotherNodeIsExplained(CapturedOutput output) {
    openAs(1).close();

    start(2);

    assertThat(output)
        .contains("The journal cannot be opened:")
        .contains("belongs to node 1, but this node is configured as node 2")
        .contains("Compare paxos.journal.cluster-id, paxos.journal.node-id")
        .doesNotContain("\tat ");
  }

  @Test
  void newerFormatIsExplained(CapturedOutput output) throws IOException {
    openAs(1).close();
    for (Path segment : segments()) {
      try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
        // The version, in both copies of the header: FORMAT.md, section "Segment".
        for (long header : new long[] {0, 4096}) {
          file.seek(header + 4);
          file.writeInt(9);
        }
      }
    }

    start(1);

    assertThat(output)
        .contains("The journal cannot be opened:")
        .contains("has format version 9")
        .contains("Start the release that wrote the directory, or a newer one")
        .doesNotContain("\tat ");
  }

  @Test
  void fileInPlaceOfTheDirectoryIsExplained(CapturedOutput output) throws IOException {
    directory = Files.createFile(directory.resolve("file"));

    start(1);

    assertThat(output)
        .contains("The journal cannot be opened: the journal directory " + directory)
        .contains("Let paxos.journal.directory name a directory; " + directory)
        .doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent", ""})
  void journalThatIsNotToBeMadeIsExplained(String name, CapturedOutput output) {
    Path missing = directory.resolve(name);

    start(
        "--paxos.journal.directory=" + missing,
        "--paxos.journal.cluster-id=orders",
        "--paxos.journal.node-id=1",
        "--paxos.journal.create=false");

    assertThat(output)
        .contains("The journal cannot be opened:")
        .contains("write paxos.journal.create=true")
        .contains("is the volume mounted at " + missing)
        .doesNotContain("\tat ");
  }

  @Test
  void lostSegmentsAreDamageAndNoReasonToStayAway() throws IOException {
    try (PaxosJournal journal = openAs(1)) {
      journal.blocking().learn(FaultyJournal.accept(0));
    }
    for (Path segment : segments()) {
      Files.write(segment, new byte[8192]);
    }

    try (ConfigurableApplicationContext context = run(settings(1))) {
      assertThat(context.getBean(PaxosJournal.class).slot(0)).isInstanceOf(SlotState.Damaged.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonNamesThePathAndTheNextStep(Reason reason) {
    FailureAnalysis analysis = analyze(Unopenable.because(reason, directory));

    assertThat(analysis.getDescription())
        .startsWith("The journal cannot be opened: the journal directory " + directory);
    assertThat(analysis.getAction()).contains(directory.toString());
    assertThat(analysis.getAction())
        .contains(
            switch (reason) {
              case NOT_A_DIRECTORY -> "Let paxos.journal.directory name a directory";
              case NOT_WRITABLE -> "Let the user of this process own";
              case READ_ONLY -> "Mount the file system";
              case NO_SPACE -> "Make room on the file system";
              case MISSING -> "is the volume mounted at";
              case DAMAGED -> "replace this node by a new member";
              case OTHER -> "paxos.journal.directory";
            });
  }

  @Test
  void lostPromiseIsExplainedWithTheWayBack() {
    FailureAnalysis analysis = analyze(Unopenable.promiseUnknown(directory));

    assertThat(analysis.getDescription())
        .startsWith("The journal cannot vote: every copy of the promise in " + directory);
    assertThat(analysis.getAction())
        .contains("Take this node out of the cluster")
        .contains("paxos.journal.node-id that was never used before");
  }

  @Test
  void fullDiskIsExplained() {
    FailureAnalysis analysis = analyze(Unopenable.noSpace(directory));

    assertThat(analysis.getDescription()).contains("no space for the log in " + directory);
    assertThat(analysis.getAction()).contains("Make room on the file system");
  }

  @Test
  void refusalOfOneRequestIsTheApplicationsOwnAffair() {
    try (PaxosJournal journal = openAs(1)) {
      journal.blocking().learn(FaultyJournal.accept(0));
      journal.blocking().compact(1);
      Throwable refusal = catchThrowable(() -> journal.blocking().accept(FaultyJournal.accept(0)));

      assertThat(refusal).isInstanceOf(JournalException.Compacted.class);
      assertThat(new JournalFailureAnalyzer().analyze(refusal)).isNull();
    }
  }

  private static FailureAnalysis analyze(JournalException cause) {
    return new JournalFailureAnalyzer().analyze(new IllegalStateException("a bean", cause));
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".seg")).toList();
    }
  }

  private PaxosJournal openAs(int node) {
    return PaxosJournal.open(
        JournalOptions.builder(directory, "orders", node).preallocate(false).build());
  }

  private void start(int node) {
    start(settings(node));
  }

  private String[] settings(int node) {
    return new String[] {
      "--paxos.journal.directory=" + directory,
      "--paxos.journal.cluster-id=orders",
      "--paxos.journal.node-id=" + node
    };
  }

  private static void start(String... arguments) {
    Throwable failure = catchThrowable(() -> run(arguments).close());
    assertThat(failure).isNotNull();
  }

  private static ConfigurableApplicationContext run(String... arguments) {
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.NONE)
        .run(arguments);
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(JournalAutoConfiguration.class)
  static class Application {}
}

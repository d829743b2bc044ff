package dev.paxosjournal.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
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
  }

  @Test
  void wrongValueIsExplained(CapturedOutput output) {
    start(
        "--paxos.journal.directory=" + directory,
        "--paxos.journal.cluster-id=orders",
        "--paxos.journal.node-id=1",
        "--paxos.journal.segment-size=5000B");

    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("paxos.journal.segment-size")
        .contains("5000B")
        .contains("must be a multiple of 4KB");
  }

  @Test
  void directoryOpenInThisProcessIsExplained(CapturedOutput output) {
    try (PaxosJournal other = openAs(1)) {
      start(1);

      assertThat(other.identity().nodeId()).isEqualTo(1);
      assertThat(output)
          .contains("The journal cannot be opened:")
          .contains(directory.toString())
          .contains("Two journals of this application name the same paxos.journal.directory");
    }
  }

  @Test
  void directoryOfAnotherNodeIsExplained(CapturedOutput output) {
    openAs(1).close();

    start(2);

    assertThat(output)
        .contains("The journal cannot be opened:")
        .contains("Compare paxos.journal.cluster-id, paxos.journal.node-id");
  }

  private PaxosJournal openAs(int node) {
    return PaxosJournal.open(JournalOptions.builder(directory, "orders", node).build());
  }

  private void start(int node) {
    start(
        "--paxos.journal.directory=" + directory,
        "--paxos.journal.cluster-id=orders",
        "--paxos.journal.node-id=" + node);
  }

  private static void start(String... arguments) {
    Throwable failure =
        catchThrowable(
            () ->
                new SpringApplicationBuilder(Application.class)
                    .web(WebApplicationType.NONE)
                    .run(arguments)
                    .close());
    assertThat(failure).isNotNull();
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(JournalAutoConfiguration.class)
  static class Application {}
}

package dev.paxosjournal.spring.admin.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.admin.autoconfigure.JournalAdminAbsentAutoConfiguration;
import dev.paxosjournal.spring.admin.autoconfigure.JournalAdminAutoConfiguration;
import dev.paxosjournal.spring.admin.autoconfigure.JournalAdminRoleAutoConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Where the console cannot be, it says so in one line and adds nothing. */
@ExtendWith(OutputCaptureExtension.class)
class StaysAwayTest {
  private static final AutoConfigurations OURS =
      AutoConfigurations.of(
          JournalAdminAutoConfiguration.class,
          JournalAdminRoleAutoConfiguration.class,
          JournalAdminAbsentAutoConfiguration.class);

  @TempDir private Path directory;

  private Supplier<PaxosJournal> journal(String name) {
    return () ->
        PaxosJournal.open(
            JournalOptions.builder(directory.resolve(name), "orders", 1)
                .segmentBytes(1 << 20)
                .maxValueBytes(1 << 16)
                .build());
  }

  private static List<String> lines(CapturedOutput output) {
    return output.getAll().lines().filter(line -> line.contains("onsole")).toList();
  }

  private static void staysAway(
      AbstractApplicationContextRunner<?, ?, ?> runner, CapturedOutput output, String line) {
    runner
        .withConfiguration(OURS)
        .run(
            context -> {
              assertThat(context.getBeanDefinitionNames())
                  .noneMatch(name -> name.matches("journalConsole(|Servlet|Guard|Roles)"));
              assertThat(lines(output)).singleElement().asString().endsWith(line);
            });
  }

  @Test
  void applicationWithoutWebHasNoConsole(CapturedOutput output) {
    staysAway(
        new ApplicationContextRunner().withBean(PaxosJournal.class, journal("one")),
        output,
        "no journal console: it needs a servlet web application");
  }

  @Test
  void aSecondJournalThatIsNoCandidateIsNotTheReason(CapturedOutput output) {
    staysAway(
        new ApplicationContextRunner()
            .withBean("journal", PaxosJournal.class, journal("one"))
            .withBean(
                "auditJournal",
                PaxosJournal.class,
                journal("two"),
                bean -> ((AbstractBeanDefinition) bean).setDefaultCandidate(false)),
        output,
        "no journal console: it needs a servlet web application");
  }

  @Test
  void reactiveApplicationHasNoConsole(CapturedOutput output) {
    staysAway(
        new ReactiveWebApplicationContextRunner().withBean(PaxosJournal.class, journal("one")),
        output,
        "no journal console: it needs a servlet web application");
  }

  @Test
  void twoJournalsHaveNoConsole(CapturedOutput output) {
    staysAway(
        new WebApplicationContextRunner()
            .withBean("first", PaxosJournal.class, journal("one"))
            .withBean("second", PaxosJournal.class, journal("two")),
        output,
        "no journal console: it needs one PaxosJournal, there are 2");
  }

  @Test
  void applicationWithoutJournalHasNoConsole(CapturedOutput output) {
    staysAway(
        new WebApplicationContextRunner(),
        output,
        "no journal console: it needs one PaxosJournal, there are 0");
  }

  @Test
  void consoleThatIsSwitchedOffSaysNothing(CapturedOutput output) {
    new WebApplicationContextRunner()
        .withBean(PaxosJournal.class, journal("one"))
        .withPropertyValues("paxos.journal.admin.enabled=false")
        .withConfiguration(OURS)
        .run(
            context -> {
              assertThat(context.getBeanDefinitionNames())
                  .noneMatch(name -> name.startsWith("journalConsole"));
              assertThat(lines(output)).isEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"journal", "/", "/journal/", "/a b", "/*", "/a/../b//", "/a;b", "/{a}"})
  void pathThatIsNoneIsRefusedByName(String path) {
    new WebApplicationContextRunner()
        .withBean(PaxosJournal.class, journal("one"))
        .withPropertyValues("paxos.journal.admin.path=" + path)
        .withConfiguration(OURS)
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("paxos.journal.admin.path"));
  }
}

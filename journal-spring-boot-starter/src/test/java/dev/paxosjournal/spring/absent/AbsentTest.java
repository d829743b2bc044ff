package dev.paxosjournal.spring.absent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.FaultyJournal;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.test.TestJournal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * An application that really lacks an optional dependency: the build runs this once for each, with
 * a class path without it. Knows no class of the optional dependencies itself.
 */
@EnabledIfSystemProperty(named = "absent", matches = ".+")
class AbsentTest {
  private static final String ACTUATOR =
      "org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration";
  private static final String MICROMETER = "io.micrometer.core.instrument.MeterRegistry";
  private static final String HEALTH = "org.springframework.boot.health.contributor.Health";
  private static final String WEB = "org.springframework.web.servlet.DispatcherServlet";

  private final String absent = System.getProperty("absent");

  @Test
  void whatIsAbsentIsReallyAbsent() {
    List<String> classes =
        switch (absent) {
          case "actuator" -> List.of(ACTUATOR, HEALTH);
          case "micrometer" -> List.of(MICROMETER);
          case "web" -> List.of(WEB, "jakarta.servlet.Servlet");
          default -> throw new IllegalStateException(absent);
        };

    assertThat(classes).noneMatch(name -> ClassUtils.isPresent(name, null));
    assertThat(List.of(ACTUATOR, MICROMETER, WEB))
        .filteredOn(name -> ClassUtils.isPresent(name, null))
        .hasSizeGreaterThanOrEqualTo(absent.equals("actuator") ? 1 : 2);
  }

  @Test
  void journalWorksWithAllThatIsLeft() {
    SpringApplication application =
        new SpringApplicationBuilder(Application.class).initializers(new TestJournal()).build();
    try (ConfigurableApplicationContext context =
        application.run(
            "--server.port=0", "--management.endpoints.web.exposure.include=health,journal")) {
      PaxosJournal journal = context.getBean(PaxosJournal.class);
      journal.blocking().learn(FaultyJournal.accept(0));

      assertThat(journal.status().committedThrough()).isZero();
      List<String> ours =
          Arrays.stream(context.getBeanDefinitionNames())
              .filter(name -> name.startsWith("paxosJournal"))
              .toList();
      assertThat(ours).contains("paxosJournal", "paxosJournalLifecycle");
      assertThat(ours.contains("paxosJournalHealthContributor"))
          .isEqualTo(!absent.equals("actuator"));
      assertThat(ours.contains("paxosJournalEndpoint")).isEqualTo(!absent.equals("actuator"));
      assertThat(ours).doesNotContain("paxosJournalMetrics"); // no registry was asked for
    }
  }

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {}
}

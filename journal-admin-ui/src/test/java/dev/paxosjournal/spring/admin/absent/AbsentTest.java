package dev.paxosjournal.spring.admin.absent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.HostAnswers;
import dev.paxosjournal.spring.admin.host.HostApplication;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

/**
 * Applications that really lack Spring Security, or the web: the build runs this once for each,
 * with a class path without it. Knows no class of either itself.
 */
@EnabledIfSystemProperty(named = "absent", matches = ".+")
@ExtendWith(OutputCaptureExtension.class)
class AbsentTest {
  private static final String SECURITY = "org.springframework.security.web.SecurityFilterChain";
  private static final String WEB = "org.springframework.web.servlet.DispatcherServlet";
  private static final boolean HAS_WEB = !"web".equals(System.getProperty("absent"));
  @TempDir private static Path directory;

  @Test
  void whatIsAbsentIsReallyAbsent() {
    assertThat(ClassUtils.isPresent(SECURITY, null)).isFalse();
    assertThat(ClassUtils.isPresent(WEB, null)).isEqualTo(HAS_WEB);
    assertThat(ClassUtils.isPresent("jakarta.servlet.Servlet", null)).isEqualTo(HAS_WEB);
  }

  @Test
  void withoutWebThereIsOneLine(CapturedOutput output) {
    if (HAS_WEB) {
      return;
    }
    try (Host host = Host.start(List.of(Application.class))) {
      assertThat(host.context().getBeanDefinitionNames()).noneMatch("journalConsole"::equals);
      assertThat(output.getOut().lines().filter(line -> line.contains("onsole")).toList())
          .singleElement()
          .asString()
          .contains("INFO")
          .endsWith("no journal console: it needs a servlet web application");
    }
  }

  @Test
  void withoutSecurityBrowsersOfThisMachineGetIn() {
    if (!HAS_WEB) {
      return;
    }
    try (Host host = Host.start(List.of(Application.class))) {
      assertThat(host.client().get("/journal").status()).isEqualTo(200);
      assertThat(host.client().get("/journal/slots/0").body())
          .contains("not shown to you")
          .doesNotContain("secret");
      assertThat(host.client().with("Host", "elsewhere.example").get("/journal").status())
          .isEqualTo(403);
      assertThat(host.client().with("X-Forwarded-For", "::1").get("/journal").status())
          .isEqualTo(403);
      Map<String, String> form = host.verifyForm(host.client(), "/journal");
      assertThat(form).doesNotContainKey("_csrf");
      assertThat(
              host.client()
                  .with("Origin", "http://elsewhere.example")
                  .post("/journal/operations", form)
                  .status())
          .isEqualTo(403);
      assertThat(host.client().post("/journal/operations", form).status()).isEqualTo(303);
    }
  }

  @Test
  void withoutSecurityTheApplicationAnswersAsWithoutTheConsole() {
    if (!HAS_WEB) {
      return;
    }
    Map<String, String> without =
        HostAnswers.of(List.of(HostApplication.class), Host.withoutConsole());
    Map<String, String> with = HostAnswers.of(List.of(HostApplication.class));

    assertThat(with).isEqualTo(without);
    assertThat(without.get(" */* GET /hello")).startsWith("200").endsWith("hello");
    assertThat(without.get(" */* GET /actuator/health")).startsWith("200");
  }

  @Test
  void withoutSecurityRolesAreRefusedAtTheStart() {
    if (!HAS_WEB) {
      return;
    }
    assertThatThrownBy(
            () -> Host.start(List.of(Application.class), "paxos.journal.admin.access=role"))
        .rootCause()
        .hasMessageContaining("paxos.journal.admin.access")
        .hasMessageContaining("spring-boot-starter-security");
  }

  @Test
  void openConsoleWarnsAndHasNoActions(CapturedOutput output) {
    if (!HAS_WEB) {
      return;
    }
    try (Host host = Host.start(List.of(Application.class), "paxos.journal.admin.access=open")) {
      assertThat(host.client().with("Host", "elsewhere.example").get("/journal").status())
          .isEqualTo(200);
      assertThat(output.getOut())
          .containsOnlyOnce("WARN")
          .contains("open to everybody who can connect (access=open, actions off)");
      Map<String, String> form = host.verifyForm(host.client(), "/journal");
      assertThat(host.client().post("/journal/operations", form).status()).isEqualTo(403);
    }
  }

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    PaxosJournal journal() {
      PaxosJournal journal =
          PaxosJournal.open(
              JournalOptions.builder(directory.resolve("journal"), "orders", 1)
                  .segmentBytes(1 << 20)
                  .maxValueBytes(1 << 16)
                  .build());
      journal.learn(new Accept(0, new Ballot(1, 1), Value.utf8("secret"))).join();
      return journal;
    }
  }
}

package dev.paxosjournal.spring.admin.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.Http;
import dev.paxosjournal.spring.admin.host.Http.Answer;
import dev.paxosjournal.spring.admin.host.Secured;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Whom the console's repair asks, and what it says if there is nobody. */
class RepairSourceTest {
  private static final String LOST = "the value that gets lost";
  private static final List<String> asked = new ArrayList<>();

  @TempDir Path home;

  /** A journal in which slot 0 can get lost. */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  @Import({Secured.Users.class, Secured.InterfaceOnly.class})
  static class Application {
    @Bean
    PaxosJournal journal(Environment environment) {
      PaxosJournal journal = open(environment, "main");
      journal.learn(new Accept(0, new Ballot(1, 1), Value.utf8(LOST))).join();
      return journal;
    }
  }

  private static PaxosJournal open(Environment environment, String name) {
    Path home = Path.of(environment.getRequiredProperty("home"));
    return PaxosJournal.open(
        JournalOptions.builder(home.resolve(name), name, 1)
            .segmentBytes(1 << 20)
            .maxValueBytes(1 << 16)
            .build());
  }

  @Configuration(proxyBeanMethods = false)
  static class Peers {
    @Bean
    RepairSource peers() {
      return source("peers");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Audit {
    @Bean(defaultCandidate = false)
    PaxosJournal auditJournal(Environment environment) {
      return open(environment, "audit");
    }

    @Bean
    RepairSource auditJournalRepairSource() {
      return source("the audit's peers");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Named {
    @Bean
    RepairSource journalRepairSource() {
      return source("the journal's peers");
    }
  }

  private static RepairSource source(String name) {
    return slot -> {
      asked.add(name + " about " + slot);
      return Optional.of(new Accept(slot, new Ballot(1, 1), Value.utf8(LOST)));
    };
  }

  private Host start(Class<?>... more) {
    asked.clear();
    List<Class<?>> parts = new ArrayList<>(List.of(Application.class));
    parts.addAll(List.of(more));
    return Host.start(parts, "paxos.journal.admin.access=local", "home=" + home);
  }

  private static Answer page(Http client) {
    return client.get("/journal/recovery/repair");
  }

  @ParameterizedTest
  @CsvSource({
    "en, has no RepairSource bean for this journal",
    "de, hat keine Bean vom Typ RepairSource für dieses Journal"
  })
  void withoutASourceRepairSaysWhatIsMissingAndOffersNothing(String language, String words) {
    try (Host host = start()) {
      Answer page = page(host.client().with("Accept-Language", language));

      assertThat(page.status()).isEqualTo(200);
      assertThat(page.body()).contains(words, "journalRepairSource");
      assertThat(page.form("dry-run")).isEmpty();
      assertThat(page.form("run")).isEmpty();
      assertThat(host.client().get("/journal/recovery/rebuild").form("dry-run")).isPresent();
    }
  }

  @Test
  void theOnlySourceIsAskedForTheOnlyJournal() throws IOException {
    try (Host host = start(Peers.class)) {
      assertThat(page(host.client()).body()).doesNotContain("has no RepairSource");
      dryRun(host);
      assertThat(asked).containsExactly("peers about 0");
    }
  }

  @Test
  void theSourceOfAnotherJournalIsNotAsked() throws IOException {
    try (Host host = start(Audit.class)) {
      lose(host);
      Answer page = page(host.client());

      assertThat(page.body()).contains("has no RepairSource bean for this journal");
      assertThat(page.form("dry-run")).isEmpty();
      assertThat(asked).isEmpty();
    }
  }

  @Test
  void ofSeveralSourcesTheOneNamedAfterTheJournalIsAsked() throws IOException {
    try (Host host = start(Audit.class, Named.class)) {
      dryRun(host);
      assertThat(asked).containsExactly("the journal's peers about 0");
    }
  }

  private void dryRun(Host host) throws IOException {
    lose(host);
    Http client = host.client();
    Map<String, String> form = page(client).form("dry-run").orElseThrow();
    assertThat(client.post("/journal/operations", form).status()).isEqualTo(303);
    host.awaitOperation();
  }

  private void lose(Host host) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("main"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".seg")).toList()) {
        int at = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(LOST);
        if (at >= 0) {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'T'}), at);
          }
        }
      }
    }
    host.journal().verify(0).join();
    assertThat(host.journal().status().damaged()).isEqualTo(1);
  }
}

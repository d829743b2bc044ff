package dev.paxosjournal.spring.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.paxosjournal.journal.FaultyJournal;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

class JournalEndpointTest {
  @TempDir private Path directory;
  private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

  @Test
  void statusIsThatOfTheJournal() {
    try (FaultyJournal faulty = journal().withSlots()) {
      WebEndpointResponse<Object> answer = endpoint(false).status(null);

      assertThat(answer.getStatus()).isEqualTo(200);
      assertThat(answer.getBody())
          .isEqualTo(EndpointBodies.Status.of(faulty.journal()))
          .hasToString(answer.getBody().toString())
          .extracting("state", "promised", "committedThrough", "firstGap", "pending")
          .containsExactly("OPEN", "3.1", 0L, 1L, 1L);
    }
  }

  @Test
  void slotsComeInPages() {
    try (FaultyJournal faulty = journal().withSlots()) {
      JournalEndpoint endpoint = endpoint(false);

      EndpointBodies.Slots first =
          (EndpointBodies.Slots) endpoint.read("slots", null, 2, null).getBody();
      EndpointBodies.Slots rest =
          (EndpointBodies.Slots) endpoint.read("slots", first.next(), 2, null).getBody();

      assertThat(first.slots()).extracting("kind").containsExactly("COMMITTED", "UNKNOWN");
      assertThat(first.next()).isEqualTo(2);
      assertThat(rest.slots()).extracting("kind").containsExactly("PENDING");
      assertThat(rest.next()).isNull();
      assertThat(faulty.journal().status().highestSlot()).isEqualTo(2);
    }
  }

  @Test
  void noByteOfAValueIsShownUnlessTheOperatorWantsIt() {
    try (FaultyJournal faulty = journal().withSlots()) {
      Object hidden = endpoint(false).slot("slots", 0, null).getBody();
      Object shown = endpoint(true).slot("slots", 0, null).getBody();

      assertThat(hidden)
          .extracting("kind", "lengthBytes", "valueBase64")
          .containsExactly("COMMITTED", 7, null);
      assertThat(shown).extracting("valueBase64").isEqualTo("dmFsdWUtMA==");
      assertThat(faulty.journal().status().damaged()).isZero();
    }
  }

  @Test
  void slotTellsWhatIsKnownOfDamage() {
    try (FaultyJournal faulty = journal().withSlots()) {
      faulty.rot(0);

      assertThat(endpoint(false).slot("slots", 0, null).getBody())
          .extracting("kind", "committed", "ballot")
          .containsExactly("DAMAGED", true, "3.1");
      assertThat(endpoint(false).slot("slots", 1, null).getBody())
          .extracting("kind")
          .isEqualTo("UNKNOWN");
    }
  }

  @Test
  void recoveryAndOperationAreRead() {
    try (FaultyJournal faulty = journal()) {
      JournalEndpoint endpoint = endpoint(false);

      assertThat(endpoint.read("recovery", null, null, null).getBody())
          .isEqualTo(EndpointBodies.Recovery.of(faulty.journal().recovery()));
      assertThat(endpoint.read("operation", null, null, null).getBody())
          .extracting("kind")
          .isEqualTo("NONE");
      assertThat(endpoint.read("nonsense", null, null, null)).isNull();
      assertThat(endpoint.slot("nonsense", 1, null)).isNull();
    }
  }

  @Test
  void operationsRunAndAreReported() {
    try (FaultyJournal faulty = journal().withSlots()) {
      faulty.rot(0);
      JournalEndpoint endpoint = endpoint(false);

      assertThat(endpoint.run("verify", null, null, null).getStatus()).isEqualTo(202);
      await().until(() -> ended(faulty));
      assertThat(faulty.journal().operation().orElseThrow().damaged()).isEqualTo(1);
      assertThat(endpoint.run("rebuild", true, null, null).getStatus()).isEqualTo(202);
      await().until(() -> ended(faulty));
      assertThat(faulty.journal().operation().orElseThrow().dryRun()).isTrue();

      beans.addBean("peers", (RepairSource) slot -> Optional.of(FaultyJournal.accept(slot)));
      assertThat(endpoint(false).run("repair", null, null, null).getStatus()).isEqualTo(202);
      await().until(() -> ended(faulty));
      assertThat(faulty.journal().status().damaged()).isZero();

      assertThat(endpoint.run("cancel", null, null, null).getStatus()).isEqualTo(200);
      faulty.fail();
      assertThat(endpoint.run("reopen", null, null, null).getStatus()).isEqualTo(202);
      await().until(() -> ended(faulty));
      assertThat(faulty.journal().status().state().name()).isEqualTo("OPEN");
      assertThat(endpoint.run("nonsense", null, null, null).getStatus()).isEqualTo(404);
    }
  }

  @Test
  void repairWithoutAPeerSaysWhatIsMissing() {
    try (FaultyJournal faulty = journal()) {
      WebEndpointResponse<Object> answer = endpoint(false).run("repair", null, null, null);

      assertThat(answer.getStatus()).isEqualTo(409);
      assertThat(answer.getBody().toString()).contains("define a RepairSource bean");
      assertThat(faulty.journal().operation()).isEmpty();
    }
  }

  @Test
  void wrongParametersAreNamed() {
    try (FaultyJournal faulty = journal()) {
      JournalEndpoint endpoint = endpoint(false);

      for (var call :
          List.<Runnable>of(
              () -> endpoint.read("slots", -1L, null, null),
              () -> endpoint.read("slots", 0L, 0, null),
              () -> endpoint.read("slots", 0L, 20_001, null),
              () -> endpoint.slot("slots", -1, null),
              () -> endpoint.run("verify", null, -1L, null),
              () -> endpoint.status("nobody"))) {
        assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(call::run);
      }
      assertThat(faulty.journal().operation()).isEmpty();
    }
  }

  @Test
  void severalJournalsAreNamedAndRepairedFromTheirOwnPeersOnly() {
    try (FaultyJournal faulty = journal();
        FaultyJournal audit = new FaultyJournal()) {
      beans.addBean("auditJournal", audit.journal());
      beans.addBean("paxosJournalRepairSource", (RepairSource) slot -> Optional.empty());
      JournalEndpoint endpoint = endpoint(false);

      assertThatExceptionOfType(InvalidEndpointRequestException.class)
          .isThrownBy(() -> endpoint.status(null))
          .withMessageContaining("[paxosJournal, auditJournal]");
      assertThat(endpoint.status("auditJournal").getBody())
          .isEqualTo(EndpointBodies.Status.of(audit.journal()));
      assertThat(endpoint.run("repair", null, null, "paxosJournal").getStatus()).isEqualTo(202);
      assertThat(endpoint.run("repair", null, null, "auditJournal").getStatus()).isEqualTo(409);
      await().until(() -> ended(faulty));
    }
  }

  @Test
  void everyBodyCanBeReadInANativeImage() {
    RuntimeHints hints = new RuntimeHints();

    new JournalEndpointAutoConfiguration.Bodies().registerHints(hints, getClass().getClassLoader());

    for (Class<?> body : EndpointBodies.class.getDeclaredClasses()) {
      assertThat(RuntimeHintsPredicates.reflection().onType(body)).accepts(hints);
    }
  }

  // Conditions.

  @Test
  void endpointIsThereWhenExposed() {
    runner()
        .withPropertyValues("management.endpoints.web.exposure.include=journal")
        .run(context -> assertThat(context).hasSingleBean(JournalEndpoint.class));
  }

  @Test
  void endpointIsNotExposedByItself() {
    runner()
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(JournalEndpoint.class));
  }

  private static boolean ended(FaultyJournal faulty) {
    return faulty.journal().operation().orElseThrow().state() != Operation.State.RUNNING;
  }

  private FaultyJournal journal() {
    FaultyJournal faulty = new FaultyJournal();
    beans.addBean("paxosJournal", faulty.journal());
    return faulty;
  }

  private JournalEndpoint endpoint(boolean showValues) {
    return new JournalEndpoint(new JournalBeans(beans), new JournalEndpointProperties(showValues));
  }

  private WebApplicationContextRunner runner() {
    return new WebApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                JournalAutoConfiguration.class, JournalEndpointAutoConfiguration.class))
        .withPropertyValues(
            "paxos.journal.directory=" + directory.resolve("journal"),
            "paxos.journal.cluster-id=orders",
            "paxos.journal.node-id=7",
            "paxos.journal.preallocate=false");
  }
}

package dev.paxosjournal.spring.admin.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.HostApplication;
import dev.paxosjournal.spring.admin.host.Http.Answer;
import dev.paxosjournal.spring.admin.host.Secured;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a filter takes, and that one that cannot be read is told and not left out. */
class SlotFiltersTest {
  private static Host host;

  @BeforeAll
  static void start() {
    host =
        Host.start(
            List.of(HostApplication.class, Secured.Users.class, Secured.InterfaceOnly.class),
            "paxos.journal.admin.access=local",
            "paxos.journal.admin.show-values=always");
    learn(1, new Ballot(7, 2));
    learn(2, new Ballot(7, 3));
    learn(3, new Ballot(-7, -3));
  }

  private static void learn(long slot, Ballot ballot) {
    host.journal().learn(new Accept(slot, ballot, Value.utf8("value " + slot))).join();
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static Answer slots(String query) {
    return host.client().get("/journal/slots?" + query);
  }

  private static List<String> listed(String query) {
    Answer page = slots(query);
    assertThat(page.status()).isEqualTo(200);
    return page.body().lines().filter(line -> line.contains("scope=\"row\"")).toList();
  }

  @ParameterizedTest
  @CsvSource({"7, 2", "7.2, 1", "7.3, 1", "-7, 1", "-7.-3, 1", "-7.3, 0", "8, 0"})
  void ballotIsARoundOrARoundAndANode(String ballot, int found) {
    assertThat(listed("round=" + ballot)).hasSize(found);
    assertThat(listed("round=" + ballot + "&text=value")).hasSize(found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state=nonsense",
        "before=x",
        "round=x",
        "round=7.",
        "round=7.99999999999",
        "least=1e3",
        "most=99999999999999999999",
        "hex=abc",
        "hex=xy"
      })
  void filterThatCannotBeReadIsToldAndShowsNothing(String query) {
    Answer page = slots(query);

    assertThat(page.status()).isEqualTo(400);
    assertThat(page.body())
        .contains(query.substring(query.indexOf('=') + 1))
        .doesNotContain("scope=\"row\"");
  }

  @Test
  void filterThatIsLeftEmptyTakesEverything() {
    assertThat(listed("state=&before=&round=&least=&most=&text=&hex=")).hasSize(4);
  }
}

package dev.paxosjournal.spring.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.HostApplication;
import dev.paxosjournal.spring.admin.host.Http;
import dev.paxosjournal.spring.admin.host.Http.Answer;
import dev.paxosjournal.spring.admin.host.Secured;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who gets what, in every way an application may have set up Spring Security. A line lists, for
 * nobody, a user without our roles, a viewer, a reader of values and an operator: the status of a
 * page, whether a value is shown (V) or masked (-), and the status of an action. Where no page is
 * shown there is one status, or that of a page and that of an action.
 */
class AccessMatrixTest {
  private static final List<String> CALLERS =
      List.of("", "stranger", "viewer", "reader", "operator");
  private static final String EXCLUDE_SECURITY =
      "spring.autoconfigure.exclude="
          + String.join(
              ",",
              "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
              "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
              "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
              "org.springframework.boot.security.autoconfigure.actuate.web.servlet"
                  + ".ManagementWebSecurityAutoConfiguration",
              "org.springframework.boot.security.autoconfigure.web.servlet"
                  + ".ServletWebSecurityAutoConfiguration");

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          defaults  | access=auto                    | 401 403 200-403 200V403 200-303
          defaults  | access=role                    | 401 403 200-403 200V403 200-303
          defaults  | access=local                   | 401 200-303 200-303 200-303 200-303
          defaults  | access=open                    | 401/403 200-403 200-403 200-403 200-403
          permitAll | access=auto                    | 401 403 200-403 200V403 200-303
          permitAll | access=role show-values=always | 401 403 200V403 200V403 200V303
          permitAll | access=role show-values=never  | 401 403 200-403 200-403 200-303
          permitAll | access=role read-only=true     | 401/403 403 200-403 200V403 200-403
          permitAll | access=local                   | 200-303 200-303 200-303 200-303 200-303
          permitAll | access=open read-only=false    | 200-303 200-303 200-303 200-303 200-303
          interface | access=auto                    | 403 403 403 403 403
          interface | access=role                    | 403 403 403 403 403
          interface | access=local                   | 200-303 200-303 200-303 200-303 200-303
          interface | access=local show-values=always| 200V303 200V303 200V303 200V303 200V303
          interface | access=open                    | 200-403 200-403 200-403 200-403 200-403
          noChain   | access=auto                    | 403 403 403 403 403
          noChain   | access=local                   | 200-303 200-303 200-303 200-303 200-303
          """)
  void everybodyGetsWhatIsTheirs(String chain, String properties, String expected) {
    List<String> settings = new ArrayList<>();
    for (String property : properties.split(" ", -1)) {
      settings.add("paxos.journal.admin." + property);
    }
    List<Class<?>> parts = new ArrayList<>(List.of(HostApplication.class, Secured.Users.class));
    switch (chain) {
      case "permitAll" -> parts.add(Secured.PermitAll.class);
      case "interface" -> parts.add(Secured.InterfaceOnly.class);
      case "noChain" -> {
        parts.remove(Secured.Users.class);
        settings.add(EXCLUDE_SECURITY);
      }
      default -> assertThat(chain).isEqualTo("defaults");
    }

    try (Host host = Host.start(parts, settings.toArray(String[]::new))) {
      assertThat(String.join(" ", CALLERS.stream().map(user -> got(host, user)).toList()))
          .isEqualTo(expected);
    }
  }

  /** One entry of a line. */
  private static String got(Host host, String user) {
    Http client = user.isEmpty() ? host.client() : host.client().as(user);
    Answer page = client.get("/journal");
    for (String path :
        List.of(
            "/slots", "/segments", "/segments/1", "/recovery", "/recovery/repair", "/activity")) {
      assertThat(client.get("/journal" + path).status()).as(path).isEqualTo(page.status());
    }

    Answer value = client.get("/journal/slots/0");
    Answer raw = client.get("/journal/slots/0/value");
    Answer search = client.get("/journal/slots?text=secret");
    boolean shown = value.body().contains(HostApplication.SECRET);
    assertThat(value.status()).isEqualTo(page.status());
    assertThat(raw.status() == 200 && raw.body().equals(HostApplication.SECRET)).isEqualTo(shown);
    assertThat(raw.body().contains(HostApplication.SECRET)).isEqualTo(shown);
    assertThat(search.status() == 200).as("search in values").isEqualTo(shown);

    Map<String, String> form = host.verifyForm(client, "/journal");
    int operations = host.journal().operations().size();
    Answer action = client.post("/journal/operations", form);
    host.awaitOperation();
    assertThat(host.journal().operations().size() > operations)
        .as("the action was done")
        .isEqualTo(action.status() == 303);
    if (page.status() != 200) {
      assertThat(page.body()).doesNotContain("orders");
      return action.status() == page.status()
          ? "" + page.status()
          : page.status() + "/" + action.status();
    }
    return page.status() + (shown ? "V" : "-") + action.status();
  }
}

package dev.paxosjournal.spring.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.HostApplication;
import dev.paxosjournal.spring.admin.host.Http;
import dev.paxosjournal.spring.admin.host.Http.Answer;
import dev.paxosjournal.spring.admin.host.Secured;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused whoever asks, an operator of the application and a browser on this machine. */
class GuardRefusalsTest {
  private static Host roles;
  private static Host local;

  @BeforeAll
  static void start() {
    roles =
        Host.start(
            List.of(HostApplication.class, Secured.Users.class), "paxos.journal.admin.access=role");
    local =
        Host.start(
            List.of(HostApplication.class, Secured.Users.class, Secured.InterfaceOnly.class),
            "paxos.journal.admin.access=local");
  }

  @AfterAll
  static void stop() {
    roles.close();
    local.close();
  }

  private static Host host(String name) {
    return name.equals("roles") ? roles : local;
  }

  /** Somebody who may do everything. */
  private static Http operator(String name) {
    return name.equals("roles") ? roles.client().as("operator") : local.client();
  }

  private static void isRefused(String name, Http client, Map<String, String> form, int status) {
    Host host = host(name);
    host.awaitOperation();
    int before = host.journal().operations().size();

    Answer answer = client.post("/journal/operations", form);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(host.journal().operations()).hasSize(before);
  }

  // ---- writes from elsewhere

  @ParameterizedTest
  @CsvSource({
    "roles, Sec-Fetch-Site, cross-site",
    "roles, Sec-Fetch-Site, same-site",
    "roles, Sec-Fetch-Site, none",
    "roles, Origin, https://elsewhere.example",
    "roles, Origin, null",
    "local, Sec-Fetch-Site, cross-site",
    "local, Sec-Fetch-Site, same-site",
    "local, Origin, https://elsewhere.example",
    "local, Origin, http://localhost:1",
    "local, Origin, null",
    "local, Origin, %%%",
  })
  void writeOfAnotherSiteIsRefused(String name, String header, String value) {
    Http client = operator(name);
    Map<String, String> form = host(name).verifyForm(client, "/journal");

    isRefused(name, client.with(header, value), form, 403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"roles", "local"})
  void writeThatDoesNotSayWhereItComesFromIsRefused(String name) {
    Http client = operator(name);
    Map<String, String> form = host(name).verifyForm(client, "/journal");
    StringBuilder fields = new StringBuilder("confirm=orders%2F1");
    form.forEach((key, value) -> fields.append('&').append(key).append('=').append(value));

    assertThat(client.send("POST", "/journal/operations", fields.toString()).status())
        .isEqualTo(403);
    assertThat(
            client
                .with("Origin", client.get("/journal").header("nothing"))
                .send("POST", "/journal/operations", fields.toString())
                .status())
        .isEqualTo(403);
  }

  @Test
  void originOfThisServerIsEnoughForABrowserWithoutFetchMetadata() {
    Http client = local.client();
    Map<String, String> form = local.verifyForm(client, "/journal");
    local.awaitOperation();
    String port = local.context().getEnvironment().getRequiredProperty("local.server.port");

    assertThat(
            client
                .with("Origin", "http://localhost:" + port)
                .post("/journal/operations", form)
                .status())
        .isEqualTo(303);
  }

  // ---- tokens

  @ParameterizedTest
  @ValueSource(strings = {"roles", "local"})
  void tokenCountsOnceAndForOneThing(String name) {
    Host host = host(name);
    Http client = operator(name);
    Map<String, String> form = host.verifyForm(client, "/journal");
    Map<String, String> missing = new HashMap<>(form);
    missing.remove("token");
    Map<String, String> invented = new HashMap<>(form);
    invented.put("token", "A".repeat(75));
    Map<String, String> other = new HashMap<>(form);
    other.put("kind", "reopen");

    isRefused(name, client, missing, 403);
    isRefused(name, client, invented, 403);
    isRefused(name, client, other, 403);
    host.awaitOperation();
    assertThat(client.post("/journal/operations", host.verifyForm(client, "/journal")).status())
        .isEqualTo(303);
    Map<String, String> fresh = host.verifyForm(client, "/journal");
    host.awaitOperation();
    assertThat(client.post("/journal/operations", fresh).status()).isEqualTo(303);
    isRefused(name, client, fresh, 403);
  }

  @Test
  void tokenOfAnotherPersonIsRefused() {
    Map<String, String> operators = roles.verifyForm(roles.client().as("operator"), "/journal");
    for (String other : List.of("viewer", "deputy")) {
      Http client = roles.client().as(other);
      Map<String, String> form = roles.verifyForm(client, "/journal");
      form.put("token", operators.get("token"));

      isRefused("roles", client, form, 403);
    }
    Answer page = roles.client().as("viewer").get("/journal/recovery/verify");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.form("run")).isEmpty();
  }

  @Test
  void csrfTokenOfTheApplicationIsNeeded() {
    Http client = roles.client().as("operator");
    Map<String, String> form = roles.verifyForm(client, "/journal");
    assertThat(form).containsKey("_csrf");
    form.remove("_csrf");

    // Spring Security's 403 goes to the application's error page, for which its chain wants a
    // login.
    isRefused("roles", client, form, 401);
  }

  // ---- confirmation and methods

  @ParameterizedTest
  @ValueSource(strings = {"roles", "local"})
  void actionThatIsNotConfirmedIsNotDone(String name) {
    Http client = operator(name);
    Map<String, String> form = host(name).verifyForm(client, "/journal");
    form.put("confirm", "orders/2");

    isRefused(name, client, form, 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"roles", "local"})
  void repairAndRebuildNeedADryRunFirst(String name) {
    Http client = operator(name);
    Map<String, String> form = new HashMap<>();
    client.get("/journal/recovery/rebuild").form("dry-run").ifPresent(form::putAll);
    form.remove("dry");
    form.put("confirm", "orders/1");

    isRefused(name, client, form, 403);
    assertThat(client.get("/journal/recovery/rebuild").form("run")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"roles", "local"})
  void getOfAnActionDoesNothing(String name) {
    Host host = host(name);
    host.awaitOperation();
    Http client = operator(name);
    Map<String, String> form = host.verifyForm(client, "/journal");
    int before = host.journal().operations().size();

    String query = "?kind=verify&confirm=orders%2F1&token=" + form.get("token");
    for (String path :
        List.of("/operations" + query, "/recovery/verify" + query, "/operations/1/cancel")) {
      assertThat(client.get("/journal" + path).status()).isIn(200, 303, 404);
    }

    assertThat(host.journal().operations()).hasSize(before);
  }

  @ParameterizedTest
  @CsvSource({
    "roles, PUT", "roles, DELETE", "roles, PATCH", "roles, OPTIONS", "roles, TRACE",
    "roles, PROPFIND", "local, PUT", "local, DELETE", "local, PATCH", "local, OPTIONS",
    "local, TRACE", "local, PROPFIND", "local, get",
  })
  void otherMethodsAreRefused(String name, String method) {
    Http client = operator(name).with("Sec-Fetch-Site", "same-origin");

    Answer answer = client.send(method, "/journal/operations", "");

    // The server itself refuses TRACE; the application's chain wants a login for its error page.
    assertThat(answer.status())
        .isEqualTo(method.equals("TRACE") && name.equals("roles") ? 401 : 405);
    assertThat(answer.body()).doesNotContain("orders");
  }

  @ParameterizedTest
  @ValueSource(strings = {"roles", "local"})
  void postToAPageIsRefused(String name) {
    for (String path : List.of("", "/slots", "/slots/0", "/segments", "/recovery", "/activity")) {
      Http client = operator(name);
      Map<String, String> form = host(name).verifyForm(client, "/journal");
      assertThat(client.post("/journal" + path, form).status()).as(path).isEqualTo(405);
    }
  }

  // ---- local only

  @ParameterizedTest
  @ValueSource(
      strings = {"elsewhere.example", "localhost.elsewhere.example", "127.0.0.2", "[::2]", "0"})
  void otherNamesOfThisMachineAreRefused(String hostName) {
    Answer answer = local.client().with("Host", hostName).get("/journal");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("allowed-hosts").doesNotContain("orders");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1:99", "[::1]:8080"})
  void namesOnTheListAreTakenWithAnyPort(String hostName) {
    assertThat(local.client().with("Host", hostName).get("/journal").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Real-IP",
        "Via",
        "x-forwarded-anything",
        "CF-Connecting-IP",
        "True-Client-IP"
      })
  void forwardedRequestsAreRefused(String header) {
    Answer answer = local.client().with(header, "for=127.0.0.1").get("/journal");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("proxy").doesNotContain("orders");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server.forward-headers-strategy=framework",
        "server.forward-headers-strategy=native",
        "server.tomcat.remoteip.remote-ip-header=x-mine"
      })
  void applicationBehindAProxyHasNoLocalBrowsers(String property) {
    try (Host host =
        Host.start(
            List.of(HostApplication.class, Secured.Users.class, Secured.InterfaceOnly.class),
            "paxos.journal.admin.access=local",
            property)) {
      assertThat(host.client().get("/journal").status()).isEqualTo(403);
      assertThat(host.client().with("X-Forwarded-For", "127.0.0.1").get("/journal").status())
          .isEqualTo(403);
    }
  }

  // ---- headers

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/slots/0",
        "/nothing",
        "/assets/console.css",
        "/assets/nothing",
        "/operations"
      })
  void everyAnswerHasTheHeaders(String path) {
    for (Answer answer :
        List.of(
            local.client().get("/journal" + path),
            local.client().with("Host", "elsewhere.example").get("/journal" + path),
            roles.client().get("/journal" + path),
            roles.client().as("stranger").get("/journal" + path),
            roles.client().as("operator").get("/journal" + path))) {
      String at = path + " " + answer.status();
      assertThat(answer.header("Content-Security-Policy"))
          .as(at)
          .isEqualTo(
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                  + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri"
                  + " 'none'");
      assertThat(answer.header("X-Frame-Options")).as(at).isEqualTo("DENY");
      assertThat(answer.header("X-Content-Type-Options")).as(at).isEqualTo("nosniff");
      assertThat(answer.header("Referrer-Policy")).as(at).isEqualTo("no-referrer");
      assertThat(answer.header("Cross-Origin-Opener-Policy")).as(at).isEqualTo("same-origin");
      assertThat(answer.header("Cross-Origin-Resource-Policy")).as(at).isEqualTo("same-origin");
      assertThat(answer.header("Cache-Control"))
          .as(at)
          .contains(answer.status() == 200 && path.startsWith("/assets") ? "max-age" : "no-store");
    }
  }

  @Test
  void downloadedValueCannotBecomeAPage() {
    Answer value = operatorSeesValues().get("/journal/slots/0/value");

    assertThat(value.status()).isEqualTo(200);
    assertThat(value.header("Content-Type")).startsWith("application/octet-stream");
    assertThat(value.header("Content-Disposition")).startsWith("attachment");
    assertThat(value.header("Content-Security-Policy")).contains("sandbox");
  }

  private static Http operatorSeesValues() {
    return roles.client().as("reader");
  }
}

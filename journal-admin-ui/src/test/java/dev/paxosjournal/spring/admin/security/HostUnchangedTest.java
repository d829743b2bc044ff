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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the application answers by itself is the same with the console and without. */
class HostUnchangedTest {

  static Stream<List<Class<?>>> hosts() {
    return Stream.of(
        List.of(HostApplication.class, Secured.Users.class),
        List.of(HostApplication.class, Secured.Users.class, Secured.PermitAll.class),
        List.of(HostApplication.class, Secured.Users.class, Secured.InterfaceOnly.class));
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void applicationAnswersAsWithoutTheConsole(List<Class<?>> parts) {
    Map<String, String> without = answers(parts, Host.withoutConsole());
    Map<String, String> with = answers(parts);

    assertThat(with.keySet()).isEqualTo(without.keySet());
    for (Map.Entry<String, String> answer : with.entrySet()) {
      assertThat(answer.getValue()).as(answer.getKey()).isEqualTo(without.get(answer.getKey()));
    }
    assertThat(without.values()).anyMatch(answer -> answer.startsWith("200"));
  }

  private static Map<String, String> answers(List<Class<?>> parts, String... properties) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "management.endpoints.web.exposure.include=health,info,env",
                "logging.level.org.apache=off"));
    all.addAll(List.of(properties));
    Map<String, String> answers = new TreeMap<>();
    try (Host host = Host.start(parts, all.toArray(String[]::new))) {
      for (String user : List.of("", "stranger", "operator")) {
        for (String accept : List.of("*/*", "text/html")) {
          for (String path :
              List.of(
                  "/hello",
                  "/api/hello",
                  "/journalist",
                  "/fails",
                  "/missing",
                  "/error",
                  "/",
                  "/login",
                  "/actuator",
                  "/actuator/health",
                  "/actuator/env/server.port")) {
            for (String method : List.of("GET", "POST", "PUT", "TRACE")) {
              Http client = host.client().with("Accept", accept);
              Answer answer = (user.isEmpty() ? client : client.as(user)).send(method, path, "");
              answers.put(String.join(" ", user, accept, method, path), withoutTime(answer));
            }
          }
        }
      }
    }
    return answers;
  }

  private static String withoutTime(Answer answer) {
    Map<String, String> headers = new TreeMap<>(answer.headers());
    headers.remove("date");
    headers.remove("set-cookie");
    headers.remove("content-length"); // the body is compared as a whole
    headers.computeIfPresent(
        "location", (name, at) -> at.replaceAll("localhost:\\d+|;jsessionid=\\w+", ""));
    String body =
        answer
            .body()
            .replaceAll("\"timestamp\":\"[^\"]*\"", "")
            .replaceAll("<div id=.created.>[^<]*", "")
            .replaceAll("localhost:\\d+", "here")
            .replaceAll("name=\"_csrf\"[^>]*", "")
            .replaceAll("\"value\":\"?\\d+", "");
    return answer.status() + " " + headers + " " + body;
  }
}

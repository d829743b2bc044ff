package dev.paxosjournal.spring.admin.host;

import dev.paxosjournal.spring.admin.host.Http.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an application answers by itself, at addresses that are not the console's. */
public final class HostAnswers {

  private HostAnswers() {}

  /** Answers by user, accepted type, method and path, without what differs from run to run. */
  public static Map<String, String> of(List<Class<?>> parts, String... properties) {
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

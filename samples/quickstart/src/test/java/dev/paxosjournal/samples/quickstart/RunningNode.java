package dev.paxosjournal.samples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole application on a free port, and a client for it. */
public final class RunningNode implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final ConfigurableApplicationContext context;
  private final HttpClient client = HttpClient.newHttpClient();

  private RunningNode(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts a node with values of at most 1 KB, unless the properties say otherwise. */
  public static RunningNode start(Path directory, String... properties) {
    SpringApplication application = new SpringApplication(QuickstartApplication.class);
    application.setDefaultProperties(
        Map.of("paxos.journal.max-value-size", "1KB", "paxos.journal.segment-size", "1MB"));
    Stream<String> own = Stream.of("server.port=0", "paxos.journal.directory=" + directory);
    return new RunningNode(
        application.run(
            Stream.concat(own, Stream.of(properties))
                .map(property -> "--" + property)
                .toArray(String[]::new)));
  }

  /** A bean of the application. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** The bean of this name. */
  public <T> T bean(String name, Class<T> type) {
    return context.getBean(name, type);
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  /** Posts JSON to one of the acceptor's calls. */
  public Answer post(String call, String json) {
    return post(call, BodyPublishers.ofString(json));
  }

  public Answer post(String call, BodyPublisher json) {
    return send(request("/acceptor/" + call).header("Content-Type", "application/json").POST(json));
  }

  public HttpRequest.Builder request(String path) {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }

  /** What came back. */
  public record Answer(int status, String contentType, String body) {

    public JsonNode json() {
      return MAPPER.readTree(body);
    }

    public List<JsonNode> jsonLines() {
      return body.lines().map(MAPPER::readTree).toList();
    }

    /** Status and body in one, for comparing: {@code 200 {"a":1}}. */
    @Override
    public String toString() {
      return status + " " + body;
    }
  }
}

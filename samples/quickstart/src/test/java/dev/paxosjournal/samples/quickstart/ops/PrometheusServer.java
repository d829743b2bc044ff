package dev.paxosjournal.samples.quickstart.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus, with the rules and the configuration of the sample, that scrapes one node. */
final class PrometheusServer implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path OPS = Path.of("ops");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String url;

  private PrometheusServer(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** The published configuration, but for the address and for a second between two scrapes. */
  static PrometheusServer start(Path directory, String target) throws IOException {
    String configuration =
        Files.readString(OPS.resolve("prometheus.yml"))
            .replace("127.0.0.1:8080", target)
            .replace("_interval: 5s", "_interval: 1s");
    Path rules = directory.resolve("prometheus-rules.yml");
    Files.copy(OPS.resolve("prometheus-rules.yml"), rules);
    Path file = Files.writeString(directory.resolve("prometheus.yml"), configuration);
    String address = "127.0.0.1:" + freePort();
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + file,
                "--storage.tsdb.path=" + directory.resolve("tsdb"),
                "--web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("prometheus.log").toFile())
            .start();
    return new PrometheusServer(process, "http://" + address);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The answer to an expression, as it stands now; empty while the server starts. */
  JsonNode query(String expression) {
    return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
  }

  /** The rules as the server has evaluated them. */
  JsonNode rules() {
    return get("/api/v1/rules");
  }

  private JsonNode get(String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
    try {
      return MAPPER.readTree(client.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      if (process.isAlive()) {
        return MAPPER.createObjectNode();
      }
      throw new UncheckedIOException("prometheus ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
    process.destroyForcibly().onExit().join();
  }
}

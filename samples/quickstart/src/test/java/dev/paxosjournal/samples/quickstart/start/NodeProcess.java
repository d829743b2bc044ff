package dev.paxosjournal.samples.quickstart.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An application in a process of its own, known by what it prints. */
public final class NodeProcess implements AutoCloseable {
  static final String QUICKSTART = "dev.paxosjournal.samples.quickstart.QuickstartApplication";
  private static final Pattern PORT = Pattern.compile(".*Tomcat started on port (\\d+).*");
  private static final Pattern STARTED =
      Pattern.compile(".*Started \\w+ in [0-9.]+ seconds \\(process running for ([0-9.]+)\\).*");

  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final CompletableFuture<Double> startSeconds = new CompletableFuture<>();

  private NodeProcess(Process process) {
    this.process = process;
  }

  /** Starts {@code java} with these arguments. */
  static NodeProcess start(Path workingDirectory, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    NodeProcess node =
        new NodeProcess(
            new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .start());
    Thread reader = new Thread(node::read, "output of the node");
    reader.setDaemon(true);
    reader.start();
    return node;
  }

  /** Starts the quickstart on the class path of this process, on a free port. */
  public static NodeProcess startQuickstart(Path directory, String... properties)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-cp",
                System.getProperty("java.class.path"),
                QUICKSTART,
                "--server.port=0",
                "--paxos.journal.directory=" + directory.toAbsolutePath()));
    for (String property : properties) {
      arguments.add("--" + property);
    }
    return start(Path.of("target"), arguments);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        Matcher found = PORT.matcher(line);
        if (found.matches()) {
          port.complete(Integer.valueOf(found.group(1)));
        }
        Matcher started = STARTED.matcher(line);
        if (started.matches()) {
          startSeconds.complete(Double.valueOf(started.group(1)));
        }
      }
    } catch (IOException e) {
      // The end of a process that is killed closes its output under the reader.
      output.add("end of output: " + e.getMessage());
    } finally {
      IllegalStateException ended = new IllegalStateException(String.join("\n", output));
      port.completeExceptionally(ended);
      startSeconds.completeExceptionally(ended);
    }
  }

  /** Address of the web server, once it has started. */
  public String url() throws InterruptedException {
    return "http://127.0.0.1:" + told(port);
  }

  /** How long the process had been running when the application had started. */
  double startSeconds() throws InterruptedException {
    return told(startSeconds);
  }

  private <T> T told(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(120, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(String.join("\n", output), e);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  List<String> output() {
    return output;
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for the end; its exit status, or -1 if it did not end in time. */
  int exitStatus(long seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}

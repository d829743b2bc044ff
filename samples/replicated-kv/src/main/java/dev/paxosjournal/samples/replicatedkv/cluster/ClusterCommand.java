package dev.paxosjournal.samples.replicatedkv.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs three nodes on this machine until it is stopped. A node that was killed is started again.
 */
public final class ClusterCommand {
  private static final int HTTP_PORT = 8081;
  private static final int RAFT_PORT = 7801;
  private static final long RESTART_SECONDS = 5;

  private ClusterCommand() {}

  /** {@code [DIRECTORY]}. */
  public static void run(List<String> arguments) throws IOException, InterruptedException {
    Path home = Path.of(arguments.isEmpty() ? "data/cluster" : arguments.get(0));
    Map<NodeProcess, Process> running = new LinkedHashMap<>();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> running.values().forEach(Process::destroy)));
    for (String name : NodeProcess.NAMES) {
      NodeProcess node = new NodeProcess(name, home, HTTP_PORT, RAFT_PORT, List.of());
      start(node, running);
    }
    while (true) {
      for (Map.Entry<NodeProcess, Process> entry : Map.copyOf(running).entrySet()) {
        if (entry.getValue().waitFor(500, TimeUnit.MILLISECONDS)) {
          System.out.printf(
              "node %s ended (%d); it starts again in %d s%n",
              entry.getKey().name(), entry.getValue().exitValue(), RESTART_SECONDS);
          TimeUnit.SECONDS.sleep(RESTART_SECONDS);
          start(entry.getKey(), running);
        }
      }
    }
  }

  private static void start(NodeProcess node, Map<NodeProcess, Process> running)
      throws IOException {
    Process process = node.start();
    running.put(node, process);
    System.out.printf(
        "node %s: %s, process %d, %s%n", node.name(), node.http(), process.pid(), node.output());
  }
}

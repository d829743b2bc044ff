package dev.paxosjournal.samples.replicatedkv.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One node in a process of its own, on the loopback interface. */
public final class NodeProcess {

  /** The nodes of a cluster. */
  public static final List<String> NAMES = List.of("A", "B", "C");

  private final String name;
  private final Path home;
  private final int firstHttpPort;
  private final int firstRaftPort;
  private final List<String> options;

  /**
   * A node that does not run yet.
   *
   * @param home of the cluster; each node has a directory in it
   * @param firstHttpPort of node A; B and C have the next ones
   * @param firstRaftPort likewise, for the engine
   * @param options for the node, as on the command line
   */
  public NodeProcess(
      String name, Path home, int firstHttpPort, int firstRaftPort, List<String> options) {
    this.name = name;
    this.home = home;
    this.firstHttpPort = firstHttpPort;
    this.firstRaftPort = firstRaftPort;
    this.options = List.copyOf(options);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Where it listens. */
  public URI http() {
    return http(name);
  }

  private URI http(String node) {
    return URI.create("http://127.0.0.1:" + (firstHttpPort + NAMES.indexOf(node)));
  }

  /** Where its data lies. */
  public Path directory() {
    return home.resolve(name);
  }

  /** Its journal. */
  public Path journal() {
    return directory().resolve("journal");
  }

  /** What it prints. */
  public Path output() {
    return directory().resolve("output.txt");
  }

  /** The number of a node in its journal. */
  public static int number(String name) {
    return NAMES.indexOf(name) + 1;
  }

  /** Starts it; it runs until it is stopped or killed. */
  public Process start() throws IOException {
    Files.createDirectories(directory());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx160m", "-Xss512k", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(mainClass());
    command.add("--kv.node=" + name);
    command.add("--kv.snapshots=" + directory().resolve("snapshots"));
    for (String peer : NAMES) {
      int number = NAMES.indexOf(peer);
      command.add("--kv.peers." + peer + ".raft-port=" + (firstRaftPort + number));
      command.add("--kv.peers." + peer + ".http=" + http(peer));
    }
    command.add("--server.port=" + http().getPort());
    command.add("--paxos.journal.directory=" + journal());
    command.add("--paxos.journal.node-id=" + number(name));
    command.addAll(options);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
        .start();
  }

  /** In the packed jar the class path is the jar alone, and its launcher finds the rest. */
  private static String mainClass() {
    boolean packed =
        NodeProcess.class
            .getProtectionDomain()
            .getCodeSource()
            .getLocation()
            .toString()
            .startsWith("jar:nested:");
    return packed
        ? "org.springframework.boot.loader.launch.JarLauncher"
        : "dev.paxosjournal.samples.replicatedkv.ReplicatedKvApplication";
  }
}

package dev.paxosjournal.samples.replicatedkv.cluster;

import dev.paxosjournal.samples.replicatedkv.node.EngineStack;
import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import dev.paxosjournal.samples.replicatedkv.store.Command;
import dev.paxosjournal.samples.replicatedkv.store.KeyValueMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.FileBasedLog;
import org.jgroups.protocols.raft.Log;
import org.jgroups.raft.RaftHandle;

/**
 * What the journal costs the engine: three nodes in this process, each with its log on this disk,
 * and clients that put 256 characters one after another; with this journal, and with the engine's
 * own file log and its fsync. One after the other, twice.
 */
public final class CompareCommand {
  private static final Map<String, Integer> PORTS = Map.of("A", 7901, "B", 7902, "C", 7903);
  private static final long NO_SNAPSHOTS = 1L << 40;
  private static final int ROUNDS = 2;

  private final int seconds;
  private final int clients;
  private final Path home;

  private CompareCommand(int seconds, int clients, Path home) {
    this.seconds = seconds;
    this.clients = clients;
    this.home = home;
  }

  /** {@code [SECONDS [CLIENTS [DIRECTORY]]]}. */
  public static void run(List<String> arguments) throws Exception {
    int seconds = arguments.isEmpty() ? 10 : Integer.parseInt(arguments.get(0));
    int clients = arguments.size() < 2 ? 16 : Integer.parseInt(arguments.get(1));
    Path parent = Path.of(arguments.size() < 3 ? "data" : arguments.get(2));
    Files.createDirectories(parent);
    Path home = Files.createTempDirectory(parent, "compare");
    try {
      new CompareCommand(seconds, clients, home).compare();
    } finally {
      delete(home);
    }
  }

  private void compare() throws Exception {
    System.out.printf(
        "three nodes in one process, %d clients, %d s each, directory %s%n",
        clients, seconds, home.toAbsolutePath());
    System.out.printf("%-44s %10s %10s %10s%n", "log", "puts/s", "p50 ms", "p99 ms");
    List<Double> journal = new ArrayList<>();
    List<Double> file = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      journal.add(measure("this journal", "journal" + round, JournalLog::new));
      file.add(
          measure(
              "the engine's file log with fsync",
              "file" + round,
              () -> new FileBasedLog().useFsync(true)));
    }
    System.out.printf(
        "journal against file log, best of %d each: %.2f%n",
        ROUNDS,
        journal.stream().max(Double::compare).orElseThrow()
            / file.stream().max(Double::compare).orElseThrow());
  }

  private double measure(String what, String name, Supplier<Log> logs) throws Exception {
    List<JChannel> channels = new ArrayList<>();
    List<RaftHandle> nodes = new ArrayList<>();
    try {
      for (String node : List.of("A", "B", "C")) {
        Log log = logs.get();
        Path directory = home.resolve(name).resolve(node);
        Files.createDirectories(directory);
        log.init(directory.toString(), Map.of());
        JChannel channel = EngineStack.channel(node, PORTS, log, NO_SNAPSHOTS);
        nodes.add(new RaftHandle(channel, new KeyValueMap()).raftId(node));
        channels.add(channel);
        channel.connect("compare");
      }
      RaftHandle leader = leader(nodes);
      put(leader, 2);
      List<Long> nanos = put(leader, seconds);
      nanos.sort(Long::compare);
      double perSecond = nanos.size() / (double) seconds;
      System.out.printf(
          "%-44s %10.0f %10.2f %10.2f%n",
          what, perSecond, millis(nanos, 0.50), millis(nanos, 0.99));
      return perSecond;
    } finally {
      channels.forEach(JChannel::close);
    }
  }

  private static RaftHandle leader(List<RaftHandle> nodes) throws InterruptedException {
    while (true) {
      for (RaftHandle node : nodes) {
        if (node.isLeader()) {
          return node;
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** How long each put took. */
  private List<Long> put(RaftHandle leader, int during) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      List<Future<List<Long>>> running = new ArrayList<>();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(during);
      for (int client = 0; client < clients; client++) {
        String key = "key" + client;
        running.add(threads.submit(() -> putUntil(leader, key, end)));
      }
      List<Long> nanos = new ArrayList<>();
      for (Future<List<Long>> client : running) {
        nanos.addAll(client.get());
      }
      return nanos;
    } finally {
      threads.shutdown();
    }
  }

  private static List<Long> putUntil(RaftHandle leader, String key, long end) throws Exception {
    byte[] put = new Command(Command.Kind.PUT, key, "x".repeat(256)).encode();
    List<Long> nanos = new ArrayList<>();
    while (System.nanoTime() < end) {
      long begun = System.nanoTime();
      leader.setAsync(put, 0, put.length).get(30, TimeUnit.SECONDS);
      nanos.add(System.nanoTime() - begun);
    }
    return nanos;
  }

  private static double millis(List<Long> sorted, double quantile) {
    return sorted.isEmpty() ? 0 : sorted.get((int) (sorted.size() * quantile)) / 1e6;
  }

  private static void delete(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package dev.paxosjournal.samples.replicatedkv.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A long chaos run, whose data is kept. */
public final class ChaosCommand {
  private static final int HTTP_PORT = 8181;
  private static final int RAFT_PORT = 7851;

  private ChaosCommand() {}

  /** {@code [--break-durability] [SECONDS [SEED [DIRECTORY]]]}; fails if anything was found. */
  public static void run(List<String> arguments) throws IOException, InterruptedException {
    List<String> rest = new ArrayList<>(arguments);
    boolean broken = rest.remove("--break-durability");
    long seconds = rest.isEmpty() ? 600 : Long.parseLong(rest.get(0));
    long seed = rest.size() < 2 ? System.nanoTime() : Long.parseLong(rest.get(1));
    Path parent = Path.of(rest.size() < 3 ? "data" : rest.get(2));
    Files.createDirectories(parent);
    Path home = Files.createTempDirectory(parent, "chaos");
    System.out.printf("seed %d, data in %s%n", seed, home.toAbsolutePath());
    ChaosReport report = new Chaos(home, HTTP_PORT, RAFT_PORT, seed, broken).run(seconds);
    System.out.print(report.table());
    if (!report.violations().isEmpty() || report.divergent() > 0) {
      System.exit(1);
    }
  }
}

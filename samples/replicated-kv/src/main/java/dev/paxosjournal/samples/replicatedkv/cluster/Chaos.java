package dev.paxosjournal.samples.replicatedkv.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Three nodes in processes of their own, clients at work, and one misfortune after another: the
 * leader killed, a node stopped and continued, a node killed and its disk damaged before it starts
 * again, all nodes killed at once. At the end: what no register could have answered, and where the
 * nodes' journals disagree.
 *
 * <p>With <em>broken durability</em> the power cut of all nodes also takes back what their disks
 * got in the moments before it, as if each had acknowledged before it forced. The run must find the
 * loss.
 */
public final class Chaos {
  private static final Pattern TERM = Pattern.compile("\"term\":(\\d+)");
  private static final Pattern LEADER = Pattern.compile("\"leader\":\"([ABC])\"");
  private static final long MOST_RECOVERY_SECONDS = 180;

  /** Two of three operations of a client are writes. */
  private static final long ANSWERS_TO_TAKE_BACK = 60;

  /** Enough that each of the few keys is read. */
  private static final long ANSWERS_THAT_SHOW_IT = 60;

  private final Path home;
  private final SplittableRandom random;
  private final boolean brokenDurability;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final Map<String, Process> running = new HashMap<>();
  private final Clients clients;
  private long firstTerm = Long.MAX_VALUE;
  private long lastTerm;
  private final Map<Misfortune, Long> counts = new EnumMap<>(Misfortune.class);

  /**
   * A run that has not begun.
   *
   * @param home an empty directory for the nodes' data
   * @param httpPort the first of three
   * @param raftPort the first of three
   */
  public Chaos(Path home, int httpPort, int raftPort, long seed, boolean brokenDurability) {
    this.home = home;
    this.random = new SplittableRandom(seed);
    this.brokenDurability = brokenDurability;
    for (String name : NodeProcess.NAMES) {
      List<String> options = List.of("--kv.repair-at-start=true", "--kv.snapshot-every=128KB");
      nodes.add(new NodeProcess(name, home, httpPort, raftPort, options));
    }
    this.clients = new Clients(nodes, seed);
  }

  /** Runs for about so long, and until each misfortune has happened, then judges. */
  public ChaosReport run(long seconds) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      for (NodeProcess node : nodes) {
        start(node);
      }
      awaitHealth();
      clients.start();
      TimeUnit.SECONDS.sleep(2);
      Deque<Misfortune> firstRound = firstRound();
      while (!firstRound.isEmpty() || System.nanoTime() < end) {
        happen(firstRound.isEmpty() ? any(possible()) : firstRound.remove());
        awaitHealth();
        TimeUnit.MILLISECONDS.sleep(1_500);
      }
      clients.stopAndReadEverywhere();
    } finally {
      for (Process process : running.values()) {
        signal("CONT", process);
        process.destroy();
      }
      for (Process process : running.values()) {
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      }
    }
    JournalComparison journals = JournalComparison.of(nodes);
    return new ChaosReport(
        clients.operations(),
        clients.acknowledged(),
        clients.unanswered(),
        counts,
        Math.max(0, lastTerm - firstTerm),
        clients.violations(),
        journals.compared(),
        journals.different(),
        journals.damaged());
  }

  private List<Misfortune> possible() {
    return brokenDurability ? List.of(Misfortune.ALL_KILLED) : List.of(Misfortune.values());
  }

  /** Each once, in any order: left to chance a short run would miss some. */
  private Deque<Misfortune> firstRound() {
    List<Misfortune> left = new ArrayList<>(possible());
    Deque<Misfortune> round = new ArrayDeque<>();
    while (!left.isEmpty()) {
      round.add(left.remove(random.nextInt(left.size())));
    }
    return round;
  }

  private void happen(Misfortune misfortune) throws IOException, InterruptedException {
    switch (misfortune) {
      case LEADER_KILLED -> killAndRestart(leader());
      case NODE_KILLED -> killAndRestart(any(nodes));
      case DISK_DAMAGED -> killAndDamage(any(nodes));
      case ALL_KILLED -> cutPowerOfAll();
      case NODE_STOPPED -> pause(random.nextBoolean() ? leader() : any(nodes));
    }
    counts.merge(misfortune, 1L, Long::sum);
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void start(NodeProcess node) throws IOException {
    running.put(node.name(), node.start());
  }

  private Process process(NodeProcess node) {
    Process process = running.get(node.name());
    if (process == null) {
      throw new IllegalStateException("node " + node.name() + " was never started");
    }
    return process;
  }

  private void kill(NodeProcess node) throws InterruptedException {
    process(node).destroyForcibly().waitFor();
  }

  private void killAndRestart(NodeProcess node) throws IOException, InterruptedException {
    kill(node);
    TimeUnit.SECONDS.sleep(1);
    start(node);
  }

  private void killAndDamage(NodeProcess node) throws IOException, InterruptedException {
    clients.awaitOldValue(random);
    kill(node);
    TimeUnit.SECONDS.sleep(1);
    damage(node);
    start(node);
  }

  private void pause(NodeProcess node) throws IOException, InterruptedException {
    signal("STOP", process(node));
    TimeUnit.MILLISECONDS.sleep(2_000 + random.nextInt(4_000));
    signal("CONT", process(node));
  }

  private static void signal(String name, Process process)
      throws IOException, InterruptedException {
    if (process.isAlive()) {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }
  }

  /** Flips a bit of a value that was acknowledged a while ago. */
  private void damage(NodeProcess node) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 200; attempt++) {
      if (flipBitIn(node.journal(), clients.awaitOldValue(random))) {
        return;
      }
    }
    throw new IllegalStateException("no acknowledged value is in the log of node " + node.name());
  }

  private static boolean flipBitIn(Path journal, String text) throws IOException {
    try (Stream<Path> files = Files.list(journal)) {
      for (Path file : files.filter(each -> isSegment(each)).toList()) {
        byte[] content = Files.readAllBytes(file);
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(text);
        if (at >= 0) {
          content[at] ^= 1;
          Files.write(file, content);
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isSegment(Path file) {
    return file.getFileName().toString().startsWith("wal-");
  }

  private void cutPowerOfAll() throws IOException, InterruptedException {
    Path before = home.resolve("before");
    if (brokenDurability) {
      for (NodeProcess node : nodes) {
        signal("STOP", process(node));
      }
      for (NodeProcess node : nodes) {
        copy(node.directory(), before.resolve(node.name()));
      }
      for (NodeProcess node : nodes) {
        signal("CONT", process(node));
      }
      // Something must be acknowledged that is then taken back, however slow the nodes are.
      clients.awaitAnswers(ANSWERS_TO_TAKE_BACK);
      clients.readOnly(true);
    }
    for (NodeProcess node : nodes) {
      process(node).destroyForcibly();
    }
    for (NodeProcess node : nodes) {
      kill(node);
    }
    if (brokenDurability) {
      for (NodeProcess node : nodes) {
        delete(node.directory());
        Files.move(before.resolve(node.name()), node.directory());
      }
    }
    for (NodeProcess node : nodes) {
      start(node);
    }
    if (brokenDurability) {
      awaitHealth();
      clients.awaitAnswers(ANSWERS_THAT_SHOW_IT);
      clients.readOnly(false);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Waits until all nodes have joined and know a leader. */
  private void awaitHealth() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_RECOVERY_SECONDS);
    while (System.nanoTime() < end) {
      long led = 0;
      for (NodeProcess node : nodes) {
        Optional<String> state = clients.state(node);
        state.ifPresent(this::noteTerm);
        led += state.filter(each -> LEADER.matcher(each).find()).isPresent() ? 1 : 0;
      }
      if (led == nodes.size()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
    throw new IllegalStateException(
        "after "
            + MOST_RECOVERY_SECONDS
            + " s not all nodes have a leader: "
            + nodes.stream().map(clients::state).toList());
  }

  private void noteTerm(String state) {
    Matcher found = TERM.matcher(state);
    if (found.find() && LEADER.matcher(state).find()) {
      long term = Long.parseLong(found.group(1));
      firstTerm = Math.min(firstTerm, term);
      lastTerm = Math.max(lastTerm, term);
    }
  }

  private NodeProcess leader() throws InterruptedException {
    while (true) {
      for (NodeProcess node : nodes) {
        Optional<String> name =
            clients.state(node).map(LEADER::matcher).filter(Matcher::find).map(m -> m.group(1));
        if (name.isPresent()) {
          return nodes.stream().filter(each -> each.name().equals(name.get())).findFirst().get();
        }
      }
      awaitHealth();
    }
  }
}

package dev.paxosjournal.samples.replicatedkv.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import dev.paxosjournal.samples.replicatedkv.raftlog.Snapshot;
import dev.paxosjournal.samples.replicatedkv.store.Command;
import dev.paxosjournal.samples.replicatedkv.store.KeyValueMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jgroups.JChannel;
import org.jgroups.raft.RaftHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;

/** Node A lost a committed slot, and asks B and C, which may have compacted it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LostSlotTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ROTTEN = "the-value-that-rots";

  private final Map<String, NodeProperties.Peer> peers = new TreeMap<>();
  private final Map<String, Integer> ports = new TreeMap<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final Map<String, RaftHandle> members = new TreeMap<>();

  @TempDir Path home;
  private PaxosJournal own;
  private long rotten;
  private volatile boolean peersAreAway;
  private RaftNode node;

  @BeforeEach
  void threeNodesWithOneEntryThatRotsOnA() throws Exception {
    for (String name : new String[] {"A", "B", "C"}) {
      ports.put(name, freePort());
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      toClose.add(() -> http.stop(0));
      peers.put(
          name,
          new NodeProperties.Peer(
              ports.get(name), URI.create("http://127.0.0.1:" + http.getAddress().getPort())));
      if (!name.equals("A")) {
        startMember(name, http);
      }
    }
    startA();
    await().atMost(PATIENCE).until(() -> answers("rotten", ROTTEN));
    for (int i = 0; i < 10; i++) {
      String value = "value-" + i;
      await().atMost(PATIENCE).until(() -> answers("key", value));
    }
    await().atMost(PATIENCE).until(() -> node.local("key").filter("value-9"::equals).isPresent());
    rotten = slotOf(ROTTEN);
    node.stop();
    own.close();
  }

  @AfterEach
  void close() throws Exception {
    node.stop();
    own.close();
    for (RaftHandle member : members.values()) {
      member.channel().close();
    }
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  private void startA() {
    own = journal("A", 1);
    NodeProperties properties = properties();
    JournalLog log = new JournalLog(own, properties.snapshots());
    node = new RaftNode(properties, own, log, new Peers(properties, own));
    node.start();
  }

  private NodeProperties properties() {
    return new NodeProperties(
        "A",
        peers,
        home.resolve("snapshots-A"),
        DataSize.ofMegabytes(1),
        Duration.ofSeconds(1),
        false);
  }

  private void startMember(String name, HttpServer http) throws Exception {
    PaxosJournal journal = journal(name, name.charAt(0) - 'A' + 1);
    JournalLog log = new JournalLog(journal, home.resolve("snapshots-" + name));
    log.restore();
    JChannel channel = EngineStack.channel(name, ports, log, 1_000_000);
    RaftHandle member = new RaftHandle(channel, new KeyValueMap()).raftId(name);
    PeerController controller = new PeerController(journal, log);
    http.createContext(
        "/committed/", exchange -> answer(exchange, controller.committed(slotIn(exchange))));
    http.createContext("/snapshot", exchange -> answer(exchange, controller.snapshot()));
    http.start();
    members.put(name, member);
    toClose.add(journal);
    Thread connecting = new Thread(() -> connect(channel), "connect-" + name);
    connecting.start();
    toClose.add(connecting::join);
  }

  private static void connect(JChannel channel) {
    try {
      channel.connect("replicated-kv");
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static long slotIn(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
  }

  private void answer(HttpExchange exchange, ResponseEntity<byte[]> answer) throws IOException {
    if (peersAreAway) {
      answer = ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).build();
    }
    byte[] body = answer.hasBody() ? answer.getBody() : new byte[0];
    exchange.sendResponseHeaders(
        answer.getStatusCode().value(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private boolean answers(String key, String value) {
    try {
      node.submit(new Command(Command.Kind.PUT, key, value));
      return true;
    } catch (NotAnswered notYet) {
      return false;
    }
  }

  @Test
  void slotThatAPeerStillHasIsHealedAndNoSnapshotIsNeeded() throws Exception {
    rot();
    startA();
    awaitLoss("repair: 1 damaged slots, the first is " + rotten);

    assertThat(node.repair()).startsWith("healed 1 of 1 damaged slots").doesNotContain("snapshot");

    awaitJoined();
    assertThat(own.slot(rotten)).isInstanceOf(SlotState.Committed.class);
    assertThat(own.status().firstAvailable()).isEqualTo(1);
  }

  @Test
  void slotThatThePeersCompactedIsCoveredByASnapshotOfTheirs() throws Exception {
    compactOnThePeers();
    rot();
    startA();
    awaitLoss("repair: 1 damaged slots, the first is " + rotten);
    JournalStatus before = own.status();
    Registration register = own.raft().registered().orElseThrow();

    assertThat(node.repair())
        .startsWith("healed 0 of 1 damaged slots")
        .contains("compacted there")
        .contains("installed a peer's snapshot through");
    assertThat(own.raft().registered()).contains(register);
    assertThat(own.status().damaged()).isZero();
    assertThat(own.status().highestSlot()).isEqualTo(before.highestSlot());
    assertThat(own.status().committedThrough()).isEqualTo(before.committedThrough());

    awaitJoined();
    assertThat(own.slot(rotten)).isInstanceOf(SlotState.Compacted.class);
    node.stop();
    own.close();
    startA();
    awaitJoined();
    assertThat(own.status().damaged()).isZero();
  }

  @Test
  void snapshotThatRottedIsReplacedByOneOfThePeers() throws Exception {
    Path file = compactOnAToo();
    flipBit(file, Files.size(file) / 2);

    startA();
    awaitLoss("repair: its snapshot, " + file);
    assertThat(node.repair()).contains("installed a peer's snapshot through");
    awaitJoined();
  }

  @Test
  void snapshotThatIsGoneIsReplacedByOneOfThePeers() throws Exception {
    Files.delete(compactOnAToo());

    startA();
    awaitLoss("repair: its snapshot, which is gone");
    assertThat(node.repair()).contains("installed a peer's snapshot through");
    awaitJoined();
  }

  @Test
  void slotOfWhichNobodyHasAnythingIsWaitedForAndTheNodeSaysWhatToDo() throws Exception {
    rot();
    peersAreAway = true;
    startA();
    awaitLoss("POST /raft/repair asks the peers");

    assertThat(node.repair()).contains("no peer that answers has a snapshot through " + rotten);
    awaitLoss("start the others, or try again");
    assertThat(node.state().role()).isEqualTo("none");
    assertThat(own.slot(rotten)).isInstanceOf(SlotState.Damaged.class);

    peersAreAway = false;
    node.repair();
    awaitJoined();
  }

  @Test
  void slotThatRotsWhileTheEngineRunsIsCoveredByASnapshotOfItsOwn() throws Exception {
    startA();
    awaitJoined();
    compactOnThePeers();
    rot();
    own.verify(0).join();
    assertThat(node.state().damaged()).isEqualTo(1);

    assertThat(node.repair()).contains("took a snapshot instead of 1 damaged slots");

    assertThat(node.state().damaged()).isZero();
    awaitJoined();
  }

  @Test
  void slotThatIsNotKnownToBeCommittedIsLeftToTheLeader() {
    startA();
    awaitJoined();
    Peers asked = new Peers(properties(), own);
    assertThatThrownBy(() -> asked.committed(own.status().committedThrough() + 1))
        .hasMessageContaining("the leader sends it again");
  }

  private void compactOnThePeers() throws Exception {
    for (RaftHandle member : members.values()) {
      // One of them may only follow: without it the others were a majority.
      await().atMost(PATIENCE).until(() -> member.raft().commitIndex() >= rotten);
      member.snapshot();
    }
  }

  private Path compactOnAToo() throws Exception {
    compactOnThePeers();
    Path file = Files.createDirectories(home.resolve("snapshots-A")).resolve("snapshot");
    Files.copy(home.resolve("snapshots-B/snapshot"), file);
    own = journal("A", 1);
    own.blocking().compact(Snapshot.decode(Files.readAllBytes(file)).index());
    own.close();
    return file;
  }

  private void awaitLoss(String words) {
    await().atMost(PATIENCE).until(() -> node.state().waitsFor().contains(words));
  }

  /** With everything that was ever answered. */
  private void awaitJoined() {
    await().atMost(PATIENCE).until(() -> node.state().waitsFor().isEmpty());
    assertThat(node.local("rotten")).contains(ROTTEN);
    assertThat(node.local("key")).contains("value-9");
    await().atMost(PATIENCE).until(() -> answers("another", "value"));
  }

  private void rot() throws IOException {
    int found = 0;
    try (Stream<Path> files = Files.list(home.resolve("A"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".seg")).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (content.contains(ROTTEN)) {
          flipBit(file, content.indexOf(ROTTEN));
          found++;
        }
      }
    }
    assertThat(found).isEqualTo(1);
  }

  private static void flipBit(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer content = ByteBuffer.allocate(1);
      channel.read(content, at);
      content.put(0, (byte) (content.get(0) ^ 1)).flip();
      channel.write(content, at);
    }
  }

  private long slotOf(String value) {
    for (long slot = 1; slot <= own.status().committedThrough(); slot++) {
      if (own.slot(slot) instanceof SlotState.Committed found
          && new String(found.value().toByteArray(), StandardCharsets.ISO_8859_1).contains(value)) {
        return slot;
      }
    }
    throw new AssertionError("not committed: " + value);
  }

  private PaxosJournal journal(String name, int number) {
    return PaxosJournal.open(JournalOptions.builder(home.resolve(name), "test", number).build());
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

package dev.paxosjournal.samples.replicatedkv.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import dev.paxosjournal.samples.replicatedkv.store.Command;
import dev.paxosjournal.samples.replicatedkv.store.KeyValueMap;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.Log;
import org.jgroups.raft.RaftHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RaftNodeTest {
  @TempDir Path home;

  /**
   * After a crash the others may see a node's last life still; the engine refuses the new one then.
   */
  @Test
  void aNodeThatIsStillSeenAsAMemberJoinsOnceItsPlaceIsGivenUp() throws Exception {
    Map<String, NodeProperties.Peer> peers = new TreeMap<>();
    Map<String, Integer> ports = new TreeMap<>();
    for (String name : new String[] {"A", "B"}) {
      int port = freePort();
      ports.put(name, port);
      peers.put(name, new NodeProperties.Peer(port, URI.create("http://127.0.0.1:1")));
    }
    NodeProperties properties =
        new NodeProperties(
            "B", peers, home.resolve("b"), DataSize.ofMegabytes(1), Duration.ofSeconds(1), false);

    try (PaxosJournal former = journal("former", 3);
        PaxosJournal own = journal("own", 2);
        JChannel formerLife = channel(ports, former)) {
      formerLife.connect("replicated-kv");
      RaftNode node = node(properties, own);
      node.start();
      try {
        await(() -> node.state().waitsFor().contains("duplicate members"));
        formerLife.disconnect();
        await(() -> node.state().waitsFor().isEmpty());
        assertThat(node.state().role()).isNotEqualTo("none");
      } finally {
        node.stop();
      }
    }
  }

  /** The others were partitioned away, had an election, and came back without its outcome. */
  @Test
  void aLeaderThatNobodyFollowsAnyMoreJoinsAgainAndThereIsALeader() throws Exception {
    Map<String, NodeProperties.Peer> peers = new TreeMap<>();
    Map<String, Integer> ports = new TreeMap<>();
    for (String name : new String[] {"A", "B", "C"}) {
      int port = freePort();
      ports.put(name, port);
      peers.put(name, new NodeProperties.Peer(port, URI.create("http://127.0.0.1:1")));
    }
    NodeProperties properties =
        new NodeProperties(
            "A", peers, home.resolve("a"), DataSize.ofMegabytes(1), Duration.ofSeconds(1), false);
    Command put = new Command(Command.Kind.PUT, "key", "value");

    try (PaxosJournal own = journal("own", 1);
        PaxosJournal ofB = journal("of-b", 2);
        PaxosJournal ofC = journal("of-c", 3)) {
      RaftHandle b = member("B", ports, ofB);
      RaftHandle c = member("C", ports, ofC);
      RaftNode node = node(properties, own);
      node.start();
      try {
        await(() -> node.state().waitsFor().isEmpty());
        b.channel().connect("replicated-kv");
        c.channel().connect("replicated-kv");
        await(() -> node.state().role().equals("Leader"));
        node.submit(put);

        long term = node.state().term();
        b.raft().setLeaderAndTerm(null, term + 1);
        c.raft().setLeaderAndTerm(null, term + 1);

        assertThatThrownBy(() -> node.submit(put)).isInstanceOf(NotAnswered.class);
        await(() -> node.state().term() > term && answers(node, put));
      } finally {
        node.stop();
        b.channel().close();
        c.channel().close();
      }
    }
  }

  private static RaftNode node(NodeProperties properties, PaxosJournal journal) {
    JournalLog log = new JournalLog(journal, properties.snapshots());
    return new RaftNode(properties, journal, log, new Peers(properties, journal));
  }

  private static boolean answers(RaftNode node, Command command) {
    try {
      node.submit(command);
      return true;
    } catch (NotAnswered notYet) {
      return false;
    }
  }

  private RaftHandle member(String name, Map<String, Integer> ports, PaxosJournal journal)
      throws Exception {
    Log log = new JournalLog(journal, home.resolve("snapshots-" + name));
    JChannel channel = EngineStack.channel(name, ports, log, 1_000_000);
    return new RaftHandle(channel, new KeyValueMap()).raftId(name);
  }

  private PaxosJournal journal(String name, int node) throws Exception {
    return PaxosJournal.open(JournalOptions.builder(home.resolve(name), "test", node).build());
  }

  /** The same member of the engine, at another address. */
  private JChannel channel(Map<String, Integer> ports, PaxosJournal journal) throws Exception {
    Map<String, Integer> atPortOfA = new TreeMap<>(ports);
    atPortOfA.put("B", ports.get("A"));
    atPortOfA.put("A", ports.get("B"));
    JChannel channel =
        EngineStack.channel(
            "B", atPortOfA, new JournalLog(journal, home.resolve("snapshots")), 1_000_000);
    return new RaftHandle(channel, new KeyValueMap()).raftId("B").channel();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void await(BooleanSupplier reached) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      boolean unused = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }
  }
}

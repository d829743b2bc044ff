package dev.paxosjournal.samples.replicatedkv.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import dev.paxosjournal.samples.replicatedkv.raftlog.Snapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.unit.DataSize;

/** Node A cannot read what is committed, and asks B over HTTP. No engine runs on either. */
class LostEntriesTest {
  private static final int ENTRIES = 5;
  private static final long ROTTEN = 2;
  private static final long TERM = 3;

  @TempDir Path home;
  private HttpServer http;
  private PaxosJournal ofPeer;
  private JournalLog peer;
  private PaxosJournal own;
  private JournalLog log;
  private LostEntries lost;
  private boolean peerIsAway;

  @BeforeEach
  void twoNodesWithTheSameEntries() throws Exception {
    ofPeer = journal("B", 2);
    peer = filled("B", ofPeer);
    PeerController controller = new PeerController(ofPeer, peer);
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/committed/", exchange -> answer(exchange, controller.committed(slotIn(exchange))));
    http.createContext("/snapshot", exchange -> answer(exchange, controller.snapshot()));
    http.start();
    own = journal("A", 1);
    filled("A", own);
    own.close();
  }

  @AfterEach
  void close() {
    http.stop(0);
    own.close();
    ofPeer.close();
  }

  private PaxosJournal journal(String name, int number) {
    return PaxosJournal.open(JournalOptions.builder(home.resolve(name), "test", number).build());
  }

  private Path snapshots(String name) {
    return home.resolve("snapshots-" + name);
  }

  private JournalLog filled(String name, PaxosJournal journal) throws Exception {
    JournalLog filled = new JournalLog(journal, snapshots(name));
    filled.restore();
    filled.currentTerm(TERM);
    LogEntries entries = new LogEntries();
    for (int i = 1; i <= ENTRIES; i++) {
      entries.add(new LogEntry(TERM, command(i)));
    }
    filled.append(1, entries);
    filled.commitIndex(ENTRIES);
    return filled;
  }

  private static byte[] command(long index) {
    return ("the-entry-" + index).getBytes(StandardCharsets.US_ASCII);
  }

  private static long slotIn(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
  }

  private void answer(HttpExchange exchange, ResponseEntity<byte[]> answer) throws IOException {
    HttpStatus status =
        peerIsAway
            ? HttpStatus.SERVICE_UNAVAILABLE
            : HttpStatus.valueOf(answer.getStatusCode().value());
    byte[] body = answer.getBody() == null || peerIsAway ? new byte[0] : answer.getBody();
    exchange.sendResponseHeaders(status.value(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void openA() throws IOException {
    own = journal("A", 1);
    NodeProperties properties =
        new NodeProperties(
            "A",
            Map.of(
                "A",
                new NodeProperties.Peer(1, URI.create("http://127.0.0.1:1")),
                "B",
                new NodeProperties.Peer(
                    2, URI.create("http://127.0.0.1:" + http.getAddress().getPort()))),
            snapshots("A"),
            DataSize.ofMegabytes(1),
            Duration.ofSeconds(1),
            false);
    log = new JournalLog(own, snapshots("A"));
    lost = new LostEntries(own, log, new Peers(properties, own));
  }

  private void rot() throws IOException {
    String wanted = new String(command(ROTTEN), StandardCharsets.US_ASCII);
    int found = 0;
    try (Stream<Path> files = Files.list(home.resolve("A"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".seg")).toList()) {
        byte[] content = Files.readAllBytes(file);
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(wanted);
        if (at >= 0) {
          content[at] ^= 1;
          Files.write(file, content);
          found++;
        }
      }
    }
    assertThat(found).isEqualTo(1);
  }

  private void compact(JournalLog compacted, long through) throws Exception {
    compacted.setSnapshot(ByteBuffer.wrap(new byte[] {7, 8, 9}));
    compacted.truncate(through);
  }

  private LostEntries.Loss loss() {
    return lost.find().orElseThrow();
  }

  private void keepsTheRest(JournalStatus before) throws IOException {
    assertThat(lost.find()).isEmpty();
    assertThat(own.status().damaged()).isZero();
    assertThat(own.status().committedThrough()).isEqualTo(before.committedThrough());
    assertThat(own.status().highestSlot()).isEqualTo(before.highestSlot());
    assertThat(own.raft().registered().orElseThrow().term()).isEqualTo(TERM);
    assertThat(own.slot(ENTRIES)).isInstanceOf(SlotState.Committed.class);
    log.restore();
    assertThat(log.get(ENTRIES).command()).isEqualTo(command(ENTRIES));
  }

  @Test
  void whereEverythingCanBeReadNothingIsMissed() throws Exception {
    openA();
    assertThat(lost.find()).isEmpty();
  }

  @Test
  void slotThatThePeerStillHasIsHealedFromIt() throws Exception {
    rot();
    openA();
    JournalStatus before = own.status();
    assertThat(loss().what()).isEqualTo("1 damaged slots, the first is " + ROTTEN);

    assertThat(lost.askForSlots()).startsWith("healed 1 of 1 damaged slots");

    keepsTheRest(before);
    assertThat(own.slot(ROTTEN)).isEqualTo(ofPeer.slot(ROTTEN));
    assertThat(own.status().firstAvailable()).isEqualTo(1);
  }

  @Test
  void slotThatThePeerCompactedIsCoveredByItsSnapshot() throws Exception {
    compact(peer, 3);
    rot();
    openA();
    JournalStatus before = own.status();
    assertThat(loss().snapshotThrough()).isEqualTo(ROTTEN);

    assertThat(lost.askForSlots()).startsWith("healed 0 of 1").contains("compacted there");
    assertThat(lost.askForSnapshot(loss())).startsWith("installed a peer's snapshot through");

    keepsTheRest(before);
    assertThat(own.slot(ROTTEN)).isInstanceOf(SlotState.Compacted.class);
    assertThat(log.saved()).isEqualTo(peer.saved());
    own.close();
    openA();
    keepsTheRest(before);
  }

  @Test
  void snapshotThatRottedOrIsGoneIsReplacedByThatOfThePeer() throws Exception {
    compact(peer, 3);
    for (boolean gone : List.of(false, true)) {
      openA();
      log.restore();
      compact(log, 3);
      JournalStatus before = own.status();
      own.close();
      Path file = snapshots("A").resolve("snapshot");
      if (gone) {
        Files.delete(file);
      } else {
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
      }

      openA();
      assertThat(loss().what()).contains("its snapshot");
      assertThat(lost.askForSnapshot(loss())).startsWith("installed a peer's snapshot through");

      keepsTheRest(before);
      assertThat(log.saved()).isEqualTo(peer.saved());
      own.close();
    }
  }

  @Test
  void snapshotThatDoesNotReachSoFarOrDoesNotComeChangesNothing() throws Exception {
    rot();
    openA();
    for (boolean away : List.of(false, true)) {
      peerIsAway = away;
      assertThat(lost.askForSnapshot(loss()))
          .startsWith("no peer that answers has a snapshot through " + ROTTEN);
      assertThat(own.slot(ROTTEN)).isInstanceOf(SlotState.Damaged.class);
      assertThat(own.status().firstAvailable()).isEqualTo(1);
      assertThat(log.saved().map(Snapshot::index)).isEmpty();
    }
  }
}

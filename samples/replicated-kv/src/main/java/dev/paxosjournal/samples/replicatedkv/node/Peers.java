package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.samples.replicatedkv.raftlog.Snapshot;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Asks the other nodes, one after the other, for what is committed there. */
@Component
final class Peers implements RepairSource {
  private static final Logger log = LoggerFactory.getLogger(Peers.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int OK = 200;
  private static final int GONE = 410;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final PaxosJournal journal;
  private final List<URI> others;

  Peers(NodeProperties properties, PaxosJournal journal) {
    this.journal = journal;
    this.others =
        properties.peers().entrySet().stream()
            .filter(peer -> !peer.getKey().equals(properties.node()))
            .map(Map.Entry::getValue)
            .map(NodeProperties.Peer::http)
            .toList();
  }

  @Override
  public Optional<Accept> committed(long slot) throws IOException {
    if (slot > journal.status().committedThrough()) {
      // Committed out of order it would stand above entries that the leader may still replace.
      throw new IOException("not known to be committed here; the leader sends it again");
    }
    IOException unreachable = null;
    boolean compacted = false;
    for (URI peer : others) {
      try {
        HttpResponse<byte[]> answer = ask(peer.resolve("/committed/" + slot));
        if (answer.statusCode() == OK && answer.body().length >= 12) {
          ByteBuffer body = ByteBuffer.wrap(answer.body());
          Ballot ballot = new Ballot(body.getLong(), body.getInt());
          return Optional.of(new Accept(slot, ballot, Value.copyOf(body)));
        }
        compacted |= answer.statusCode() == GONE;
      } catch (IOException failure) {
        unreachable = failure;
      }
    }
    if (compacted) {
      throw new IOException(
          "compacted there; POST /raft/repair here gets a snapshot that covers it");
    }
    if (unreachable != null) {
      throw unreachable;
    }
    return Optional.empty();
  }

  /** Of the peers that answer, the snapshot that reaches farthest. */
  Optional<Snapshot> snapshot() {
    Optional<Snapshot> farthest = Optional.empty();
    for (URI peer : others) {
      try {
        HttpResponse<byte[]> answer = ask(peer.resolve("/snapshot"));
        if (answer.statusCode() == OK) {
          Snapshot offered = Snapshot.decode(answer.body());
          if (farthest.map(Snapshot::index).orElse(-1L) < offered.index()) {
            farthest = Optional.of(offered);
          }
        }
      } catch (IOException failure) {
        log.warn("no snapshot from {}: {}", peer, failure.toString());
      }
    }
    return farthest;
  }

  private HttpResponse<byte[]> ask(URI what) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(what).timeout(PATIENCE).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + what, interrupted);
    }
  }
}

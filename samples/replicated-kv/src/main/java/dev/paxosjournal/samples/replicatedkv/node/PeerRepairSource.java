package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
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
import org.springframework.stereotype.Component;

/** Asks the other nodes, one after the other, for a slot that is committed there. */
@Component
final class PeerRepairSource implements RepairSource {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final List<URI> others;

  PeerRepairSource(NodeProperties properties) {
    this.others =
        properties.peers().entrySet().stream()
            .filter(peer -> !peer.getKey().equals(properties.node()))
            .map(Map.Entry::getValue)
            .map(NodeProperties.Peer::http)
            .toList();
  }

  @Override
  public Optional<Accept> committed(long slot) throws IOException {
    IOException unreachable = null;
    for (URI peer : others) {
      try {
        Optional<Accept> found = ask(peer, slot);
        if (found.isPresent()) {
          return found;
        }
      } catch (IOException failure) {
        unreachable = failure;
      }
    }
    if (unreachable != null) {
      throw unreachable;
    }
    return Optional.empty();
  }

  private Optional<Accept> ask(URI peer, long slot) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(peer.resolve("/committed/" + slot)).timeout(PATIENCE).build();
    HttpResponse<byte[]> answer;
    try {
      answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking " + peer, interrupted);
    }
    if (answer.statusCode() != 200 || answer.body().length < 12) {
      return Optional.empty();
    }
    ByteBuffer body = ByteBuffer.wrap(answer.body());
    Ballot ballot = new Ballot(body.getLong(), body.getInt());
    return Optional.of(new Accept(slot, ballot, Value.copyOf(body)));
  }
}

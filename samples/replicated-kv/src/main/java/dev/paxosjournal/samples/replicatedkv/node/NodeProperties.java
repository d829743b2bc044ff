package dev.paxosjournal.samples.replicatedkv.node;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What makes this node one of three.
 *
 * @param node its name, one of the peers
 * @param peers all nodes, this one included
 * @param snapshots where its snapshots lie
 * @param snapshotEvery a snapshot is taken, and the log compacted, after so much of it
 * @param answerTimeout how long a client waits for a majority
 * @param repairAtStart whether damaged slots are asked of the peers before the node joins; if not,
 *     it waits for somebody to repair them from the console
 */
@ConfigurationProperties("kv")
public record NodeProperties(
    String node,
    Map<String, Peer> peers,
    Path snapshots,
    @DefaultValue("1MB") DataSize snapshotEvery,
    @DefaultValue("5s") Duration answerTimeout,
    @DefaultValue("false") boolean repairAtStart) {

  /**
   * One node.
   *
   * @param raftPort where its engine listens, on the loopback interface
   * @param http where its clients and peers ask
   */
  public record Peer(int raftPort, URI http) {}

  /** Checks that this node is one of the peers. */
  public NodeProperties {
    if (!peers.containsKey(node)) {
      throw new IllegalArgumentException("kv.node is " + node + ", which is not among kv.peers");
    }
  }
}

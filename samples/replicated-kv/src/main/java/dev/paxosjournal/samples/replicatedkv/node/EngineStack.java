package dev.paxosjournal.samples.replicatedkv.node;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.protocols.raft.ELECTION2;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.NO_DUPES;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.REDIRECT;

/** The engine's protocols: TCP on the loopback interface, peers known by port, no multicast. */
public final class EngineStack {
  private EngineStack() {}

  /**
   * A channel that is not connected yet.
   *
   * @param ports of all nodes, by name
   * @param log where the engine keeps its entries
   * @param mostLogBytes after so much log the engine takes a snapshot
   */
  public static JChannel channel(
      String node, Map<String, Integer> ports, Log log, long mostLogBytes) throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    List<InetSocketAddress> hosts =
        ports.values().stream().map(port -> new InetSocketAddress(loopback, port)).toList();
    TCP tcp = new TCP();
    tcp.setBindAddress(loopback).setBindPort(ports.getOrDefault(node, 0)).setPortRange(0);
    tcp.getDiagnosticsHandler();
    RAFT raft =
        new RAFT()
            .members(ports.keySet())
            .raftId(node)
            .log(log)
            .logUseFsync(true)
            .maxLogCacheSize(0)
            .maxLogSize(mostLogBytes)
            .resendInterval(500);
    JChannel channel =
        new JChannel(
            tcp,
            new TCPPING().<TCPPING>setInitialHosts(hosts).setPortRange(0),
            new MERGE3().setMinInterval(1_000).setMaxInterval(3_000),
            new FD_SOCK2().setBindAddress(loopback).setPortRange(20),
            new FD_ALL3().setTimeout(4_000).setInterval(1_000),
            new VERIFY_SUSPECT2().setTimeout(500),
            new NAKACK2(),
            new UNICAST3(),
            new STABLE(),
            new NO_DUPES(),
            new GMS().setJoinTimeout(2_000),
            new UFC(),
            new MFC(),
            new FRAG4(),
            new ELECTION2(),
            raft,
            new REDIRECT());
    return channel.name(node);
  }
}

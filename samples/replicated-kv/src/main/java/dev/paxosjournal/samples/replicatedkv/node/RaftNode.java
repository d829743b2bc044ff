package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RepairSource;
import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import dev.paxosjournal.samples.replicatedkv.store.Command;
import dev.paxosjournal.samples.replicatedkv.store.KeyValueMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.util.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The engine on this node's journal. It joins in the background, so that the console can be reached
 * while a damaged journal waits for repair.
 */
@Component
public final class RaftNode implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RaftNode.class);
  private static final String CLUSTER = "replicated-kv";

  private final NodeProperties properties;
  private final PaxosJournal journal;
  private final RepairSource peers;
  private final JournalLog journalLog;
  private volatile KeyValueMap values = new KeyValueMap();
  private volatile @Nullable RaftHandle handle;
  private volatile String waitsFor = "not started";
  private @Nullable Thread joining;

  /** Made by the application. */
  public RaftNode(NodeProperties properties, PaxosJournal journal, RepairSource peers) {
    this.properties = properties;
    this.journal = journal;
    this.peers = peers;
    this.journalLog = new JournalLog(journal, properties.snapshots());
  }

  /** What clients see of a node. */
  public record State(
      String node,
      String role,
      String leader,
      long term,
      long firstAppended,
      long commitIndex,
      long lastAppended,
      int keys,
      long damaged,
      String waitsFor) {}

  @Override
  public void start() {
    Thread thread = new Thread(this::join, "join-" + properties.node());
    thread.setDaemon(true);
    joining = thread;
    thread.start();
  }

  private void join() {
    try {
      while (!committedSlotsAreReadable()) {
        waitsFor = "repair: " + journal.status().damaged() + " damaged slots";
        if (properties.repairAtStart()) {
          log.info("repair before joining: {}", repair());
        }
        TimeUnit.MILLISECONDS.sleep(500);
      }
      while (true) {
        waitsFor = "the engine";
        RaftHandle joined = connected();
        while (joined == null) {
          TimeUnit.MILLISECONDS.sleep(1_000);
          joined = connected();
        }
        handle = joined;
        waitsFor = "";
        log.info("node={} joined {}", properties.node(), joined.channel().getView());
        String standstill = new Standstill(joined, journalLog).await();
        log.warn("node={} leaves and joins again: {}", properties.node(), standstill);
        handle = null;
        waitsFor = "the engine to begin anew: " + standstill;
        joined.channel().close();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      waitsFor = "a restart: " + failure.getMessage();
      log.error("node={} cannot join", properties.node(), failure);
    }
  }

  /**
   * Joins, or tells why not. The others refuse a node that they see as one of them already: after a
   * crash that they have not noticed yet, or when their answer to its first request came too late.
   * They give its place up by and by.
   */
  private @Nullable RaftHandle connected() throws Exception {
    journalLog.restore();
    values = new KeyValueMap();
    Map<String, Integer> ports = new TreeMap<>();
    properties.peers().forEach((name, peer) -> ports.put(name, peer.raftPort()));
    JChannel channel =
        EngineStack.channel(
            properties.node(), ports, journalLog, properties.snapshotEvery().toBytes());
    RaftHandle joined = new RaftHandle(channel, values).raftId(properties.node());
    try {
      channel.connect(CLUSTER);
      return joined;
    } catch (SecurityException refused) {
      channel.close();
      waitsFor = "its former place in the cluster to be given up: " + refused.getMessage();
      log.warn("node={} is refused and tries again: {}", properties.node(), refused.getMessage());
      return null;
    } catch (Exception failure) {
      channel.close();
      throw failure;
    }
  }

  /** The engine reads every committed entry when it starts; a damaged one must be healed first. */
  private boolean committedSlotsAreReadable() {
    JournalStatus status = journal.status();
    for (long slot = status.firstAvailable(); slot <= status.committedThrough(); slot++) {
      journal.slot(slot);
    }
    status = journal.status();
    return status.damaged() == 0 || lowestDamaged(status) > status.committedThrough();
  }

  private long lowestDamaged(JournalStatus status) {
    for (long slot = status.firstAvailable(); slot <= status.committedThrough(); slot++) {
      if (journal.slot(slot) instanceof dev.paxosjournal.paxos.SlotState.Damaged) {
        return slot;
      }
    }
    return Long.MAX_VALUE;
  }

  /** Asks the peers for each damaged slot that is committed there. */
  public String repair() {
    return journal.repair(peers).join().toString();
  }

  /**
   * Has a majority agree on a command.
   *
   * @return the value before it
   * @throws NotAnswered if nobody leads, or no majority answered in time; then the command may
   *     still be carried out
   */
  public Optional<String> submit(Command command) {
    RaftHandle present = handle;
    if (present == null) {
      throw new NotAnswered(false, "this node has not joined yet; it waits for " + waitsFor);
    }
    byte[] bytes = command.encode();
    boolean sent = false;
    try {
      CompletableFuture<byte[]> answer = present.setAsync(bytes, 0, bytes.length);
      sent = true;
      return Command.decodeAnswer(
          answer.get(properties.answerTimeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new NotAnswered(sent, "interrupted");
    } catch (TimeoutException late) {
      throw new NotAnswered(true, "no majority answered in " + properties.answerTimeout());
    } catch (ExecutionException | CompletionException failure) {
      throw new NotAnswered(true, String.valueOf(failure.getCause()));
    } catch (Exception refused) {
      throw new NotAnswered(sent, String.valueOf(refused.getMessage()));
    }
  }

  /** What this node knows of a key by itself; may lag behind. */
  public Optional<String> local(String key) {
    return values.get(key);
  }

  /** This node's view of the cluster. */
  public State state() {
    RaftHandle present = handle;
    JournalStatus status = journal.status();
    if (present == null) {
      return new State(properties.node(), "none", "", 0, 0, 0, 0, 0, status.damaged(), waitsFor);
    }
    RAFT raft = present.raft();
    return new State(
        properties.node(),
        raft.role(),
        nameOf(raft.leader()),
        raft.currentTerm(),
        journalLog.firstAppended(),
        raft.commitIndex(),
        raft.lastAppended(),
        values.size(),
        status.damaged(),
        waitsFor);
  }

  private static String nameOf(@Nullable Address address) {
    return address == null ? "" : Utils.extractRaftId(address);
  }

  @Override
  public void stop() {
    Thread thread = joining;
    if (thread != null) {
      thread.interrupt();
    }
    RaftHandle present = handle;
    handle = null;
    if (present != null) {
      present.channel().close();
    }
  }

  @Override
  public boolean isRunning() {
    return joining != null;
  }

  /** After the journal, before the web server. */
  @Override
  public int getPhase() {
    return 0;
  }
}

package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
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
import java.util.concurrent.locks.ReentrantLock;
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
  private final JournalLog journalLog;
  private final LostEntries lost;
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile KeyValueMap values = new KeyValueMap();
  private volatile @Nullable RaftHandle handle;
  private volatile String waitsFor = "not started";
  private volatile String lastRepair = "";
  private @Nullable Thread joining;

  RaftNode(NodeProperties properties, PaxosJournal journal, JournalLog journalLog, Peers peers) {
    this.properties = properties;
    this.journal = journal;
    this.journalLog = journalLog;
    this.lost = new LostEntries(journal, journalLog, peers);
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
    waitsFor = "the engine";
    Thread thread = new Thread(this::join, "join-" + properties.node());
    thread.setDaemon(true);
    joining = thread;
    thread.start();
  }

  private void join() {
    try {
      while (true) {
        awaitEntries();
        RaftHandle joined = connected();
        if (joined == null) {
          TimeUnit.MILLISECONDS.sleep(1_000);
          continue;
        }
        waitsFor = "";
        log.info("node={} joined {}", properties.node(), joined.channel().getView());
        String standstill = new Standstill(joined, journalLog).await();
        log.warn("node={} leaves and joins again: {}", properties.node(), standstill);
        waitsFor = "the engine to begin anew: " + standstill;
        leave(joined);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      waitsFor = "a restart: " + failure.getMessage();
      log.error("node={} cannot join", properties.node(), failure);
    }
  }

  /** Waits until everything committed can be read, and says what to do if it cannot. */
  private void awaitEntries() throws InterruptedException {
    String told = "";
    while (true) {
      Optional<LostEntries.Loss> loss = lost.find();
      if (loss.isEmpty()) {
        waitsFor = told.isEmpty() ? waitsFor : "the engine";
        lastRepair = "";
        return;
      }
      String what = "repair: " + loss.get().what();
      waitsFor = what + "; POST /raft/repair asks the peers" + lastRepair;
      if (!what.equals(told)) {
        told = what;
        log.error("node={} waits for {}", properties.node(), waitsFor);
      }
      if (properties.repairAtStart()) {
        log.info("repair before joining: {}", repair());
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  /**
   * Joins, or tells why not. The others refuse a node that they see as one of them already: after a
   * crash that they have not noticed yet, or when their answer to its first request came too late.
   * They give its place up by and by.
   */
  private @Nullable RaftHandle connected() throws Exception {
    connecting.lock();
    try {
      handle = connect();
      return handle;
    } finally {
      connecting.unlock();
    }
  }

  private void leave(RaftHandle joined) {
    connecting.lock();
    try {
      handle = null;
      joined.channel().close();
    } finally {
      connecting.unlock();
    }
  }

  private @Nullable RaftHandle connect() throws Exception {
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

  /**
   * Asks the peers for each damaged slot that is committed there. Those that they have compacted a
   * snapshot replaces: one of theirs, or, if this node's engine runs, one of its own.
   */
  public String repair() {
    String slots = lost.askForSlots();
    Optional<LostEntries.Loss> left = lost.find();
    if (left.isEmpty()) {
      return slots;
    }
    // Not while the engine starts: it remembers where its log begins and ends.
    connecting.lock();
    try {
      RaftHandle present = handle;
      String snapshot =
          present == null ? lost.askForSnapshot(left.get()) : takeSnapshot(present, left.get());
      lastRepair = "; the last time: " + snapshot;
      return slots + "; " + snapshot;
    } finally {
      connecting.unlock();
    }
  }

  private String takeSnapshot(RaftHandle running, LostEntries.Loss loss) {
    try {
      running.snapshot();
    } catch (Exception failure) {
      return "no snapshot was taken: " + failure.getMessage();
    }
    return lost.find().isEmpty()
        ? "took a snapshot instead of " + loss.what()
        : "took a snapshot, but still lacks " + loss.what() + "; write something and try again";
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
    if (present != null) {
      present.channel().close();
      handle = null;
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

package io.microraft.impl.local;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.journal.JournalOnMemory;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * MicroRaft's tests take their store from the class of this name. This one keeps entries, term and
 * vote in a {@link PaxosJournal}, and restores what a power cut at that moment would leave: the
 * journal is opened from the forced bytes alone.
 *
 * <p>An entry at an index is an accept of that slot at the ballot of the present term, its own term
 * in the value. Endpoint, members and snapshots are the application's: small files, forced and
 * renamed, whose names are on a second disk.
 */
public final class InMemoryRaftStore implements RaftStore {
  private static final String ENDPOINT = "endpoint";
  private static final String MEMBERS = "members";
  private static final String SNAPSHOT = "snapshot";
  private static final String UNFINISHED = "unfinished";

  private final ModelCodec codec = new ModelCodec();
  private final JournalOnMemory held = JournalOnMemory.empty();
  private final PaxosJournal journal = held.journal();
  private final MemoryDisk files = new MemoryDisk();
  private final List<CompletableFuture<?>> unflushed = new ArrayList<>();

  /** Entries from this index on are to be dropped with the next ones that are written. */
  private long truncatedFrom = Long.MAX_VALUE;

  private final TreeMap<Integer, SnapshotChunk> chunks = new TreeMap<>();
  private long chunksIndex;

  /** Made by MicroRaft's tests. */
  public InMemoryRaftStore() {
    // Indexes begin at 1.
    journal.blocking().advanceFloor(1);
  }

  @Override
  public synchronized void persistAndFlushLocalEndpoint(RaftEndpointPersistentState state)
      throws IOException {
    put(ENDPOINT, codec.encodeEndpoint(state));
  }

  @Override
  public synchronized void persistAndFlushInitialGroupMembers(RaftGroupMembersView members)
      throws IOException {
    put(MEMBERS, codec.encodeMembers(members));
  }

  @Override
  public synchronized void persistAndFlushTerm(RaftTermPersistentState state) {
    Registration registration =
        state.getVotedFor() == null
            ? Registration.ofTerm(state.getTerm())
            : Registration.ofVote(state.getTerm(), codec.encodeVote(state.getVotedFor()));
    journal.raft().registerNow(registration);
  }

  @Override
  public synchronized void persistLogEntries(List<LogEntry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    long term = journal.raft().registered().map(Registration::term).orElse(0L);
    List<Accept> suffix = new ArrayList<>();
    for (LogEntry entry : entries) {
      ByteBuffer value = ByteBuffer.allocate(64 * 1024);
      value.putInt(entry.getTerm()).put(codec.encodeOperation(entry.getOperation()));
      suffix.add(new Accept(entry.getIndex(), new Ballot(term, 0), Value.copyOf(value.flip())));
    }
    // One group: a crash leaves the old end of the log or the new one.
    long from = Math.min(truncatedFrom, entries.get(0).getIndex());
    unflushed.add(journal.raft().replaceSuffix(from, suffix));
    truncatedFrom = Long.MAX_VALUE;
  }

  @Override
  public synchronized void truncateLogEntriesFrom(long index) {
    truncatedFrom = Math.min(truncatedFrom, index);
  }

  @Override
  public synchronized void truncateLogEntriesUntil(long index) {
    unflushed.add(journal.advanceFloor(index + 1));
  }

  @Override
  public synchronized void persistSnapshotChunk(SnapshotChunk chunk) {
    if (chunksIndex != chunk.getIndex()) {
      chunks.clear();
      chunksIndex = chunk.getIndex();
    }
    chunks.put(chunk.getSnapshotChunkIndex(), chunk);
  }

  @Override
  public synchronized void deleteSnapshotChunks(long index, int chunkCount) {
    if (chunksIndex == index) {
      chunks.clear();
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    if (truncatedFrom != Long.MAX_VALUE) {
      unflushed.add(journal.raft().replaceSuffix(truncatedFrom, List.of()));
      truncatedFrom = Long.MAX_VALUE;
    }
    if (!chunks.isEmpty()
        && chunks.size() == chunks.firstEntry().getValue().getSnapshotChunkCount()) {
      put(SNAPSHOT, codec.encodeSnapshot(List.copyOf(chunks.values())));
      chunks.clear();
    }
    unflushed.forEach(CompletableFuture::join);
    unflushed.clear();
  }

  private void put(String name, byte[] content) throws IOException {
    files.delete(UNFINISHED);
    try (DiskFile file = files.open(UNFINISHED, Disk.Access.CREATE)) {
      file.write(ByteBuffer.wrap(content), 0);
      file.force();
    }
    files.rename(UNFINISHED, name);
    files.forceDirectory();
  }

  /** What a node that lost its power now would find. */
  public synchronized RestoredRaftState toRestoredRaftState() {
    MemoryDisk found = files.crash(CrashStrategy.NOTHING, 0);
    try (PaxosJournal restored = held.afterPowerCut().journal()) {
      SnapshotEntry snapshot = has(found, SNAPSHOT) ? snapshot(found.read(SNAPSHOT)) : null;
      Optional<Registration> registered = restored.raft().registered();
      return new RestoredRaftState(
          has(found, ENDPOINT) ? codec.decodeEndpoint(found.read(ENDPOINT)) : null,
          has(found, MEMBERS) ? codec.decodeMembers(found.read(MEMBERS)) : null,
          registered.map(this::term).orElse(null),
          snapshot,
          entries(restored, snapshot == null ? 1 : snapshot.getIndex() + 1));
    }
  }

  private static boolean has(MemoryDisk disk, String name) {
    return disk.names().contains(name);
  }

  private SnapshotEntry snapshot(byte[] content) {
    List<SnapshotChunk> restored = codec.decodeSnapshot(content);
    SnapshotChunk first = restored.get(0);
    return new DefaultRaftModelFactory()
        .createSnapshotEntryBuilder()
        .setIndex(first.getIndex())
        .setTerm(first.getTerm())
        .setGroupMembersView(first.getGroupMembersView())
        .setSnapshotChunks(restored)
        .build();
  }

  private RaftTermPersistentState term(Registration registered) {
    return new DefaultRaftModelFactory()
        .createRaftTermPersistentStateBuilder()
        .setTerm((int) registered.term())
        .setVotedFor(registered.vote().map(codec::decodeVote).orElse(null))
        .build();
  }

  private List<LogEntry> entries(PaxosJournal restored, long from) {
    JournalStatus status = restored.status();
    List<LogEntry> entries = new ArrayList<>();
    for (long index = Math.max(from, status.firstAvailable());
        index <= status.highestSlot();
        index++) {
      if (!(restored.slot(index) instanceof SlotState.Pending pending)) {
        throw new AssertionError("an entry is missing: " + restored.slot(index));
      }
      ByteBuffer value = pending.value().asReadOnlyBuffer();
      int term = value.getInt();
      byte[] operation = new byte[value.remaining()];
      value.get(operation);
      entries.add(
          new DefaultRaftModelFactory()
              .createLogEntryBuilder()
              .setIndex(index)
              .setTerm(term)
              .setOperation(codec.decodeOperation(operation))
              .build());
    }
    return entries;
  }
}

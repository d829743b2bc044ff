package dev.paxosjournal.samples.replicatedkv.raftlog;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jspecify.annotations.Nullable;

/**
 * jgroups-raft's {@link Log} on a {@link PaxosJournal}.
 *
 * <p>An entry at an index is an accept of that slot at the ballot (present term, 0), its own term
 * in the value. The commit index is the floor of commits, an installed snapshot moves the
 * compaction floor. Term and vote are the journal's register: what this interface tells may follow
 * the entries down, the register never does. Deleted entries are dropped in the group that replaces
 * them.
 *
 * <p>A slot that is damaged and not committed ends the log that the engine sees, so that a leader
 * sends it again; until all of them are healed this node gives no vote, since it may have forgotten
 * what it acknowledged. A damaged committed slot is an error until it is repaired.
 *
 * <p>Everything is forced; {@link #useFsync} changes nothing.
 */
public final class JournalLog implements Log {
  private static final int RECENT_ENTRIES = 1024;
  private static final int NODE = 0;

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable PaxosJournal given;
  private @Nullable Path directory;
  private @Nullable PaxosJournal opened;
  private @Nullable SnapshotFile snapshots;

  private long term;
  private long firstAppended;
  private long lastAppended;
  private long commitIndex;

  /** Entries from here on were deleted, but nothing has replaced them yet. */
  private long deletedFrom = Long.MAX_VALUE;

  /** The term of the entry at {@link #firstAppended} if a snapshot stands for it, else -1. */
  private long snapshotTerm = -1;

  private @Nullable Snapshot snapshot;
  private final TreeMap<Long, LogEntry> recent = new TreeMap<>();

  /** The ballots of entries that are not committed. */
  private final TreeMap<Long, Ballot> uncommitted = new TreeMap<>();

  private volatile @Nullable Throwable failedCommit;

  /**
   * Opens a journal of its own, in the directory that {@link #init} names. Its arguments, all
   * optional: {@code cluster}, {@code node}, {@code segment_bytes}, {@code max_value_bytes}.
   */
  public JournalLog() {}

  /**
   * On a journal that others see, too; who opened it closes it.
   *
   * @param directory for the snapshots
   */
  public JournalLog(PaxosJournal journal, Path directory) {
    this.given = journal;
    this.directory = directory;
  }

  @Override
  public void init(String name, @Nullable Map<String, String> args) throws Exception {
    if (given == null) {
      directory = Path.of(name);
    }
    Path home = directory();
    Files.createDirectories(home);
    if (given == null) {
      Map<String, String> options = args == null ? Map.of() : args;
      JournalOptions.Builder builder =
          JournalOptions.builder(
              home.resolve("journal"),
              options.getOrDefault("cluster", "jgroups-raft"),
              Integer.parseInt(options.getOrDefault("node", "1")));
      String mostBytes = options.get("max_value_bytes");
      if (mostBytes != null) {
        builder.maxValueBytes(Integer.parseInt(mostBytes));
      }
      String segmentBytes = options.get("segment_bytes");
      if (segmentBytes != null) {
        builder.segmentBytes(Long.parseLong(segmentBytes));
      }
      opened = PaxosJournal.open(builder.build());
    }
    snapshots = new SnapshotFile(home);
    restore();
  }

  /** For a journal that is given: reads what it holds. Call it before the engine starts. */
  public void restore() throws IOException {
    lock.lock();
    try {
      if (snapshots == null) {
        Files.createDirectories(directory());
        snapshots = new SnapshotFile(directory());
      }
      restoreState(snapshots);
    } finally {
      lock.unlock();
    }
  }

  private void restoreState(SnapshotFile file) throws IOException {
    PaxosJournal journal = journal();
    if (journal.status().firstAvailable() == 0) {
      // Indexes begin at 1.
      journal.blocking().advanceFloor(1);
    }
    snapshot = readable(file);
    if (snapshot != null && snapshot.index() >= journal.status().firstAvailable()) {
      // The last life ended between the snapshot and what follows from it.
      installFloor(snapshot);
    }
    JournalStatus status = journal.status();
    long floor = status.firstAvailable();
    snapshotTerm = snapshot != null && snapshot.index() == floor - 1 ? snapshot.term() : -1;
    firstAppended = snapshotTerm >= 0 ? floor - 1 : floor == 1 ? 0 : floor;
    commitIndex = Math.max(status.committedThrough(), firstAppended);
    term = registered().map(Registration::term).orElse(0L);
    recent.clear();
    uncommitted.clear();
    deletedFrom = Long.MAX_VALUE;
    failedCommit = null;
    lastAppended = commitIndex;
    while (journal.slot(lastAppended + 1) instanceof SlotState.Pending pending) {
      lastAppended++;
      uncommitted.put(lastAppended, pending.ballot());
    }
  }

  /** A log that begins with its first entry does without a snapshot that cannot be read. */
  private @Nullable Snapshot readable(SnapshotFile file) throws IOException {
    try {
      return file.read();
    } catch (IOException unreadable) {
      if (journal().status().firstAvailable() > 1) {
        throw unreadable;
      }
      return null;
    }
  }

  /**
   * What lies below a snapshot is not needed; its own last entry stays if it is there. What follows
   * stays, too, since it may have been acknowledged, unless another entry, or a lower term behind
   * it, shows that it belongs to another history (Raft, section 7).
   */
  private void installFloor(Snapshot installed) {
    long index = installed.index();
    OptionalLong term = readableTerm(index);
    boolean kept = term.isPresent() && term.getAsLong() == installed.term();
    if (!kept && index > journal().status().committedThrough()) {
      OptionalLong next = readableTerm(index + 1);
      if (term.isPresent()) {
        uninterrupted(() -> journal().raft().replaceSuffixNow(index, List.of()));
      } else if (next.isPresent() && next.getAsLong() < installed.term()) {
        uninterrupted(() -> journal().raft().replaceSuffixNow(index + 1, List.of()));
      }
    }
    uninterrupted(() -> journal().blocking().advanceFloor(kept ? index : index + 1));
  }

  private OptionalLong readableTerm(long index) {
    SlotState state = journal().slot(index);
    if (state instanceof SlotState.Committed committed) {
      return OptionalLong.of(EntryCodec.termOf(committed.value()));
    }
    return state instanceof SlotState.Pending pending
        ? OptionalLong.of(EntryCodec.termOf(pending.value()))
        : OptionalLong.empty();
  }

  private PaxosJournal journal() {
    PaxosJournal journal = given != null ? given : opened;
    if (journal == null) {
      throw new IllegalStateException("the log is not open; call init first");
    }
    return journal;
  }

  private Path directory() {
    if (directory == null) {
      throw new IllegalStateException("the log has no directory; call init first");
    }
    return directory;
  }

  private SnapshotFile snapshots() {
    if (snapshots == null) {
      throw new IllegalStateException("the log is not open; call init first");
    }
    return snapshots;
  }

  private Optional<Registration> registered() {
    return journal().raft().registered();
  }

  /** Before it is open and after it was closed a log holds nothing; the engine's cache asks. */
  private boolean isOpen() {
    return given != null || opened != null;
  }

  @Override
  public Log useFsync(boolean force) {
    return this;
  }

  @Override
  public boolean useFsync() {
    return true;
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      PaxosJournal own = opened;
      if (own != null || given != null) {
        dropDeleted();
      }
      if (own != null) {
        own.close();
        opened = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private void dropDeleted() {
    if (deletedFrom != Long.MAX_VALUE && journal().status().state() == JournalStatus.State.OPEN) {
      long from = deletedFrom;
      uninterrupted(() -> journal().raft().replaceSuffixNow(from, List.of()));
      deletedFrom = Long.MAX_VALUE;
    }
  }

  @Override
  public void delete() throws IOException {
    close();
    if (given != null) {
      throw new IllegalStateException("the journal belongs to somebody else; it is not deleted");
    }
    if (snapshots != null) {
      snapshots.delete();
    }
    Path journal = directory().resolve("journal");
    if (Files.exists(journal)) {
      try (Stream<Path> files = Files.walk(journal)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    try (Stream<Path> left = Files.list(directory())) {
      if (left.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(directory());
  }

  // Term and vote.

  @Override
  public long currentTerm() {
    lock.lock();
    try {
      return term;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Log currentTerm(long newTerm) {
    lock.lock();
    try {
      raiseTerm(newTerm);
      // The engine's threads may tell their terms out of order.
      term = registered().map(Registration::term).orElse(newTerm);
      return this;
    } finally {
      lock.unlock();
    }
  }

  private void raiseTerm(long newTerm) {
    if (registered().map(known -> known.term() < newTerm).orElse(true)) {
      uninterrupted(() -> journal().raft().registerNow(Registration.ofTerm(newTerm)));
    }
  }

  @Override
  public @Nullable Address votedFor() {
    if (!isOpen()) {
      return null;
    }
    return registered().flatMap(Registration::vote).map(EntryCodec::decodeAddress).orElse(null);
  }

  @Override
  public Log votedFor(@Nullable Address member) {
    if (member == null) {
      // A higher term forgot the vote already, and that of this term must not be forgotten.
      return this;
    }
    lock.lock();
    try {
      if (journal().status().damaged() > 0) {
        throw new IllegalStateException(
            "no vote while acknowledged entries are damaged; a leader sends them again, or repair");
      }
      long voteTerm = registered().map(Registration::term).orElse(term);
      Registration vote = Registration.ofVote(voteTerm, EntryCodec.encode(member));
      uninterrupted(() -> journal().raft().registerNow(vote));
      return this;
    } finally {
      lock.unlock();
    }
  }

  // Indexes.

  @Override
  public long commitIndex() {
    lock.lock();
    try {
      return commitIndex;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Log commitIndex(long newIndex) {
    lock.lock();
    try {
      checkCommits();
      long through = Math.min(newIndex, lastAppended);
      for (long index = commitIndex + 1; index <= through; index++) {
        Ballot ballot = uncommitted.remove(index);
        if (ballot != null) {
          // Rides along with the next force; a commit that is lost is told by the leader again.
          CompletableFuture<?> unused =
              journal().commit(index, ballot).whenComplete((done, failure) -> noteFailure(failure));
        }
      }
      commitIndex = Math.max(commitIndex, through);
      return this;
    } finally {
      lock.unlock();
    }
  }

  private void noteFailure(@Nullable Throwable failure) {
    if (failure != null && !(failure instanceof JournalException.Closed)) {
      failedCommit = failure;
    }
  }

  private void checkCommits() {
    Throwable failure = failedCommit;
    if (failure != null) {
      throw new IllegalStateException("a commit failed: " + failure.getMessage(), failure);
    }
  }

  @Override
  public long firstAppended() {
    lock.lock();
    try {
      return firstAppended;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long lastAppended() {
    lock.lock();
    try {
      return lastAppended;
    } finally {
      lock.unlock();
    }
  }

  // Snapshots.

  @Override
  public void setSnapshot(ByteBuffer content) {
    Value bytes = Value.copyOf(content);
    lock.lock();
    try {
      long index = commitIndex;
      write(new Snapshot(index, index == 0 ? 0 : requiredEntry(index).term(), bytes));
    } finally {
      lock.unlock();
    }
  }

  private void write(Snapshot content) {
    try {
      snapshots().write(content);
      snapshot = content;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public @Nullable ByteBuffer getSnapshot() {
    lock.lock();
    try {
      return snapshot == null ? null : ByteBuffer.wrap(snapshot.state().toByteArray());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void truncate(long index) {
    lock.lock();
    try {
      long first = Math.min(index, commitIndex);
      if (first > firstAppended) {
        uninterrupted(() -> journal().blocking().compact(first));
        firstAppended = first;
        snapshotTerm = -1;
        recent.headMap(first, false).clear();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void reinitializeTo(long index, LogEntry entry) {
    lock.lock();
    try {
      Value bytes = snapshot == null ? Value.utf8("") : snapshot.state();
      // Durable before the floor moves: otherwise a crash leaves a log without its beginning.
      write(new Snapshot(index, entry.term(), bytes));
      if (index > commitIndex) {
        long from = commitIndex + 1;
        uninterrupted(() -> journal().raft().replaceSuffixNow(from, List.of()));
      }
      uninterrupted(() -> journal().blocking().advanceFloor(index + 1));
      raiseTerm(entry.term());
      term = entry.term();
      firstAppended = index;
      lastAppended = index;
      commitIndex = index;
      snapshotTerm = entry.term();
      deletedFrom = Long.MAX_VALUE;
      recent.clear();
      uncommitted.clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The snapshot on disk, whether or not the engine runs.
   *
   * @throws IOException if it cannot be read, or is damaged
   */
  public Optional<Snapshot> saved() throws IOException {
    return Optional.ofNullable(new SnapshotFile(directory()).read());
  }

  /**
   * Installs the snapshot of a peer, before the engine starts. Register, and what the snapshot does
   * not cover, stay.
   *
   * @throws IllegalArgumentException if it does not reach the beginning of this log, or contradicts
   *     what is committed here
   */
  public void install(Snapshot offered) throws IOException {
    lock.lock();
    try {
      long floor = journal().status().firstAvailable();
      if (offered.index() < floor - 1) {
        throw new IllegalArgumentException(
            "a snapshot through " + offered.index() + " does not reach the log, from " + floor);
      }
      if (journal().slot(offered.index()) instanceof SlotState.Committed committed
          && EntryCodec.termOf(committed.value()) != offered.term()) {
        throw new IllegalArgumentException(
            "the entry at " + offered.index() + " is committed here and another in the snapshot");
      }
      Files.createDirectories(directory());
      raiseTerm(offered.term());
      // Durable before the floor moves: otherwise a crash leaves a log without its beginning.
      new SnapshotFile(directory()).write(offered);
      restore();
    } finally {
      lock.unlock();
    }
  }

  // Entries.

  @Override
  public long append(long index, LogEntries entries) {
    lock.lock();
    try {
      checkCommits();
      if (index > lastAppended + 1) {
        throw new IllegalArgumentException(
            "append at " + index + ", but the log ends at " + lastAppended);
      }
      LogEntry[] added = entries.toArray();
      if (added.length == 0) {
        return lastAppended;
      }
      for (LogEntry entry : added) {
        raiseTerm(entry.term());
      }
      Ballot ballot = new Ballot(registered().map(Registration::term).orElse(term), NODE);
      List<Accept> suffix = new ArrayList<>(added.length);
      for (int i = 0; i < added.length; i++) {
        suffix.add(new Accept(index + i, ballot, EntryCodec.encode(added[i])));
      }
      accept(index, suffix);
      for (int i = 0; i < added.length; i++) {
        uncommitted.put(index + i, ballot);
        recent.put(index + i, added[i]);
      }
      while (recent.size() > RECENT_ENTRIES) {
        recent.pollFirstEntry();
      }
      lastAppended = Math.max(lastAppended, index + added.length - 1);
      term = added[added.length - 1].term();
      return lastAppended;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when all of it is durable. */
  private void accept(long index, List<Accept> suffix) {
    long from = Math.min(deletedFrom, index);
    if (deletedFrom != Long.MAX_VALUE || index > journal().status().highestSlot()) {
      uninterrupted(() -> journal().raft().replaceSuffixNow(from, suffix));
      deletedFrom = Long.MAX_VALUE;
      return;
    }
    // Nobody said that what follows is wrong: it may have been acknowledged, and only damage hides
    // it. Not so from where an entry has another term (Raft, section 5.3).
    for (int i = 0; i < suffix.size(); i++) {
      Accept accept = suffix.get(i);
      if (journal().slot(accept.slot()) instanceof SlotState.Pending pending
          && EntryCodec.termOf(pending.value()) != EntryCodec.termOf(accept.value())) {
        List<Accept> rest = suffix.subList(i, suffix.size());
        uninterrupted(() -> journal().raft().replaceSuffixNow(accept.slot(), rest));
        return;
      }
      uninterrupted(() -> journal().blocking().accept(accept));
    }
  }

  /**
   * The engine interrupts its threads when an election ends; what it told this log must be durable
   * all the same. Each call may be made twice.
   */
  private static void uninterrupted(Runnable call) {
    boolean interrupted = false;
    while (true) {
      try {
        call.run();
        break;
      } catch (JournalException.Interrupted again) {
        interrupted = Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public @Nullable LogEntry get(long index) {
    lock.lock();
    try {
      if (index < Math.max(1, firstAppended) || index > lastAppended) {
        return null;
      }
      if (index == firstAppended && snapshotTerm >= 0) {
        return new LogEntry(snapshotTerm, null);
      }
      LogEntry cached = recent.get(index);
      return cached != null ? cached : read(index);
    } finally {
      lock.unlock();
    }
  }

  private LogEntry requiredEntry(long index) {
    LogEntry entry = get(index);
    if (entry == null) {
      throw new IllegalStateException("no entry at " + index);
    }
    return entry;
  }

  private LogEntry read(long index) {
    SlotState state = journal().slot(index);
    Value value;
    if (state instanceof SlotState.Committed committed) {
      value = committed.value();
    } else if (state instanceof SlotState.Pending pending) {
      value = pending.value();
    } else {
      throw new IllegalStateException("the entry at " + index + " cannot be read: " + state);
    }
    return EntryCodec.decode(value);
  }

  @Override
  public void deleteAllEntriesStartingFrom(long index) {
    lock.lock();
    try {
      if (index <= commitIndex) {
        throw new IllegalArgumentException(
            "entries from " + index + " on cannot go: committed through " + commitIndex);
      }
      if (index <= lastAppended) {
        deletedFrom = Math.min(deletedFrom, index);
        uncommitted.tailMap(index, true).clear();
        recent.tailMap(index, true).clear();
        lastAppended = index - 1;
        LogEntry last = get(lastAppended);
        term = last == null ? 0 : last.term();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void forEach(ObjLongConsumer<LogEntry> function, long startIndex, long endIndex) {
    long from = Math.max(Math.max(1, startIndex), firstAppended());
    long through = Math.min(endIndex, lastAppended());
    for (long index = from; index <= through; index++) {
      LogEntry entry = get(index);
      if (entry != null) {
        function.accept(entry, index);
      }
    }
  }

  @Override
  public void forEach(ObjLongConsumer<LogEntry> function) {
    forEach(function, firstAppended(), lastAppended());
  }

  @Override
  public long sizeInBytes() {
    return size() == 0 ? 0 : journal().status().liveBytes();
  }

  @Override
  public String toString() {
    return "JournalLog[first="
        + firstAppended()
        + ", commit="
        + commitIndex()
        + ", last="
        + lastAppended()
        + ", term="
        + currentTerm()
        + "]";
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.wal.LogIdentity;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal as its users see it: checks arguments, and leads each call to the present life. */
final class DiskJournal implements PaxosJournal {
  private static final Logger log = LoggerFactory.getLogger(DiskJournal.class);

  private final JournalOptions options;
  private final JournalAssembly.DiskSource disks;
  private final Supplier<ExecutorService> upkeepThreads;
  private final Requests requests;
  private final BlockingJournal blocking;
  private final RaftRecords raft;

  private final Operations operations = new Operations();

  /** Held while opening, reopening and closing. */
  private final ReentrantLock lifecycle = new ReentrantLock();

  private JournalAssembly.@Nullable Directory directory;
  private @Nullable Completions completions;
  private volatile @Nullable Engine engine;

  DiskJournal(
      JournalOptions options,
      JournalAssembly.DiskSource disks,
      Supplier<ExecutorService> upkeepThreads) {
    this.options = options;
    this.disks = disks;
    this.upkeepThreads = upkeepThreads;
    this.requests = new Requests(options.maxValueBytes());
    this.blocking = new WaitingCalls(requests, this::trySubmit);
    this.raft = new RaftCalls(this, requests, options.directory().toString());
  }

  // Writes.

  @Override
  public CompletableFuture<Void> promise(Ballot ballot) {
    return nothing(submit(requests.promise(ballot, false)));
  }

  @Override
  public CompletableFuture<Void> accept(Accept accept) {
    return nothing(submit(requests.value(Request.Kind.ACCEPT, accept, false)));
  }

  @Override
  public CompletableFuture<Void> learn(Accept accept) {
    return nothing(submit(requests.value(Request.Kind.LEARN, accept, false)));
  }

  @Override
  public CompletableFuture<Void> commit(long slot, Ballot ballot) {
    return nothing(submit(requests.commit(slot, ballot, false)));
  }

  @Override
  public CompletableFuture<Void> sync() {
    return nothing(submit(requests.slot(Request.Kind.SYNC, 0, false)));
  }

  @Override
  public CompletableFuture<Long> compact(long before) {
    return submit(requests.slot(Request.Kind.COMPACT, before, false));
  }

  @Override
  public CompletableFuture<Long> advanceFloor(long slot) {
    return submit(requests.slot(Request.Kind.ADVANCE_FLOOR, slot, false));
  }

  @Override
  public BlockingJournal blocking() {
    return blocking;
  }

  @Override
  public RaftRecords raft() {
    return raft;
  }

  private CompletableFuture<Long> submit(Request request) {
    JournalException refusal = trySubmit(request);
    return refusal == null ? request.future() : CompletableFuture.failedFuture(refusal);
  }

  @Nullable JournalException trySubmit(Request request) {
    if (request.failure != null) {
      return request.failure;
    }
    while (true) {
      Engine present = engine;
      try {
        if (present != null && present.submit(request)) {
          return null;
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new JournalException.Interrupted(false);
      }
      JournalException ended =
          present == null ? closed() : present.life().endedBy().orElseGet(this::closed);
      if (present == engine) {
        return ended;
      }
      // Reopened meanwhile: the request is for the present life.
    }
  }

  /** The same future, for a request without a result: it completes with null. */
  @SuppressWarnings("unchecked")
  static CompletableFuture<Void> nothing(CompletableFuture<?> future) {
    return (CompletableFuture<Void>) future;
  }

  // Reads.

  @Override
  public JournalIdentity identity() {
    return read(
        life -> {
          LogIdentity found = life.log.identity();
          return new JournalIdentity(
              found.clusterId(), found.nodeId(), found.journalId(), found.openCounter());
        });
  }

  @Override
  public JournalStatus status() {
    while (true) {
      Engine present = engine;
      if (present == null) {
        throw closed();
      }
      JournalStatus status = present.life().status();
      if (present == engine) {
        return status;
      }
    }
  }

  @Override
  public SlotState slot(long slot) {
    Requests.checkSlot(slot);
    return readSlot(slot);
  }

  /** The same for one step of a walk, in the life that is present. */
  SlotState slotDuringWalk(Life life, long slot) {
    SlotState state = life.slot(slot);
    Engine present = engine;
    if (state instanceof SlotState.Damaged && present != null && present.life() == life) {
      present.noteDamage(slot);
    }
    return state;
  }

  /** Reads a slot; damage that nobody knew of is looked at again and written down. */
  private SlotState readSlot(long slot) {
    SlotState state = read(life -> life.slot(slot));
    Engine present = engine;
    if (state instanceof SlotState.Damaged && present != null) {
      present.noteDamage(slot);
    }
    return state;
  }

  @Override
  public Retransmission retransmit(long from, long maxBytes) {
    Requests.checkSlot(from);
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + "; must be at least 1");
    }
    return new SlotWalk(this, from, maxBytes);
  }

  @Override
  public Retransmission.End retransmit(long from, long maxBytes, WritableByteChannel target)
      throws IOException {
    try (Retransmission walk = retransmit(from, maxBytes)) {
      return RetransmissionFrames.write(walk, target);
    }
  }

  @Override
  public RecoveryReport recovery() {
    return read(life -> life.recovery);
  }

  @Override
  public Optional<Operation> operation() {
    return operations.last();
  }

  @Override
  public CompletableFuture<Operation> verify(long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "bytesPerSecond is " + bytesPerSecond + "; must be 0 (no limit) or more");
    }
    return operations.start(
        Operation.Kind.VERIFY, presentEngine(), work -> work.verify(new Pace(bytesPerSecond)));
  }

  @Override
  public CompletableFuture<Operation> rebuild() {
    return operations.start(Operation.Kind.REBUILD, presentEngine(), Maintenance::rebuild);
  }

  @Override
  public CompletableFuture<Operation> repair(RepairSource source) {
    Objects.requireNonNull(source, "source");
    return operations.start(Operation.Kind.REPAIR, presentEngine(), work -> work.repair(source));
  }

  @Override
  public void cancelOperation() {
    operations.cancel();
  }

  private Engine presentEngine() {
    Engine present = engine;
    if (present == null || present.life().condition() == JournalStatus.State.CLOSED) {
      throw closed();
    }
    return present;
  }

  /**
   * Reads from the present life; if it ended meanwhile, what was read proves nothing: once more.
   */
  <T> T read(Function<Life, T> question) {
    while (true) {
      Engine present = engine;
      if (present == null) {
        throw closed();
      }
      boolean open = present.life().condition() != JournalStatus.State.CLOSED;
      if (open) {
        T answer = question.apply(present.life());
        if (present == engine && present.life().condition() != JournalStatus.State.CLOSED) {
          return answer;
        }
      } else if (present == engine) {
        throw closed();
      }
    }
  }

  JournalException.Closed closed() {
    return new JournalException.Closed(options.directory().toString());
  }

  // Life cycle.

  @Override
  public void reopen() {
    lifecycle.lock();
    try {
      Engine present = engine;
      JournalStatus.State condition =
          present == null ? JournalStatus.State.CLOSED : present.life().condition();
      if (condition == JournalStatus.State.FAILED) {
        if (present != null) {
          operations.cancelAndWait();
          present.stop();
        }
      } else if (condition != JournalStatus.State.CLOSED) {
        return;
      }
      if (directory == null) {
        directory = JournalAssembly.Directory.open(options, disks);
      }
      try {
        begin(directory);
      } catch (RuntimeException | Error refused) {
        if (condition == JournalStatus.State.CLOSED) {
          closeDirectory();
        }
        throw refused;
      }
      if (present != null) {
        closeFiles(present);
      }
    } finally {
      lifecycle.unlock();
    }
  }

  private void begin(JournalAssembly.Directory in) {
    UpkeepThreads upkeep = new UpkeepThreads(upkeepThreads);
    boolean opened = false;
    try {
      Life life = Recovery.open(in.disk(), options, upkeep);
      opened = true;
      if (completions == null) {
        completions = new Completions("paxos-journal-callbacks-" + options.nodeId());
      }
      Engine next = new Engine(life, options, completions, upkeep);
      next.start();
      engine = next;
      log.debug("journal={} opened: {}", options.directory(), life.status());
      tellRecovered(life.recovery);
    } catch (IOException failure) {
      throw JournalAssembly.unusable(options, failure);
    } finally {
      if (!opened) {
        // Otherwise what it still does could meet the files of the next attempt.
        upkeep.end(options);
      }
    }
  }

  private void tellRecovered(RecoveryReport report) {
    try {
      options.listener().recovered(report);
    } catch (RuntimeException thrown) {
      log.warn("journal={} a listener threw", options.directory(), thrown);
    }
  }

  @Override
  public void close() {
    lifecycle.lock();
    try {
      Engine present = engine;
      if (present == null || present.life().condition() == JournalStatus.State.CLOSED) {
        return;
      }
      operations.cancelAndWait();
      present.stop();
      present.leaveInOrder();
      present.life().become(JournalStatus.State.CLOSED, closed());
      closeFiles(present);
      Completions telling = completions;
      if (telling != null) {
        telling.close();
        completions = null;
      }
      closeDirectory();
      log.info("journal={} closed", options.directory());
    } finally {
      lifecycle.unlock();
    }
  }

  private void closeFiles(Engine ended) {
    ended.life().become(JournalStatus.State.CLOSED, closed());
    try {
      ended.life().closeFiles();
    } catch (IOException failure) {
      log.warn("journal={} could not close a file", options.directory(), failure);
    }
  }

  private void closeDirectory() {
    JournalAssembly.Directory held = directory;
    directory = null;
    try {
      if (held != null) {
        held.close();
      }
    } catch (IOException failure) {
      log.warn("journal={} could not free the directory", options.directory(), failure);
    }
  }
}

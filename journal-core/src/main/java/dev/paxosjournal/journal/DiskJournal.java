package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import java.io.IOException;
import java.util.List;
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
final class DiskJournal extends JournalReads implements PaxosJournal {
  private static final Logger log = LoggerFactory.getLogger(DiskJournal.class);

  private final JournalOptions options;
  private final JournalAssembly.DiskSource disks;
  private final Supplier<ExecutorService> upkeepThreads;
  private final Requests requests;
  private final BlockingJournal blocking;
  private final RaftRecords raft;

  private final Telemetry telemetry;
  private final Operations operations;

  /** Held while opening, reopening and closing. */
  private final ReentrantLock lifecycle = new ReentrantLock();

  private volatile JournalAssembly.@Nullable Directory directory;
  private volatile @Nullable Completions completions;
  private volatile @Nullable Engine engine;
  private @Nullable Scrubber scrubber;

  DiskJournal(
      JournalOptions options,
      JournalAssembly.DiskSource disks,
      Supplier<ExecutorService> upkeepThreads) {
    this.options = options;
    this.disks = disks;
    this.upkeepThreads = upkeepThreads;
    this.telemetry = new Telemetry(options);
    this.operations = new Operations(telemetry);
    this.requests = new Requests(options.maxValueBytes());
    this.blocking = new WaitingCalls(requests, this::trySubmit, this::look, telemetry::told);
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

  /** Submits a request, waits, and throws what it was refused for. */
  void await(Request request) {
    JournalException refusal = trySubmit(request);
    if (refusal != null) {
      throw refusal;
    }
    look(request);
    request.awaitTold();
    telemetry.told(request);
    request.outcome();
  }

  private void look(Request request) {
    Engine present = engine;
    if (present != null) {
      present.look(request);
    }
  }

  /** Submits a request, or says why it cannot be. */
  @Nullable JournalException trySubmit(Request request) {
    JournalException refusal = enqueue(request);
    if (refusal != null) {
      telemetry.countRefused(request, refusal);
    }
    return refusal;
  }

  private @Nullable JournalException enqueue(Request request) {
    if (request.failure != null) {
      return request.failure;
    }
    while (true) {
      Engine present = engine;
      Completions telling = completions;
      try {
        if (telling != null && request.hasFuture()) {
          telling.awaitRoom();
        }
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
  void foundDamaged(Life life, long slot) {
    Engine present = engine;
    if (present != null && present.life() == life) {
      present.noteDamage(slot);
    }
  }

  @Override
  public long diskFreeBytes() {
    JournalAssembly.Directory held = directory;
    try {
      return held == null ? -1 : held.disk().freeBytes();
    } catch (IOException cannotTell) {
      return -1;
    }
  }

  @Override
  public JournalCounters counters() {
    Engine present = engine;
    return present == null
        ? telemetry.read(0, 0)
        : telemetry.read(present.queuedRequests(), present.queuedBytes());
  }

  @Override
  public Optional<Operation> operation() {
    return operations.last();
  }

  @Override
  public List<Operation> operations() {
    return operations.all();
  }

  @Override
  public CompletableFuture<Operation> verify(long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "bytesPerSecond is " + bytesPerSecond + "; must be 0 (no limit) or more");
    }
    Engine present = presentEngine();
    return operations.start(
        Operation.Kind.VERIFY,
        false,
        run -> new Maintenance(present, run, telemetry).verify(new Pace(bytesPerSecond)));
  }

  @Override
  public CompletableFuture<Operation> rebuild(boolean dryRun) {
    Engine present = presentEngine();
    return operations.start(
        Operation.Kind.REBUILD, dryRun, run -> new Maintenance(present, run, telemetry).rebuild());
  }

  @Override
  public CompletableFuture<Operation> repair(RepairSource source, boolean dryRun) {
    Objects.requireNonNull(source, "source");
    Engine present = presentEngine();
    return operations.start(
        Operation.Kind.REPAIR,
        dryRun,
        run -> new Maintenance(present, run, telemetry).repair(source));
  }

  @Override
  public CompletableFuture<Operation> reopenInBackground() {
    return operations.start(
        Operation.Kind.REOPEN,
        false,
        run -> {
          lifecycle.lockInterruptibly();
          try {
            run.checkCancelled();
            reopen();
          } finally {
            lifecycle.unlock();
          }
          run.find("open: " + status().state());
        });
  }

  @Override
  public void deleteQuarantine() {
    var where = options.directory();
    read(
        life -> {
          try {
            life.quarantine.delete(life.log);
            return true;
          } catch (IOException failure) {
            throw JournalAssembly.unusable(where, failure);
          }
        });
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
  @Override
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
          stopScrub();
          present.stop();
        }
      } else if (condition != JournalStatus.State.CLOSED) {
        return;
      }
      if (directory == null) {
        directory =
            JournalAssembly.Directory.open(
                options, () -> new CountedDisk(disks.open(), telemetry.disk()));
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
    long knownDamaged = engine == null ? 0 : engine.life().status().damaged();
    UpkeepThreads upkeep = new UpkeepThreads(upkeepThreads);
    boolean opened = false;
    try {
      Life life = Recovery.open(in.disk(), options, upkeep);
      opened = true;
      if (completions == null) {
        completions =
            new Completions(
                "paxos-journal-callbacks-" + options.nodeId(),
                telemetry::told,
                options.queueRequests(),
                options.queueBytes());
      }
      Engine next = new Engine(life, options, completions, telemetry, upkeep);
      next.start();
      engine = next;
      if (options.scrub()) {
        scrubber = new Scrubber(next, options, telemetry, operations);
        scrubber.start();
      }
      log.debug("journal={} opened: {}", options.directory(), life.status());
      long damaged = life.recovery.damagedSlots();
      telemetry.recovered(life.recovery, Math.max(0, damaged - knownDamaged));
    } catch (IOException failure) {
      throw JournalAssembly.unusable(options.directory(), failure);
    } finally {
      if (!opened) {
        // Otherwise what it still does could meet the files of the next attempt.
        upkeep.end(options);
      }
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
      stopScrub();
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

  private void stopScrub() {
    Scrubber running = scrubber;
    scrubber = null;
    if (running != null) {
      running.stop();
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

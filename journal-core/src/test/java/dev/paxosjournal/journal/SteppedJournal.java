package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The core of a journal without its threads: each group, and each piece of upkeep, runs on the
 * caller's thread when the test says so, so that the same calls give the same disk operations.
 */
final class SteppedJournal {

  /** When upkeep runs that the journal leaves to another thread. */
  enum Upkeep {
    /** As soon as it is asked for, in the middle of the group. */
    AT_ONCE,
    /** When the group that asked for it is told. */
    AFTER_GROUP,
    /** When the test calls {@link SteppedJournal#runUpkeep}. */
    WHEN_TOLD
  }

  /** Has a thread, but no work for it: all calls here are waited for. */
  private static final Completions COMPLETIONS =
      new Completions(
          "stepped-journal-callbacks", request -> {}, Integer.MAX_VALUE, Long.MAX_VALUE);

  private final Life life;
  private final Checkpointer checkpointer;
  private final GroupCommit groups;
  private final Upkeep upkeep;
  private final Work work;

  /** What the journal left for later. */
  private static final class Work implements dev.paxosjournal.wal.Upkeep {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean atOnce;

    @Override
    public void execute(Runnable task) {
      if (atOnce) {
        task.run();
      } else {
        waiting.add(task);
      }
    }

    @Override
    public void executeLong(Runnable task) {
      execute(task);
    }

    void runAll() {
      for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
        next.run();
      }
    }
  }

  private SteppedJournal(
      Life life, JournalOptions options, Upkeep upkeep, Work work, long checkpointBytes) {
    this.life = life;
    this.upkeep = upkeep;
    this.work = work;
    this.checkpointer =
        new Checkpointer(
            life, life.log.identity().journalId(), work, checkpointBytes, life.log.end());
    this.groups =
        new GroupCommit(
            life,
            new RequestQueue(options.queueRequests(), options.queueBytes()),
            new Telemetry(options),
            COMPLETIONS,
            checkpointer,
            options.directory().toString());
  }

  /** Opens, with a checkpoint every so many bytes of log. */
  static SteppedJournal open(Disk disk, JournalOptions options, Upkeep upkeep, long checkpointBytes)
      throws IOException {
    Work work = new Work();
    work.atOnce = upkeep == Upkeep.AT_ONCE;
    Life life = Recovery.open(disk, options, work);
    return new SteppedJournal(life, options, upkeep, work, checkpointBytes);
  }

  /** Opens as a reader of what is there, and leaves nothing for later. */
  static SteppedJournal open(Disk disk, JournalOptions options) throws IOException {
    return open(disk, options, Upkeep.AT_ONCE, Long.MAX_VALUE);
  }

  /** The requests of one group, each of which can be asked whether it was told. */
  static List<Request> requests(List<Call> calls) {
    List<Request> requests = new ArrayList<>(calls.size());
    for (Call call : calls) {
      requests.add(call.toRequest());
    }
    return requests;
  }

  /** Processes one group to its end. */
  void process(List<Request> requests) {
    groups.process(requests);
    if (upkeep == Upkeep.AFTER_GROUP) {
      work.runAll();
    }
  }

  /** Processes one group and tells its answers. */
  List<Answer> submit(List<Call> calls) {
    List<Request> requests = requests(calls);
    process(requests);
    return requests.stream().map(SteppedJournal::answer).toList();
  }

  /** What a request was told. */
  static Answer answer(Request request) {
    if (!isTold(request)) {
      throw new AssertionError(request.kind + " was never told its outcome");
    }
    return Answer.of(request.failure, request.result);
  }

  /** Whether the caller of a request was told its outcome, good or bad. */
  static boolean isTold(Request request) {
    // A thread that is interrupted already does not wait.
    Thread.currentThread().interrupt();
    try {
      request.await();
      return true;
    } catch (JournalException.Interrupted notYet) {
      return false;
    } catch (JournalException refused) {
      return true;
    } finally {
      Thread.interrupted();
    }
  }

  /** Does what the journal left for another thread. */
  void runUpkeep() {
    work.runAll();
  }

  /** The inside, for tests that must know where things lie. */
  Life life() {
    return life;
  }

  /** Has damage that a read found written down, as the journal does by itself. */
  void noteDamage(Collection<Long> slots) {
    List<Request> requests = new ArrayList<>();
    for (long slot : slots) {
      requests.add(new Request(Request.Kind.NOTE_DAMAGE, slot, Request.NO_BALLOT, null, true));
    }
    if (!requests.isEmpty()) {
      process(requests);
    }
  }

  JournalStatus status() {
    return life.status();
  }

  SlotState slot(long slot) {
    return life.slot(slot);
  }

  /** Term and vote. */
  Optional<Registration> registered() {
    return life.use(state -> state.register().known());
  }

  /** Whether every copy of term and vote was lost. */
  boolean registerLost() {
    return life.use(state -> state.register().isLost());
  }

  RecoveryReport recovery() {
    return life.recovery;
  }

  /** Ends in order: the next opening has next to nothing to read. */
  void close() throws IOException {
    work.runAll();
    try {
      if (life.endedBy().isEmpty()) {
        life.log.seal();
        checkpointer.atClose();
        life.log.forceHint();
      }
    } finally {
      life.closeFiles();
    }
  }

  /** Lets go of the files as they are. What upkeep was still to be done is not. */
  void abandon() throws IOException {
    life.closeFiles();
  }
}

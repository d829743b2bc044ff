package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.slots.SlotLocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What moves during one life: the queue, the journal's thread and the threads for upkeep. */
final class Engine {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  /** How often a full journal looks whether there is space again. */
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  /** A checkpoint after at most so many bytes of log: what an opening after a kill has to read. */
  private static final long MOST_UNCOVERED_BYTES = 64L << 20;

  private final Life life;
  private final JournalOptions options;
  private final RequestQueue queue;
  private final GroupCommit groups;
  private final Checkpointer checkpointer;
  private final UpkeepThreads upkeep;
  private final Thread thread;
  private final Set<Long> beingNoted = ConcurrentHashMap.newKeySet();

  Engine(
      Life life,
      JournalOptions options,
      Completions completions,
      Telemetry telemetry,
      UpkeepThreads upkeep) {
    this.life = life;
    this.options = options;
    this.upkeep = upkeep;
    this.queue = new RequestQueue(options.queueRequests(), options.queueBytes());
    String directory = options.directory().toString();
    this.checkpointer =
        new Checkpointer(
            life,
            life.log.identity().journalId(),
            upkeep,
            checkpointBytes(options),
            life.log.end());
    this.groups = new GroupCommit(life, queue, telemetry, completions, checkpointer, directory);
    this.thread = new Thread(this::run, "paxos-journal-" + options.nodeId());
    thread.setDaemon(true);
  }

  static long checkpointBytes(JournalOptions options) {
    return Math.max(64 * 1024, Math.min(MOST_UNCOVERED_BYTES, options.segmentBytes()));
  }

  void start() {
    thread.start();
  }

  Life life() {
    return life;
  }

  /**
   * Submits a request, waiting for room.
   *
   * @return false if this life takes no more
   */
  boolean submit(Request request) throws InterruptedException {
    return queue.put(request);
  }

  /** Has a slot that a reader found unreadable looked at again, and its damage written down. */
  void noteDamage(long slot) {
    if (beingNoted.add(slot)) {
      Request request = new Request(Request.Kind.NOTE_DAMAGE, slot, Request.NO_BALLOT, null, false);
      CompletableFuture<Long> unused =
          request.future().whenComplete((done, refused) -> beingNoted.remove(slot));
      if (!queue.offer(request)) {
        beingNoted.remove(slot);
      }
    }
  }

  /** The same, waiting until it is written down. */
  void noteDamageNow(long slot) throws InterruptedException {
    submitAndAwait(new Request(Request.Kind.NOTE_DAMAGE, slot, Request.NO_BALLOT, null, true));
  }

  /** Learns a committed value and waits until that is durable. */
  void learn(Accept learned) throws InterruptedException {
    submitAndAwait(
        new Request(Request.Kind.LEARN, learned.slot(), learned.ballot(), learned.value(), true));
  }

  /** Has the entry of a committed slot replaced, if it leads nowhere. */
  void putRight(long slot, SlotLocation location) throws InterruptedException {
    Request request = new Request(Request.Kind.PUT_RIGHT, slot, Request.NO_BALLOT, null, true);
    request.location = location;
    submitAndAwait(request);
  }

  /** Waits for all that was submitted before, the damage that readers found included. */
  void sync() throws InterruptedException {
    submitAndAwait(new Request(Request.Kind.SYNC, 0, Request.NO_BALLOT, null, true));
  }

  /** Has a checkpoint written soon. */
  void checkpoint() throws InterruptedException {
    submitAndAwait(new Request(Request.Kind.CHECKPOINT, 0, Request.NO_BALLOT, null, true));
  }

  private void submitAndAwait(Request request) throws InterruptedException {
    if (!queue.put(request)) {
      throw new CancellationException("the journal was closed");
    }
    request.await();
  }

  private void run() {
    long commitDelayNanos = options.commitDelay().toNanos();
    while (true) {
      List<Request> batch = new ArrayList<>();
      if (!queue.take(batch, options.groupBytes(), commitDelayNanos, PATIENCE_NANOS)) {
        return;
      }
      if (batch.isEmpty()) {
        groups.lookForSpace();
      } else {
        groups.process(batch, reasonFor(batch));
      }
    }
  }

  private ForcedGroup.Reason reasonFor(List<Request> batch) {
    if (queue.leftSome()) {
      return ForcedGroup.Reason.SIZE;
    }
    for (Request request : batch) {
      if (request.isUrgent()) {
        return ForcedGroup.Reason.DRAINED;
      }
    }
    return ForcedGroup.Reason.COMMIT_DELAY;
  }

  /** See {@link RequestQueue#look(Request)}. */
  void look(Request request) {
    queue.look(request);
  }

  /** How many requests wait. */
  int queuedRequests() {
    return queue.size();
  }

  /** Bytes of the values that wait. */
  long queuedBytes() {
    return queue.bytes();
  }

  /** Finishes what was submitted, then stops; the files stay open for readers. */
  void stop() {
    queue.close();
    joinUninterruptibly();
    upkeep.end(options);
  }

  private void joinUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException retry) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** After {@link #stop()}: leaves the directory so that the next opening has nothing to read. */
  void leaveInOrder() {
    if (life.endedBy().isPresent()) {
      return;
    }
    leave("give back unused space", life.log::seal);
    leave("write a checkpoint", checkpointer::atClose);
    // Whatever became of those: it costs one force, and takes the doubt about the last group away.
    leave("force the hint", life.log::forceHint);
  }

  private interface Step {
    void run() throws IOException;
  }

  private void leave(String what, Step step) {
    try {
      step.run();
    } catch (IOException failure) {
      log.warn(
          "journal={} is closed but could not {}; the next opening must read more of the log",
          options.directory(),
          what,
          failure);
    }
  }
}

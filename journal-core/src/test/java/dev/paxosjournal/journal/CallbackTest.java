package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers do with the futures of a journal cannot harm it. */
@Timeout(60)
class CallbackTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final int QUEUE = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FailingDisk disk = new FailingDisk(new MemoryDisk());

  private PaxosJournal open() {
    return open(4096);
  }

  private PaxosJournal open(int queueRequests) {
    JournalOptions options =
        JournalOptions.builder(Path.of("unused"), "test", 1)
            .segmentBytes(1 << 20)
            .maxValueBytes(64 * 1024)
            .preallocate(false)
            .queueRequests(queueRequests)
            .build();
    return JournalAssembly.open(options, () -> disk, Executors::newSingleThreadExecutor);
  }

  /** Writes, and runs a callback where callbacks run: it is there before the write completes. */
  private CompletableFuture<Void> writeThen(PaxosJournal journal, long slot, Runnable callback) {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    disk.delay(Kind.FORCE, disk.calls(Kind.FORCE) + 1, begun, released);
    CompletableFuture<Void> done = journal.accept(accept(slot)).thenRun(callback);
    released.countDown();
    return done;
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("value-" + slot));
  }

  private static SlotState pending(long slot) {
    return new SlotState.Pending(slot, BALLOT, Value.utf8("value-" + slot));
  }

  @Test
  void futuresCompleteInTheOrderOfTheirRequests() throws InterruptedException {
    List<Integer> order = new CopyOnWriteArrayList<>();
    int writes = 200;

    try (PaxosJournal journal = open()) {
      CompletableFuture<Void> last = journal.promise(BALLOT);
      for (int i = 0; i < writes; i++) {
        int number = i;
        last =
            (i % 3 == 0 ? journal.commit(i + 1, BALLOT) : journal.accept(accept(i)))
                .handle((v, e) -> order.add(number))
                .thenAccept(v -> {});
      }
      last.join();
    }

    assertThat(order).containsExactlyElementsOf(IntStream.range(0, writes).boxed().toList());
  }

  @Test
  void refusalReachesACallbackAsItIs() {
    try (PaxosJournal journal = open()) {
      journal.blocking().promise(new Ballot(9, 9));

      assertThat(journal.accept(accept(0)).handle((v, refusal) -> refusal))
          .succeedsWithin(PATIENCE)
          .isInstanceOf(JournalException.StaleBallot.class);
      assertThat(journal.compact(1).handle((v, refusal) -> refusal))
          .succeedsWithin(PATIENCE)
          .isInstanceOf(JournalException.NotCommitted.class);
    }
  }

  @Test
  void whenABlockingCallReturnsAllEarlierWritesAreDurable() {
    try (PaxosJournal journal = open()) {
      for (int slot = 0; slot < 100; slot += 2) {
        CompletableFuture<Void> earlier = journal.accept(accept(slot));
        CompletableFuture<Void> commit = journal.commit(slot, BALLOT);
        journal.blocking().accept(accept(slot + 1));

        assertThat(journal.slot(slot))
            .isEqualTo(new SlotState.Committed(slot, BALLOT, Value.utf8("value-" + slot)));
        assertThat(CompletableFuture.allOf(earlier, commit)).succeedsWithin(PATIENCE);
      }
    }
  }

  @Test
  void callbackThatThrowsHarmsNobody() {
    try (PaxosJournal journal = open()) {
      CompletableFuture<Void> thrower =
          writeThen(
              journal,
              0,
              () -> {
                throw new StackOverflowError("thrown by a callback");
              });
      journal.accept(accept(1)).join();
      journal.blocking().accept(accept(2));

      assertThatThrownBy(thrower::join).hasCauseInstanceOf(StackOverflowError.class);
      assertThat(journal.slot(0)).isEqualTo(pending(0));
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
    }
  }

  @Test
  void callbackThatInterruptsItsThreadHarmsNobody() {
    try (PaxosJournal journal = open()) {
      for (int slot = 0; slot < 10; slot++) {
        writeThen(journal, slot, () -> Thread.currentThread().interrupt()).join();
      }
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
    }
  }

  @Test
  void callbackThatBlocksKeepsNobodyElseFromWriting() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);

    try (PaxosJournal journal = open()) {
      CompletableFuture<Void> blocked =
          writeThen(
              journal,
              0,
              () -> {
                begun.countDown();
                awaitUninterruptibly(released);
              });
      CompletableFuture<Void> later = journal.accept(accept(1));
      begun.await();

      for (int slot = 2; slot < 10; slot++) {
        journal.blocking().accept(accept(slot));
        assertThat(journal.slot(slot)).isEqualTo(pending(slot));
      }
      assertThat(journal.slot(1)).isEqualTo(pending(1));
      assertThat(later).isNotDone();

      released.countDown();
      assertThat(CompletableFuture.allOf(blocked, later)).succeedsWithin(PATIENCE);
    }
  }

  /** A callback that blocks until released, with more futures behind it than the queue may hold. */
  private CompletableFuture<Void> holdCallbacks(PaxosJournal journal, CountDownLatch released)
      throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> blocked =
        writeThen(
            journal,
            0,
            () -> {
              begun.countDown();
              awaitUninterruptibly(released);
            });
    begun.await();
    for (int slot = 1; slot <= QUEUE; slot++) {
      CompletableFuture<Void> unused = journal.accept(accept(slot));
      journal.blocking().sync();
    }
    // Who waits is told before the futures of the same group are counted: once more, behind them.
    journal.blocking().sync();
    return blocked;
  }

  private static Thread writer(
      PaxosJournal journal, long slot, CompletableFuture<CompletableFuture<Void>> returned) {
    Thread writer = new Thread(() -> returned.complete(journal.accept(accept(slot))));
    writer.start();
    await()
        .atMost(PATIENCE)
        .until(() -> writer.getState() == Thread.State.TIMED_WAITING || returned.isDone());
    assertThat(returned).isNotDone();
    return writer;
  }

  @Test
  void callersWhoWantMoreFuturesWaitForCallbacksThatLagAndNobodyElseDoes() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    try (PaxosJournal journal = open(QUEUE)) {
      CompletableFuture<Void> blocked = holdCallbacks(journal, released);
      CompletableFuture<CompletableFuture<Void>> returned = new CompletableFuture<>();
      Thread unused = writer(journal, 100, returned);

      journal.blocking().accept(accept(101));
      assertThat(journal.slot(101)).isEqualTo(pending(101));
      assertThat(journal.slot(100)).isEqualTo(new SlotState.Unknown(100));

      released.countDown();
      assertThat(blocked).succeedsWithin(PATIENCE);
      assertThat(returned).succeedsWithin(PATIENCE);
      assertThat(returned.join()).succeedsWithin(PATIENCE);
    }
  }

  @Test
  void callbackMayWriteAnyNumberOfFuturesWhileOthersWaitForCallbacks() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    try (PaxosJournal journal = open(QUEUE)) {
      List<CompletableFuture<Void>> written = new CopyOnWriteArrayList<>();
      CompletableFuture<Void> done =
          holdCallbacks(journal, released)
              .thenRun(
                  () -> {
                    for (int slot = 200; slot < 200 + 10 * QUEUE; slot++) {
                      written.add(journal.accept(accept(slot)));
                    }
                    journal.blocking().sync();
                  });
      released.countDown();

      assertThat(done).succeedsWithin(PATIENCE);
      assertThat(written).hasSize(10 * QUEUE);
      assertThat(written).allSatisfy(write -> assertThat(write).succeedsWithin(PATIENCE));
    }
  }

  @Test
  void closingAndInterruptsEndTheWaitForCallbacks() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    PaxosJournal journal = open(QUEUE);
    CompletableFuture<Void> blocked = holdCallbacks(journal, released);
    CompletableFuture<CompletableFuture<Void>> interrupted = new CompletableFuture<>();
    CompletableFuture<CompletableFuture<Void>> turnedAway = new CompletableFuture<>();
    Thread victim = writer(journal, 100, interrupted);
    Thread unused = writer(journal, 101, turnedAway);

    victim.interrupt();
    assertThat(interrupted).succeedsWithin(PATIENCE);
    assertThat(interrupted.join())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(JournalException.Interrupted.class)
        .withMessageContaining("nothing was submitted");
    journal.close();

    assertThat(turnedAway).succeedsWithin(PATIENCE);
    assertThat(turnedAway.join())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(JournalException.Closed.class);
    released.countDown();
    assertThat(blocked).succeedsWithin(PATIENCE);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void callbackMayCallTheJournalInEveryForm() {
    try (PaxosJournal journal = open()) {
      AtomicReference<SlotState> seen = new AtomicReference<>();
      CompletableFuture<Void> done =
          writeThen(journal, 0, () -> journal.blocking().accept(accept(1)))
              .thenCompose(v -> journal.accept(accept(2)))
              .thenRun(() -> journal.blocking().sync())
              .thenRun(() -> seen.set(journal.slot(2)))
              .thenRun(journal::reopen);

      assertThat(done).succeedsWithin(PATIENCE);
      assertThat(seen).hasValue(pending(2));
      assertThat(journal.slot(1)).isEqualTo(pending(1));
    }
  }

  @Test
  void callbackMayCloseTheJournal() {
    PaxosJournal journal = open();
    CompletableFuture<Void> closing = writeThen(journal, 0, journal::close);
    CompletableFuture<Void> later = journal.accept(accept(1)).exceptionally(e -> null);

    assertThat(closing).succeedsWithin(PATIENCE);
    assertThat(later).succeedsWithin(PATIENCE);
    assertThatThrownBy(() -> journal.blocking().accept(accept(2)))
        .isInstanceOf(JournalException.Closed.class);
    try (PaxosJournal again = open()) {
      assertThat(again.slot(0)).isEqualTo(pending(0));
    }
  }

  @Test
  void callbacksAndThreadsMayCloseAtTheSameTime() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      PaxosJournal journal = open();
      long slot = i;
      Crowd crowd = new Crowd();
      crowd.add(() -> journal.accept(accept(slot)).handle((v, e) -> close(journal)).join());
      crowd.add(2, thread -> journal::close);
      crowd.beginAndJoin();
    }
    open().close();
  }

  private static boolean close(PaxosJournal journal) {
    journal.close();
    return true;
  }

  @Test
  void cancellingAFutureDoesNotTakeItsWriteBack() {
    CountDownLatch released = new CountDownLatch(1);
    try (PaxosJournal journal = open()) {
      disk.delay(Kind.FORCE, disk.calls(Kind.FORCE) + 1, new CountDownLatch(1), released);
      for (int slot = 0; slot < 50; slot++) {
        CompletableFuture<Void> future = journal.accept(accept(slot));
        assertThat(future.cancel(true)).isTrue();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
      }
      released.countDown();
      journal.sync().join();

      for (int slot = 0; slot < 50; slot++) {
        assertThat(journal.slot(slot)).isEqualTo(pending(slot));
      }
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
    }
  }

  @Test
  void aFutureCompletedByItsCallerIsTheCallersBusiness() {
    try (PaxosJournal journal = open()) {
      CompletableFuture<Void> future = journal.accept(accept(0));
      future.completeExceptionally(new IllegalStateException("by its caller"));
      future.obtrudeValue(null);
      journal.sync().join();

      assertThat(journal.slot(0)).isEqualTo(pending(0));
    }
  }
}

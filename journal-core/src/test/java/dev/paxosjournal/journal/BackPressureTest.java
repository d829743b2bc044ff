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
import dev.paxosjournal.slots.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for whom: callers for room in the queue, commits for company, nobody for a spare. */
@Timeout(60)
class BackPressureTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final MemoryDisk memory = new MemoryDisk();
  private final FailingDisk disk = new FailingDisk(memory);
  private final List<Integer> groups = new CopyOnWriteArrayList<>();
  private final CountDownLatch forcing = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private PaxosJournal journal;

  @BeforeEach
  void openWithDefaults() {
    journal = open(options -> options);
  }

  @AfterEach
  void close() {
    released.countDown();
    journal.close();
  }

  private PaxosJournal open(UnaryOperator<JournalOptions.Builder> change) {
    JournalListener listener =
        new JournalListener() {
          @Override
          public void groupForced(ForcedGroup group) {
            groups.add(group.records());
          }
        };
    JournalOptions.Builder options =
        JournalOptions.builder(Path.of("unused"), "test", 1)
            .segmentBytes(4 << 20)
            .maxValueBytes(1 << 20)
            .preallocate(false)
            .listener(listener);
    return JournalAssembly.open(
        change.apply(options).build(), () -> disk, Executors::newSingleThreadExecutor);
  }

  private void reopenWith(UnaryOperator<JournalOptions.Builder> change) {
    journal.close();
    journal = open(change);
  }

  private static Accept accept(long slot, int length) {
    return new Accept(slot, BALLOT, Value.copyOf(new byte[length]));
  }

  /** One write is on its way to the disk, and stays there until released. */
  private CompletableFuture<Void> holdTheDisk() throws InterruptedException {
    disk.delay(Kind.FORCE, disk.calls(Kind.FORCE) + 1, forcing, released);
    CompletableFuture<Void> held = journal.accept(accept(1000, 1));
    forcing.await();
    return held;
  }

  private record Caller(Thread thread, CompletableFuture<CompletableFuture<Void>> returned) {

    static Caller of(PaxosJournal journal, Accept accept) {
      CompletableFuture<CompletableFuture<Void>> returned = new CompletableFuture<>();
      Thread thread = new Thread(() -> returned.complete(journal.accept(accept)));
      thread.start();
      return new Caller(thread, returned);
    }

    void awaitWaiting() {
      await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.WAITING);
      assertThat(returned).isNotDone();
    }

    CompletableFuture<Void> write() {
      assertThat(returned).succeedsWithin(PATIENCE);
      return returned.join();
    }
  }

  // Room in the queue.

  @Test
  void callersWaitWhileTheQueueHoldsAsManyRequestsAsItMay() throws InterruptedException {
    reopenWith(options -> options.queueRequests(3));
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    writes.add(holdTheDisk());
    for (int slot = 0; slot < 3; slot++) {
      writes.add(journal.accept(accept(slot, 1)));
    }
    Caller fourth = Caller.of(journal, accept(3, 1));
    fourth.awaitWaiting();

    released.countDown();

    writes.add(fourth.write());
    assertThat(writes).allSatisfy(write -> assertThat(write).succeedsWithin(PATIENCE));
  }

  @Test
  void callersWaitWhileTheQueueHoldsAsManyBytesAsItMay() throws InterruptedException {
    reopenWith(options -> options.queueBytes(1000));
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    writes.add(holdTheDisk());
    writes.add(journal.accept(accept(0, 600)));
    writes.add(journal.accept(accept(1, 400)));
    writes.add(journal.accept(accept(2, 0)));
    Caller fourth = Caller.of(journal, accept(3, 1));
    fourth.awaitWaiting();

    released.countDown();

    writes.add(fourth.write());
    assertThat(writes).allSatisfy(write -> assertThat(write).succeedsWithin(PATIENCE));
  }

  @Test
  void singleValueLargerThanTheQueueIsLetInAlone() throws InterruptedException {
    reopenWith(options -> options.queueBytes(1000).groupBytes(1000));
    CompletableFuture<Void> held = holdTheDisk();
    CompletableFuture<Void> small = journal.accept(accept(0, 1));
    Caller large = Caller.of(journal, accept(1, 1 << 20));
    large.awaitWaiting();

    released.countDown();

    assertThat(large.write()).succeedsWithin(PATIENCE);
    assertThat(CompletableFuture.allOf(held, small)).isCompleted();
    assertThat(journal.slot(1)).isInstanceOf(SlotState.Pending.class);
  }

  @Test
  void groupTakesNoMoreValueBytesThanItMay() throws InterruptedException {
    reopenWith(options -> options.groupBytes(1000));
    List<CompletableFuture<Void>> small = new ArrayList<>();
    small.add(holdTheDisk());
    for (int slot = 0; slot < 7; slot++) {
      small.add(journal.accept(accept(slot, 300)));
    }
    CompletableFuture<Void> large = journal.accept(accept(7, 5000));
    groups.clear();

    released.countDown();

    assertThat(large).succeedsWithin(PATIENCE);
    assertThat(small).allSatisfy(write -> assertThat(write).isCompleted());
    journal.blocking().sync();
    assertThat(groups).containsExactly(1, 3, 3, 1, 1);
  }

  @Test
  void interruptOfACallerThatWaitsForRoomMeansThatNothingWasSubmitted() throws Exception {
    reopenWith(options -> options.queueRequests(1));
    CompletableFuture<Void> held = holdTheDisk();
    CompletableFuture<Void> queued = journal.accept(accept(0, 1));
    Caller caller = Caller.of(journal, accept(1, 1));
    caller.awaitWaiting();

    caller.thread().interrupt();

    assertThat(caller.write())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(JournalException.Interrupted.class)
        .withMessageContaining("nothing was submitted")
        .extracting(interrupted -> ((JournalException.Interrupted) interrupted).submitted())
        .isEqualTo(false);
    released.countDown();
    assertThat(CompletableFuture.allOf(held, queued)).succeedsWithin(PATIENCE);
    journal.blocking().sync();
    assertThat(journal.slot(1)).isEqualTo(new SlotState.Unknown(1));
  }

  @Test
  void closingTurnsAwayCallersThatWaitForRoomAndFinishesWhatIsQueued() throws Exception {
    reopenWith(options -> options.queueRequests(1));
    CompletableFuture<Void> held = holdTheDisk();
    CompletableFuture<Void> queued = journal.accept(accept(0, 1));
    Caller caller = Caller.of(journal, accept(1, 1));
    caller.awaitWaiting();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(journal::close);

    assertThat(caller.write())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(JournalException.Closed.class);
    released.countDown();
    assertThat(CompletableFuture.allOf(held, queued, closing)).succeedsWithin(PATIENCE);
  }

  @Test
  void whileTheDiskHangsReadsGoOn() throws InterruptedException {
    journal.blocking().learn(accept(0, 10));
    CompletableFuture<Void> held = holdTheDisk();

    assertThat(journal.slot(0))
        .isEqualTo(new SlotState.Committed(0, BALLOT, accept(0, 10).value()));
    assertThat(journal.slot(1000)).isEqualTo(new SlotState.Unknown(1000));
    assertThat(journal.status().highestSlot()).isZero();
    assertThat(held).isNotDone();
  }

  @Test
  void whileASpareIsFilledCheckpointsGoOn() throws Exception {
    reopenWith(options -> options.preallocate(true));
    // The first file made is the segment itself.
    disk.delayFiles(Kind.WRITE, "spare-2", forcing, released);
    journal.blocking().learn(accept(0, 1));
    forcing.await();
    long before = checkpointed();

    // More log than a checkpoint waits for: as much as a segment holds.
    for (int slot = 1; slot <= 60; slot++) {
      journal.blocking().learn(accept(slot, 100_000));
    }

    await().atMost(PATIENCE).until(() -> checkpointed() > before);
    assertThat(memory.names()).contains("spare-2.tmp");
  }

  private long checkpointed() throws IOException {
    return Checkpoint.read(memory).map(Checkpoint::position).orElse(0L);
  }

  // Commits wait for company.

  @Test
  void loneCommitCompletesByItself() {
    reopenWith(options -> options.commitDelay(Duration.ofMillis(20)));
    journal.blocking().accept(accept(0, 1));

    assertThat(journal.commit(0, BALLOT)).succeedsWithin(PATIENCE);
    journal.blocking().accept(accept(1, 1));
    journal.blocking().commit(1, BALLOT);

    assertThat(journal.status().committedThrough()).isEqualTo(1);
  }

  @Test
  void commitsRideAlongWithTheNextWrite() {
    reopenWith(options -> options.commitDelay(Duration.ofMinutes(1)));
    journal.blocking().accept(accept(0, 1));
    journal.blocking().accept(accept(1, 1));
    journal.blocking().sync();
    groups.clear();

    CompletableFuture<Void> first = journal.commit(0, BALLOT);
    CompletableFuture<Void> second = journal.commit(1, BALLOT);
    assertThat(groups).isEmpty();
    CompletableFuture<Void> write = journal.accept(accept(2, 1));

    assertThat(CompletableFuture.allOf(first, second, write)).succeedsWithin(PATIENCE);
    journal.blocking().sync();
    assertThat(groups).containsExactly(3);
  }

  @Test
  void syncAndCloseDoNotLeaveCommitsWaiting() {
    reopenWith(options -> options.commitDelay(Duration.ofMinutes(1)));
    journal.blocking().accept(accept(0, 1));
    journal.blocking().accept(accept(1, 1));

    CompletableFuture<Void> first = journal.commit(0, BALLOT);
    journal.blocking().sync();
    assertThat(journal.status().committedThrough()).isZero();
    CompletableFuture<Void> second = journal.commit(1, BALLOT);
    journal.close();

    assertThat(CompletableFuture.allOf(first, second)).succeedsWithin(PATIENCE);
  }

  @Test
  void aQueueFullOfCommitsIsNotHeldBack() {
    reopenWith(options -> options.commitDelay(Duration.ofMinutes(1)).queueRequests(2));
    for (int slot = 0; slot < 4; slot++) {
      journal.blocking().accept(accept(slot, 1));
    }
    List<CompletableFuture<Void>> commits = new ArrayList<>();
    for (int slot = 0; slot < 4; slot++) {
      commits.add(journal.commit(slot, BALLOT));
    }

    assertThat(commits).allSatisfy(commit -> assertThat(commit).succeedsWithin(PATIENCE));
  }

  @Test
  void valueLargerThanAllowedIsRefusedBeforeItTakesRoom() {
    assertThatThrownBy(() -> journal.blocking().accept(accept(0, (1 << 20) + 1)))
        .isInstanceOf(JournalException.ValueTooLarge.class);
    assertThat(journal.slot(0)).isEqualTo(new SlotState.Unknown(0));
  }
}

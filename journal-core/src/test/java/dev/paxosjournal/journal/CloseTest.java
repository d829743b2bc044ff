package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing a journal that others use. */
@Timeout(60)
class CloseTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final int WRITERS = 8;

  @TempDir Path directory;

  private JournalOptions options() {
    return JournalOptions.builder(directory.resolve("journal"), "test", 1)
        .segmentBytes(1 << 20)
        .maxValueBytes(64 * 1024)
        .queueRequests(4)
        .build();
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("value-" + slot));
  }

  @RepeatedTest(5)
  void everyWriteIsEitherDurableOrRefusedWhenTheJournalIsClosedMeanwhile() throws Exception {
    Map<Long, CompletableFuture<Void>> writes = new ConcurrentHashMap<>();
    CountDownLatch some = new CountDownLatch(40);
    PaxosJournal journal = PaxosJournal.open(options());
    Crowd crowd = new Crowd();
    crowd.add(
        WRITERS,
        writer ->
            () -> {
              boolean open = true;
              for (long slot = writer; open; slot += WRITERS) {
                CompletableFuture<Void> write = write(journal, slot, writer % 2 == 0);
                writes.put(slot, write);
                some.countDown();
                open = !write.isCompletedExceptionally();
              }
            });
    crowd.begin();
    some.await();

    journal.close();
    crowd.join();

    try (PaxosJournal again = PaxosJournal.open(options())) {
      writes.forEach(
          (slot, write) ->
              assertThat(again.slot(slot))
                  .isEqualTo(
                      succeeds(write)
                          ? new SlotState.Pending(slot, BALLOT, accept(slot).value())
                          : new SlotState.Unknown(slot)));
    }
    assertThat(writes.values()).anyMatch(CompletableFuture::isCompletedExceptionally);
  }

  private static CompletableFuture<Void> write(PaxosJournal journal, long slot, boolean waiting) {
    if (!waiting) {
      return journal.accept(accept(slot));
    }
    try {
      journal.blocking().accept(accept(slot));
      return CompletableFuture.completedFuture(null);
    } catch (JournalException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /** Whether a write succeeded; it has no third way out than that the journal is closed. */
  private static boolean succeeds(CompletableFuture<Void> write) {
    try {
      write.join();
      return true;
    } catch (CompletionException failure) {
      assertThat(failure).hasCauseInstanceOf(JournalException.Closed.class);
      return false;
    }
  }

  @Test
  void closedJournalAnswersEveryCallWithClosed() {
    PaxosJournal journal = PaxosJournal.open(options());
    journal.blocking().learn(accept(0));
    Retransmission begun = journal.retransmit(0, 10);
    journal.close();
    journal.close();

    assertThatThrownBy(() -> journal.slot(0)).isInstanceOf(JournalException.Closed.class);
    assertThatThrownBy(() -> journal.retransmit(0, 1)).isInstanceOf(JournalException.Closed.class);
    assertThatThrownBy(begun::next).isInstanceOf(JournalException.Closed.class);
    assertThatThrownBy(() -> journal.blocking().sync())
        .isInstanceOf(JournalException.Closed.class)
        .hasMessageContaining(directory.toString());
    assertThat(journal.sync()).isCompletedExceptionally();
    assertThat(journal.status().state()).isEqualTo(JournalStatus.State.CLOSED);
  }

  @Test
  void manyMayCloseAtOnceAndReadersAreToldSo() throws InterruptedException {
    PaxosJournal journal = PaxosJournal.open(options());
    journal.blocking().learn(accept(0));
    Crowd crowd = new Crowd();
    crowd.add(
        3,
        reader ->
            () ->
                assertThatThrownBy(
                        () -> {
                          while (true) {
                            assertThat(journal.slot(0)).isInstanceOf(SlotState.Committed.class);
                          }
                        })
                    .isInstanceOf(JournalException.Closed.class));
    crowd.add(3, closer -> journal::close);
    crowd.beginAndJoin();

    PaxosJournal.open(options()).close();
  }

  @Test
  void hintIsForcedEvenIfTheCheckpointCannotBeWritten() {
    MemoryDisk memory = new MemoryDisk();
    FailingDisk disk = new FailingDisk(memory);
    try (PaxosJournal journal =
        JournalAssembly.open(options(), () -> disk, Executors::newSingleThreadExecutor)) {
      journal.blocking().accept(accept(0));
      disk.failFiles(Kind.CREATE, "checkpoint", FailingDisk::noSpace);
      disk.failFiles(Kind.TRUNCATE, "wal", FailingDisk::ioError);
    }

    MemoryDisk afterPowerCut = memory.crash(CrashStrategy.NOTHING, 1);
    assertThat(afterPowerCut.names()).doesNotContain("checkpoint");
    try (PaxosJournal again =
        JournalAssembly.open(options(), () -> afterPowerCut, Executors::newSingleThreadExecutor)) {
      assertThat(again.recovery().rewrittenGroup()).isFalse();
      assertThat(again.slot(0)).isEqualTo(new SlotState.Pending(0, BALLOT, accept(0).value()));
    }
  }
}

package dev.paxosjournal.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.wal.WalPointer;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Positions of a journal so long that not all of its files can be open. */
@Timeout(60)
class PositionsFilesTest {
  private static final UUID JOURNAL = new UUID(1, 2);
  private static final long PER_FILE = Positions.SLOTS_PER_FILE;
  private static final String FIRST_FILE = "positions-00000-0000000000000000000.pos";
  private static final int FILES = 1000;

  private final MemoryDisk memory = new MemoryDisk();
  private final FailingDisk disk = new FailingDisk(memory);
  private final Positions positions = new Positions(disk, JOURNAL);

  /** Puts one entry into each of so many files. */
  private void putInFiles(int fromFile, int beforeFile) {
    for (int file = fromFile; file < beforeFile; file++) {
      positions.put(file * PER_FILE, location(file));
      positions.flush();
    }
  }

  private static SlotLocation location(int file) {
    return new SlotLocation(new Ballot(file, 1), new WalPointer(file * 64L, 7, 0xCAFE));
  }

  private static Positions.Lookup entry(int file) {
    return new Positions.Entry(location(file));
  }

  @Test
  void fewAreOpenHoweverManyThereAre() throws IOException {
    int most = 0;
    for (int file = 0; file < FILES; file++) {
      putInFiles(file, file + 1);
      assertThat(positions.get(file * PER_FILE)).isEqualTo(entry(file));
      most = Math.max(most, disk.openFiles());
    }
    for (int file = 0; file < FILES; file++) {
      assertThat(positions.get(file * PER_FILE)).isEqualTo(entry(file));
      most = Math.max(most, disk.openFiles());
    }

    assertThat(memory.names()).hasSize(FILES);
    assertThat(most).isBetween(PositionsFiles.MOST_OPEN, 2 * PositionsFiles.MOST_OPEN);
    positions.close();
    assertThat(disk.openFiles()).isZero();
  }

  @Test
  void forceCoversFilesThatWereClosedMeanwhile() throws IOException {
    putInFiles(0, FILES);
    positions.force();

    Positions found = new Positions(memory.crash(CrashStrategy.NOTHING, 0), JOURNAL);

    for (int file = 0; file < FILES; file++) {
      assertThat(found.get(file * PER_FILE)).isEqualTo(entry(file));
    }
  }

  @Test
  void failedForceOfAFileThatIsClosedIsAFailedForce() throws IOException {
    disk.failFiles(Kind.FORCE, FIRST_FILE, FailingDisk::ioError);
    putInFiles(0, PositionsFiles.MOST_OPEN + 1);
    disk.heal();

    assertThatThrownBy(positions::force).hasMessage("an earlier force of the positions failed");
  }

  @Test
  void nameOfANewFileIsForcedOnce() throws IOException {
    putInFiles(0, 1);
    positions.force();
    positions.put(1, location(0));
    positions.flush();
    positions.force();
    assertThat(disk.calls(Kind.FORCE_DIRECTORY)).isEqualTo(1);

    putInFiles(1, 2);
    positions.force();
    assertThat(disk.calls(Kind.FORCE_DIRECTORY)).isEqualTo(2);
  }

  @Test
  void forceThatFoundNoRoomForTheNamesIsTriedAgain() throws IOException {
    putInFiles(0, 1);
    disk.failOnce(Kind.FORCE_DIRECTORY, 1, FailingDisk::tooManyOpenFiles);
    assertThatThrownBy(positions::force).isInstanceOf(IOException.class);

    positions.force();

    assertThat(new Positions(memory.crash(CrashStrategy.NOTHING, 0), JOURNAL).get(0))
        .isEqualTo(entry(0));
  }

  @Test
  void failedForceOfTheNamesIsAFailedForce() {
    putInFiles(0, 1);
    disk.failOnce(Kind.FORCE_DIRECTORY, 1, FailingDisk::ioError);
    assertThatThrownBy(positions::force).hasMessage("Input/output error");

    assertThatThrownBy(positions::force).hasMessage("an earlier force of the positions failed");
  }

  // --- nobody waits for another one's disk

  private CompletableFuture<Void> held(Kind kind, CountDownLatch released, Runnable call)
      throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    disk.delayFiles(kind, FIRST_FILE, begun, released);
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(call, task -> new Thread(task).start());
    begun.await();
    disk.heal();
    return done;
  }

  private void force() {
    try {
      positions.force();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void readsAndWritesGoOnDuringAForce() throws Exception {
    putInFiles(0, 1);
    CountDownLatch released = new CountDownLatch(1);
    CompletableFuture<Void> force = held(Kind.FORCE, released, this::force);

    positions.put(1, location(1));
    positions.flush();
    putInFiles(1, 3);
    assertThat(positions.get(1)).isEqualTo(entry(1));
    assertThat(positions.get(2 * PER_FILE)).isEqualTo(entry(2));
    assertThat(force).isNotDone();

    released.countDown();
    force.get(30, TimeUnit.SECONDS);
    // What came after it began is covered by the next one.
    positions.force();
    assertThat(new Positions(memory.crash(CrashStrategy.NOTHING, 0), JOURNAL).get(1))
        .isEqualTo(entry(1));
  }

  @Test
  void othersGoOnWhileOneReadHangsAndItsFileIsGivenUp() throws Exception {
    putInFiles(0, 1);
    CountDownLatch released = new CountDownLatch(1);
    CompletableFuture<Void> read =
        held(Kind.READ, released, () -> assertThat(positions.get(0)).isEqualTo(entry(0)));

    putInFiles(1, 3 * PositionsFiles.MOST_OPEN);
    for (int file = 0; file < 3 * PositionsFiles.MOST_OPEN; file++) {
      assertThat(positions.get(file * PER_FILE)).isEqualTo(entry(file));
    }
    positions.force();
    assertThat(read).isNotDone();

    released.countDown();
    read.get(30, TimeUnit.SECONDS);
  }
}

package dev.paxosjournal.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.wal.WalPointer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PositionsTest {
  private static final UUID JOURNAL = new UUID(1, 2);
  private static final UUID OTHER_JOURNAL = new UUID(1, 3);
  private static final long PER_FILE = Positions.SLOTS_PER_FILE;
  private static final String FIRST_FILE = "positions-00000-0000000000000000000.pos";
  private static final String SECOND_FILE = "positions-00000-0000000000000262144.pos";
  private static final SlotLocation LOCATION = location(4096, 12);

  private final MemoryDisk disk = new MemoryDisk();
  private final Positions positions = new Positions(disk, JOURNAL);

  private static SlotLocation location(long position, int lengthBytes) {
    return new SlotLocation(new Ballot(-7, -2), new WalPointer(position, lengthBytes, 0xCAFE));
  }

  private static Positions.Lookup entry(SlotLocation location) {
    return new Positions.Entry(location);
  }

  private void put(long slot, SlotLocation location) throws IOException {
    positions.put(slot, location);
    positions.flush();
  }

  @Test
  void entryIsFoundOnceItIsFlushed() throws IOException {
    put(0, location(4096, 1));
    put(5, location(8192, 2));

    assertThat(positions.get(0)).isEqualTo(entry(location(4096, 1)));
    assertThat(positions.get(5)).isEqualTo(entry(location(8192, 2)));
    assertThat(new Positions(disk, JOURNAL).get(5)).isEqualTo(entry(location(8192, 2)));
  }

  @Test
  void entryLiesAtItsSlotTimes32() throws IOException {
    put(3, LOCATION);

    byte[] file = disk.read(FIRST_FILE);

    assertThat(file).hasSize(4 * 32);
    assertThat(Arrays.copyOf(file, 3 * 32)).containsOnly(0);
  }

  @Test
  void entryPutAgainReplacesTheOneBefore() throws IOException {
    put(3, location(4096, 1));
    put(3, location(8192, 2));

    assertThat(positions.get(3)).isEqualTo(entry(location(8192, 2)));
  }

  @Test
  void neighboursAreWrittenInOneCall() throws IOException {
    FailingDisk counted = new FailingDisk(disk);
    Positions other = new Positions(counted, JOURNAL);
    for (long slot = 10; slot < 200; slot++) {
      other.put(slot, location(slot * 64, 1));
    }
    other.flush();

    assertThat(counted.calls(Kind.WRITE)).isEqualTo(1);
    for (long slot = 10; slot < 200; slot++) {
      assertThat(other.get(slot)).isEqualTo(entry(location(slot * 64, 1)));
    }
  }

  @Test
  void slotsInAnyOrderAndAcrossFilesAreFound() throws IOException {
    long[] slots = {PER_FILE - 1, PER_FILE, 0, 3 * PER_FILE + 5, 1, PER_FILE + 1, PER_FILE - 2};
    for (long slot : slots) {
      positions.put(slot, location(slot + 1, 7));
    }
    positions.flush();

    for (long slot : slots) {
      assertThat(positions.get(slot)).isEqualTo(entry(location(slot + 1, 7)));
    }
    assertThat(positions.fileStarts()).containsExactly(0L, PER_FILE, 3 * PER_FILE);
    assertThat(disk.names()).startsWith(FIRST_FILE, SECOND_FILE);
  }

  @Test
  void highestSlotHasAnEntryLikeOthers() throws IOException {
    put(Long.MAX_VALUE, LOCATION);

    assertThat(positions.get(Long.MAX_VALUE)).isEqualTo(entry(LOCATION));
    assertThat(positions.coversAll(new SlotRange(Long.MAX_VALUE, Long.MAX_VALUE))).isTrue();
  }

  @Test
  void rangeIsCoveredIfAllItsFilesReachFarEnough() throws IOException {
    put(PER_FILE - 1, LOCATION);
    put(PER_FILE + 1, LOCATION);

    assertThat(positions.coversAll(new SlotRange(0, PER_FILE + 1))).isTrue();
    assertThat(positions.coversAll(new SlotRange(0, PER_FILE + 2))).isFalse();
    assertThat(positions.coversAll(new SlotRange(0, 2 * PER_FILE))).isFalse();
    disk.truncateNow(FIRST_FILE, disk.sizeOf(FIRST_FILE) - 1);
    assertThat(positions.coversAll(new SlotRange(5, PER_FILE))).isFalse();
    assertThat(positions.coversAll(new SlotRange(PER_FILE, PER_FILE))).isTrue();
  }

  @Test
  void filesThatHoldOnlyLowerSlotsAreDropped() throws IOException {
    put(0, LOCATION);
    put(PER_FILE, LOCATION);

    positions.dropBefore(PER_FILE - 1);
    assertThat(disk.names()).containsExactly(FIRST_FILE, SECOND_FILE);
    positions.dropBefore(PER_FILE);
    assertThat(disk.names()).containsExactly(SECOND_FILE);
    assertThat(positions.get(PER_FILE)).isEqualTo(entry(LOCATION));
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    disk.put("positions-00000-9999999999999999999.pos", new byte[32]);
    disk.put("positions-00001-0000000000000000000.pos", new byte[32]);
    put(0, LOCATION);

    positions.deleteAll();

    assertThat(disk.names())
        .containsExactly(
            "positions-00000-9999999999999999999.pos", "positions-00001-0000000000000000000.pos");
  }

  @Test
  void forcedEntrySurvivesAPowerCut() throws IOException {
    put(0, LOCATION);
    positions.force();
    put(1, LOCATION);

    Positions found = new Positions(disk.crash(CrashStrategy.NOTHING, 0), JOURNAL);

    assertThat(found.get(0)).isEqualTo(entry(LOCATION));
    assertThat(found.get(1)).isInstanceOf(Positions.NoEntry.class);
  }

  @Test
  void entryThatCannotBeWrittenIsKeptAndWrittenLater() throws IOException {
    FailingDisk full = new FailingDisk(disk);
    full.failFrom(Kind.WRITE, 1, FailingDisk::noSpace);
    Positions waiting = new Positions(full, JOURNAL);
    waiting.put(0, LOCATION);
    waiting.flush();

    assertThat(waiting.get(0)).isEqualTo(entry(LOCATION));
    assertThatThrownBy(waiting::force).hasMessage("1 positions could not be written yet");
    full.heal();
    waiting.flush();
    waiting.force();

    assertThat(new Positions(disk, JOURNAL).get(0)).isEqualTo(entry(LOCATION));
  }

  // --- what is no entry

  private void assertNoEntry(Positions from, long slot, String reason) {
    assertThat(from.get(slot)).isEqualTo(new Positions.NoEntry(reason));
  }

  @Test
  void missingFileHasNoEntry() {
    assertNoEntry(positions, 0, FIRST_FILE + " is missing");
  }

  @Test
  void shortFileHasNoEntry() throws IOException {
    put(3, LOCATION);
    disk.truncateNow(FIRST_FILE, 4 * 32 - 1);

    assertNoEntry(positions, 3, FIRST_FILE + " is too short");
    assertNoEntry(positions, 4, FIRST_FILE + " is too short");
  }

  @Test
  void zerosAreNoEntry() throws IOException {
    put(3, LOCATION);

    assertNoEntry(positions, 2, FIRST_FILE + " has no valid entry for the slot");
  }

  @Test
  void everyFlippedBitMakesItNoEntry() throws IOException {
    put(0, LOCATION);

    for (int bit = 0; bit < 32 * 8; bit++) {
      disk.flipBit(FIRST_FILE, bit);
      assertNoEntry(positions, 0, FIRST_FILE + " has no valid entry for the slot");
      disk.flipBit(FIRST_FILE, bit);
    }
    assertThat(positions.get(0)).isEqualTo(entry(LOCATION));
  }

  @Test
  void entryOfAnotherSlotIsNoEntry() throws IOException {
    put(0, LOCATION);
    disk.overwrite(FIRST_FILE, 32, disk.read(FIRST_FILE));

    assertNoEntry(positions, 1, FIRST_FILE + " has no valid entry for the slot");
  }

  @Test
  void entryOfAnotherJournalIsNoEntry() throws IOException {
    put(0, LOCATION);

    assertNoEntry(
        new Positions(disk, OTHER_JOURNAL), 0, FIRST_FILE + " has no valid entry for the slot");
  }

  @Test
  void unreadableFileHasNoEntry() throws IOException {
    put(0, LOCATION);
    FailingDisk failing = new FailingDisk(disk);
    failing.failFrom(Kind.READ, 1, FailingDisk::ioError);

    assertNoEntry(
        new Positions(failing, JOURNAL), 0, FIRST_FILE + " cannot be read: Input/output error");
    failing.failFrom(Kind.OPEN, 1, FailingDisk::ioError);
    assertNoEntry(
        new Positions(failing, JOURNAL), 0, FIRST_FILE + " cannot be read: Input/output error");
  }

  @Test
  void randomBytesAreNoEntry() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] content = new byte[random.nextInt(200)];
      random.nextBytes(content);
      disk.put(FIRST_FILE, content);
      Positions found = new Positions(disk, JOURNAL);

      assertThat(found.get(random.nextInt(8)))
          .as("seed %s", seed)
          .isInstanceOf(Positions.NoEntry.class);
    }
  }
}

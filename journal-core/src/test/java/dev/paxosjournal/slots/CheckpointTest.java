package dev.paxosjournal.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.disk.PowerCut;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.wal.Crc;
import dev.paxosjournal.wal.ShardState;
import dev.paxosjournal.wal.WalPointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final int PENDING_COUNT = 100;
  private static final UUID JOURNAL = new UUID(1, 2);
  private static final Ballot BALLOT = new Ballot(-7, -2);

  private final MemoryDisk disk = new MemoryDisk();

  private static AcceptorState busyState() {
    AcceptorState state = new AcceptorState();
    state.promise(new Ballot(3, 1));
    for (long slot = 0; slot < 4; slot++) {
      state.learn(slot);
    }
    state.floor(2, false);
    state.accept(5, location(4096));
    state.accept(9, location(8192));
    state.learn(6);
    state.learn(7);
    state.damage(new DamagedSlot(3, true, Optional.empty(), -1, 0, -1));
    state.damage(new DamagedSlot(10, false, Optional.of(BALLOT), 17, 0xCAFE, 12288));
    state.damageUncommitted(11, 13);
    return state;
  }

  private static SlotLocation location(long position) {
    return new SlotLocation(BALLOT, new WalPointer(position, 5, 0xBEEF));
  }

  private static Checkpoint busy() {
    return Checkpoint.of(busyState(), JOURNAL, 16384, 12288, 13, 4096);
  }

  private static Checkpoint empty() {
    return Checkpoint.of(new AcceptorState(), JOURNAL, 0, -1, -1, 0);
  }

  private byte[] encoded(Checkpoint checkpoint) throws IOException {
    checkpoint.write(disk);
    return disk.read(Checkpoint.FILE);
  }

  private Optional<Checkpoint> decoded(byte[] content) throws IOException {
    disk.put(Checkpoint.FILE, content);
    return Checkpoint.read(disk);
  }

  @Test
  void everythingWrittenIsReadBack() throws IOException {
    busy().write(disk);
    assertThat(Checkpoint.read(disk)).contains(busy());

    empty().write(disk);
    assertThat(Checkpoint.read(disk)).contains(empty());
  }

  @Test
  void holdsWhatTheStateKnew() {
    Checkpoint checkpoint = busy();

    assertThat(checkpoint.state()).isEqualTo(new ShardState(new Ballot(3, 1), false, 3, 2, 13));
    assertThat(checkpoint.pending())
        .containsExactly(
            new Checkpoint.PendingSlot(5, location(4096)),
            new Checkpoint.PendingSlot(9, location(8192)));
    assertThat(checkpoint.committedAbove()).containsExactly(new SlotRange(6, 7));
    assertThat(checkpoint.damaged()).extracting(DamagedSlot::slot).containsExactly(3L, 10L);
    assertThat(checkpoint.unnamed()).containsExactly(new SlotRange(11, 13));
  }

  @Test
  void stateMadeFromItGivesTheSameCheckpoint() {
    AcceptorState restored = busy().toState();

    assertThat(Checkpoint.of(restored, JOURNAL, 16384, 12288, 13, 4096)).isEqualTo(busy());
    assertThat(restored.firstGap()).isEqualTo(busyState().firstGap());
    assertThat(restored.highestCommitted()).isEqualTo(7);
  }

  @Test
  void takesTheTableBytesOfFormatMd() throws IOException {
    assertThat(encoded(empty())).hasSize(100 + 4 * 4 + 4);
    assertThat(encoded(busy())).hasSize(100 + 4 * 4 + 4 + 2 * 36 + 16 + 2 * 41 + 16);
  }

  @Test
  void replacesTheOneBeforeWhateverPowerCutComes() throws IOException {
    empty().write(disk);
    long before = disk.operations();
    MemoryDisk whole = disk.copyOf();
    busy().write(whole);

    for (long operation = before + 1; operation <= whole.operations(); operation++) {
      for (long seed = 0; seed < 20; seed++) {
        MemoryDisk cut = disk.copyOf();
        cut.cutPowerAt(operation);
        try {
          busy().write(cut);
        } catch (PowerCut expected) {
          // the image is what counts
        }
        for (CrashStrategy strategy : CrashStrategy.values()) {
          Optional<Checkpoint> left = Checkpoint.read(cut.crash(strategy, seed));
          assertThat(left)
              .as("cut at %s, %s, seed %s", operation, strategy, seed)
              .hasValueSatisfying(found -> assertThat(found).isIn(empty(), busy()));
        }
      }
    }
    assertThat(Checkpoint.read(whole.crash(CrashStrategy.NOTHING, 0))).contains(busy());
  }

  // --- what is no checkpoint

  @Test
  void missingFileIsNone() throws IOException {
    assertThat(Checkpoint.read(disk)).isEmpty();
  }

  @Test
  void unfinishedOneIsNone() throws IOException {
    disk.put("checkpoint.tmp", encoded(busy()));
    disk.deleteNow(Checkpoint.FILE);

    assertThat(Checkpoint.read(disk)).isEmpty();
  }

  @Test
  void unreadableFileIsNone() throws IOException {
    busy().write(disk);
    for (Kind kind : List.of(Kind.OPEN, Kind.READ)) {
      FailingDisk failing = new FailingDisk(disk);
      failing.failFrom(kind, 1, FailingDisk::ioError);

      assertThat(Checkpoint.read(failing)).isEmpty();
    }
  }

  @Test
  void fileThatWouldFillTheHeapIsNone() throws IOException {
    busy().write(disk);
    long size = Runtime.getRuntime().maxMemory() / 2;
    disk.open(Checkpoint.FILE, Disk.Access.WRITE).write(ByteBuffer.allocate(1), size);
    FailingDisk counted = new FailingDisk(disk);

    assertThat(Checkpoint.read(counted)).isEmpty();
    assertThat(counted.calls(Kind.READ)).isZero();
  }

  @Test
  void everyShorterFileIsNone() throws IOException {
    byte[] whole = encoded(busy());

    for (int length = 0; length < whole.length; length++) {
      assertThat(decoded(Arrays.copyOf(whole, length))).as("length %s", length).isEmpty();
    }
  }

  @Test
  void everyFlippedBitMakesItNone() throws IOException {
    byte[] whole = encoded(busy());

    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(decoded(flipped)).as("bit %s", bit).isEmpty();
    }
  }

  @Test
  void otherMagicVersionOrShardCountIsNone() throws IOException {
    assertThat(decoded(withInt(0, 0x50584A47))).isEmpty();
    assertThat(decoded(withInt(4, 2))).isEmpty();
    assertThat(decoded(withInt(56, 2 << 16))).isEmpty();
  }

  @Test
  void countsBeyondTheFileAreNone() throws IOException {
    for (int count : new int[] {3, 1 << 20, Integer.MAX_VALUE}) {
      assertThat(decoded(withInt(PENDING_COUNT, count))).as("%s pending", count).isEmpty();
    }
  }

  @Test
  void emptyRangeIsNone() throws IOException {
    byte[] whole = encoded(busy());
    int firstOfRange = PENDING_COUNT + 4 + 2 * 36 + 4;
    ByteBuffer.wrap(whole).putLong(firstOfRange, 8);

    assertThat(decoded(withChecksum(whole))).isEmpty();
  }

  @Test
  void randomBytesWithAGoodChecksumAreReadOrRefused() throws IOException {
    byte[] whole = encoded(busy());
    for (long seed = 0; seed < 5000; seed++) {
      Random random = new Random(seed);
      byte[] changed = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        int from = random.nextInt(changed.length - 4);
        byte[] noise = new byte[1 + random.nextInt(4)];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, changed, from, noise.length);
      }

      // Whatever it says, reading it ends, and so does using it.
      decoded(withChecksum(changed)).ifPresent(Checkpoint::toState);
    }
  }

  private byte[] withInt(int offset, int value) throws IOException {
    byte[] whole = encoded(busy());
    ByteBuffer.wrap(whole).putInt(offset, value);
    return withChecksum(whole);
  }

  private static byte[] withChecksum(byte[] content) {
    ByteBuffer buffer = ByteBuffer.wrap(content);
    int end = content.length - 4;
    buffer.putInt(end, new Crc().of(buffer, 0, end));
    return content;
  }
}

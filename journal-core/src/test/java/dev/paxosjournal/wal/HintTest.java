package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HintTest {
  private static final int COUNT = 66;
  private static final int ENTRIES = 108;
  private static final int COPY_BYTES = ENTRIES + 2 * 40 + 4;

  private final SampleLog log = new SampleLog();
  private final MemoryDisk disk = new MemoryDisk();
  private final Crc crc = new Crc();

  HintTest() {
    log.append(Value.utf8("one"), Value.utf8("two"));
  }

  private byte[] copy(long counter) {
    ByteBuffer encoded =
        Hint.encode(
            SampleLog.copyBuffer(),
            counter,
            log.segment(),
            log.end(),
            log.state(),
            log.groups,
            crc);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  private ByteBuffer file(long firstCounter, long secondCounter) {
    ByteBuffer file = ByteBuffer.allocate(Hint.FILE_BYTES);
    return file.put(0, copy(firstCounter)).put(Hint.COPY_BYTES, copy(secondCounter));
  }

  /** A file whose first copy alone can be valid. */
  private ByteBuffer fileWith(byte[] first) {
    return ByteBuffer.allocate(Hint.FILE_BYTES).put(0, first);
  }

  private @Nullable Hint parsedWithShort(int offset, int value) {
    ByteBuffer changed = fileWith(copy(1)).putShort(offset, (short) value);
    changed.putInt(COPY_BYTES - 4, crc.of(changed, 0, COPY_BYTES - 4));
    return Hint.parse(changed);
  }

  @Test
  void saysWhatWasForcedLast() {
    Hint hint = Hint.parse(file(1, 2));

    assertThat(hint.counter()).isEqualTo(2);
    assertThat(hint.journalId()).isEqualTo(SampleLog.JOURNAL);
    assertThat(hint.sequence()).isEqualTo(1);
    assertThat(hint.salt()).isEqualTo(SampleLog.FIRST_SALT);
    assertThat(hint.group()).isZero();
    assertThat(hint.end()).isEqualTo(log.end());
    assertThat(hint.state()).isEqualTo(log.state());
    assertThat(hint.recordHeaders().remaining()).isEqualTo(2 * 40);
    assertThat(RecordHeader.parse(hint.recordHeaders(), 40, hint.salt(), 176, crc))
        .extracting(RecordHeader::slot)
        .isEqualTo(1L);
  }

  @Test
  void higherCounterCounts() {
    assertThat(Hint.parse(file(8, 7)).counter()).isEqualTo(8);
    assertThat(Hint.parse(file(8, 9)).counter()).isEqualTo(9);
  }

  @Test
  void oneCopyIsEnough() {
    assertThat(Hint.parse(fileWith(copy(3))).counter()).isEqualTo(3);
    ByteBuffer second = ByteBuffer.allocate(Hint.FILE_BYTES).put(Hint.COPY_BYTES, copy(4));
    assertThat(Hint.parse(second).counter()).isEqualTo(4);
  }

  @Test
  void recordHeadersAreRepeatedUpTo128() {
    log.append(emptyValues(128));
    assertThat(log.hint().recordHeaders().remaining()).isEqualTo(128 * 40);

    log.append(emptyValues(129));
    assertThat(log.hint().recordHeaders().remaining()).isZero();
  }

  private static Value[] emptyValues(int count) {
    Value[] values = new Value[count];
    Arrays.fill(values, Value.utf8(""));
    return values;
  }

  // --- the file

  private void write(HintFile file) throws IOException {
    file.write(log.segment(), log.end(), log.state(), log.groups);
  }

  @Test
  void copiesAreWrittenInTurn() throws IOException {
    try (HintFile file = HintFile.open(disk, null)) {
      write(file);
      write(file);
      write(file);
    }

    ByteBuffer content = ByteBuffer.wrap(disk.read(Hint.FILE));
    assertThat(content.limit()).isEqualTo(Hint.FILE_BYTES);
    assertThat(content.getLong(8)).isEqualTo(2);
    assertThat(content.getLong(Hint.COPY_BYTES + 8)).isEqualTo(3);
  }

  @Test
  void counterGoesOnInTheNextLife() throws IOException {
    try (HintFile file = HintFile.open(disk, null)) {
      write(file);
    }
    try (HintFile file = HintFile.open(disk, HintFile.read(disk))) {
      write(file);
    }

    assertThat(HintFile.read(disk).counter()).isEqualTo(2);
  }

  @Test
  void copyThatIsBeingWrittenNeverTakesTheOther() throws IOException {
    try (HintFile file = HintFile.open(disk, null)) {
      write(file);
      file.force();
      disk.forceDirectory();
      write(file);
    }

    for (CrashStrategy strategy : CrashStrategy.values()) {
      for (long seed = 0; seed < 100; seed++) {
        assertThat(HintFile.read(disk.crash(strategy, seed)).counter())
            .as("%s, seed %s", strategy, seed)
            .isBetween(1L, 2L);
      }
    }
  }

  @Test
  void shortFileIsMadeWhole() throws IOException {
    disk.put(Hint.FILE, copy(2));

    HintFile.open(disk, HintFile.read(disk)).close();

    assertThat(disk.sizeOf(Hint.FILE)).isEqualTo(Hint.FILE_BYTES);
    assertThat(HintFile.read(disk).counter()).isEqualTo(2);
  }

  // --- what is no hint

  @Test
  void missingOrUnreadableFileIsNone() throws IOException {
    assertThat(HintFile.read(disk)).isNull();

    disk.put(Hint.FILE, file(1, 2).array());
    for (Kind kind : List.of(Kind.OPEN, Kind.READ)) {
      FailingDisk failing = new FailingDisk(disk);
      failing.failFrom(kind, 1, FailingDisk::ioError);
      assertThat(HintFile.read(failing)).isNull();
    }
  }

  @Test
  void everyFlippedBitMakesACopyNone() {
    for (int bit = 0; bit < COPY_BYTES * 8; bit++) {
      byte[] flipped = copy(1);
      flipped[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(Hint.parse(fileWith(flipped))).as("bit %s", bit).isNull();
    }
  }

  @Test
  void everyShorterFileIsNone() {
    for (int length = 0; length < COPY_BYTES; length++) {
      assertThat(Hint.parse(fileWith(copy(1)).limit(length))).as("length %s", length).isNull();
    }
    assertThat(Hint.parse(fileWith(copy(1)).limit(COPY_BYTES))).isNotNull();
  }

  @Test
  void otherMagicVersionOrShardCountIsNone() {
    assertThat(parsedWithShort(2, 0x4A43)).isNull();
    assertThat(parsedWithShort(6, 0)).isNull();
    assertThat(parsedWithShort(6, 2)).isNull();
    assertThat(parsedWithShort(64, 0)).isNull();
    assertThat(parsedWithShort(64, 2)).isNull();
  }

  @Test
  void entryCountThatDoesNotFitIsNone() {
    for (int count : new int[] {-1, 129, 0x7FFF, -32768}) {
      ByteBuffer changed = fileWith(copy(1)).putShort(COUNT, (short) count);
      int length = ENTRIES + count * 40;
      if (length >= 0 && length + 4 <= changed.limit()) {
        changed.putInt(length, crc.of(changed, 0, length));
      }
      assertThat(Hint.parse(changed)).as("count %s", count).isNull();
    }
  }

  @Test
  void randomBytesAreNone() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(Hint.FILE_BYTES + 1)];
      random.nextBytes(bytes);

      assertThat(Hint.parse(ByteBuffer.wrap(bytes))).as("seed %s", seed).isNull();
    }
  }

  /** Any number may stand anywhere: what is read has been checked against the length it has. */
  @Test
  void randomNumbersWithAGoodChecksumAreReadOrRefused() {
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      ByteBuffer changed = fileWith(copy(1));
      changed.putShort(random.nextInt(ENTRIES / 2) * 2, (short) random.nextInt());
      int length = ENTRIES + changed.getShort(COUNT) * 40;
      if (length >= 0 && length + 4 <= changed.limit()) {
        changed.putInt(length, crc.of(changed, 0, length));
      }

      Hint hint = Hint.parse(changed);

      if (hint != null) {
        assertThat(hint.recordHeaders().remaining()).as("seed %s", seed).isLessThan(8192);
      }
    }
  }
}

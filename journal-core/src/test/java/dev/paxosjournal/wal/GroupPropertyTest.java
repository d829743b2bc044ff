package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of every group, whatever is in it. */
class GroupPropertyTest {
  private static final int BLOCK = GroupHeader.BLOCK_BYTES;

  private final Crc crc = new Crc();

  private ParsedGroup parsed(RandomGroups.Group group, long salt) {
    ByteBuffer bytes = group.bytes();
    return ParsedGroup.parse(bytes, 0, salt, group.position(), bytes.limit(), crc);
  }

  @Test
  void randomGroupsAreReadAsTheyWereWritten() {
    for (long seed = 0; seed < 300; seed++) {
      RandomGroups groups = new RandomGroups(new Random(seed));
      byte[] before = new byte[0];
      long previous = -1;
      for (int i = 0; i < 5; i++) {
        RandomGroups.Group group = groups.next(i % 2 == 0 ? 6 : 200, 300);
        ParsedGroup found = parsed(group, groups.salt);

        assertThat(found.complete()).as("seed %s, group %s", seed, i).isTrue();
        assertSame(found, group);
        assertThat(found.header().previousPosition()).isEqualTo(previous);
        assertThat(found.echo()).as("seed %s, group %s", seed, i).isEqualTo(before);
        assertThat(found.recordHeaders()).hasSize(group.records().size() * 40);
        before = group.records().size() > 128 ? new byte[0] : found.recordHeaders();
        previous = group.position();
      }
    }
  }

  private static void assertSame(ParsedGroup found, RandomGroups.Group group) {
    GroupHeader header = found.header();
    assertThat(header.position()).isEqualTo(group.position());
    assertThat(header.groupBytes()).isEqualTo(group.bytes().limit()).matches(n -> n % BLOCK == 0);
    assertThat(header.logStart()).isEqualTo(group.logStart());
    assertThat(header.state()).isEqualTo(group.state());
    assertThat(found.records()).hasSameSizeAs(group.records());
    long lowest = -1;
    long highest = -1;
    for (int i = 0; i < group.records().size(); i++) {
      RandomGroups.Written written = group.records().get(i);
      RecordHeader record = found.records().get(i);
      assertThat(record.type()).isEqualTo(written.type());
      assertThat(record.flags()).isEqualTo(written.flags());
      assertThat(record.slot()).isEqualTo(written.slot());
      assertThat(record.ballot()).isEqualTo(written.ballot());
      assertThat(group.position() + record.offset()).isEqualTo(written.position());
      Value value = written.value() == null ? Value.utf8("") : written.value();
      assertThat(Value.copyOf(found.value(record))).isEqualTo(value);
      if (RecordType.namesSlot(written.type())) {
        lowest = lowest < 0 ? written.slot() : Math.min(lowest, written.slot());
        highest = Math.max(highest, written.slot());
      }
    }
    assertThat(header.lowestSlot()).isEqualTo(lowest);
    assertThat(header.highestSlot()).isEqualTo(highest);
  }

  @Test
  void raisedPromiseStandsTwiceAtLeastABlockApart() {
    for (long seed = 0; seed < 300; seed++) {
      RandomGroups groups = new RandomGroups(new Random(seed));
      RandomGroups.Group group = groups.next(200, 100);
      GroupHeader header = parsed(group, groups.salt).header();
      boolean copied = group.raisesPromise() || group.records().size() > 128;

      assertThat((header.flags() & GroupHeader.COPY) != 0).as("seed %s", seed).isEqualTo(copied);
      if (copied) {
        int at = header.groupBytes() - GroupHeader.TRAILER_BYTES - GroupHeader.BYTES;
        assertThat(at).isGreaterThanOrEqualTo(BLOCK);
        assertThat(
                GroupHeader.parse(
                    group.bytes(), at, groups.salt, group.position(), header.groupBytes(), crc))
            .as("seed %s", seed)
            .isEqualTo(header);
      }
    }
  }

  @Test
  void noBlockHoldsBothARecordHeaderAndItsEntryInTheTable() {
    for (long seed = 0; seed < 100; seed++) {
      RandomGroups groups = new RandomGroups(new Random(seed));
      RandomGroups.Group group = groups.next(600, (int) (seed % 4) * 50);
      ParsedGroup found = parsed(group, groups.salt);
      int count = found.records().size();
      if (count <= 128) {
        continue;
      }
      int table = found.header().groupBytes() - 16 - GroupHeader.BYTES - count * 40;
      byte[] entries = new byte[count * 40];
      group.bytes().get(table, entries);

      assertThat(entries).as("seed %s", seed).isEqualTo(found.recordHeaders());
      for (int i = 0; i < count; i++) {
        int lastOfHeader = found.records().get(i).offset() + 39;
        assertThat(lastOfHeader / BLOCK).as("seed %s", seed).isLessThan((table + i * 40) / BLOCK);
      }
    }
  }

  @Test
  void upperBoundOfALengthHolds() {
    for (long seed = 0; seed < 300; seed++) {
      RandomGroups groups = new RandomGroups(new Random(seed));
      groups.next(128, 0);
      RandomGroups.Group group = groups.next(300, 200);
      long recordBytes = 0;
      for (RandomGroups.Written record : group.records()) {
        recordBytes +=
            RecordHeader.recordBytes(record.value() == null ? 0 : record.value().length());
      }

      assertThat((long) group.bytes().limit())
          .as("seed %s", seed)
          .isLessThanOrEqualTo(GroupBuilder.mostBytes(group.records().size(), recordBytes));
    }
  }

  @Test
  void everyFlippedBitIsNoticedOrChangesNothingThatIsRead() {
    for (long seed = 0; seed < 3; seed++) {
      RandomGroups groups = new RandomGroups(new Random(seed));
      groups.next(6, 10);
      RandomGroups.Group group = groups.next(6, 700);
      ParsedGroup whole = parsed(group, groups.salt);
      for (int bit = 0; bit < group.bytes().limit() * 8; bit++) {
        flip(group.bytes(), bit);
        assertNothingWrongIsRead(group, whole, parsed(group, groups.salt), seed, bit);
        flip(group.bytes(), bit);
      }
    }
  }

  private static void flip(ByteBuffer bytes, int bit) {
    bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));
  }

  /** Without assertions' cost, because it runs for each of some hundred thousand bits. */
  private static void assertNothingWrongIsRead(
      RandomGroups.Group group, ParsedGroup whole, ParsedGroup found, long seed, int bit) {
    if (found == null) {
      return;
    }
    boolean right =
        found.header().equals(whole.header())
            && found.records().equals(whole.records().subList(0, found.records().size()));
    if (right && found.complete()) {
      right = found.records().size() == whole.records().size();
      for (int i = 0; right && i < found.records().size(); i++) {
        Value value = group.records().get(i).value();
        Value read = Value.copyOf(found.value(found.records().get(i)));
        right = read.equals(value == null ? Value.utf8("") : value);
      }
    }
    if (!right) {
      fail("seed %s, bit %s: %s", seed, bit, found);
    }
  }
}

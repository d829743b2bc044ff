package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParsedGroupTest {
  private static final int BLOCK = GroupHeader.BLOCK_BYTES;
  private static final long SALT = -5;
  private static final Ballot BALLOT = new Ballot(7, 2);
  private static final ShardState STATE = new ShardState(BALLOT, false, 0, 0, 3);
  private static final Value ODD = Value.utf8("hello");

  private final Crc crc = new Crc();
  private final GroupBuilder builder = new GroupBuilder();

  /** The second group of a log: echoes a promise and an accept, holds an accept and a commit. */
  private final ByteBuffer group = secondGroup();

  private final int first = 128 + 2 * 40;
  private final int second = first + 48;
  private final int bodyEnd = second + 40;

  private ByteBuffer secondGroup() {
    builder.begin(0, SALT);
    builder.add(RecordType.PROMISE, (byte) 0, 0, BALLOT, null);
    builder.add(RecordType.ACCEPT, (byte) 0, 0, BALLOT, Value.utf8(""));
    builder.finish(false, 0, STATE);
    builder.forced();
    builder.begin(BLOCK, SALT);
    builder.add(RecordType.ACCEPT, (byte) 0, 3, BALLOT, ODD);
    builder.add(RecordType.COMMIT, (byte) 0, 0, BALLOT, null);
    ByteBuffer encoded = builder.finish(false, 0, STATE);
    return ByteBuffer.allocate(encoded.remaining()).put(encoded).flip();
  }

  private ParsedGroup parsed() {
    return ParsedGroup.parse(group, 0, SALT, BLOCK, BLOCK, crc);
  }

  private void flip(int index) {
    group.put(index, (byte) (group.get(index) ^ 0x10));
  }

  private void putInt(int offset, int value) {
    group.putInt(offset, value);
    group.putInt(120, crc.of(group, 0, 120));
  }

  private void putIntIntoRecord(int record, int offset, int value) {
    group.putInt(record + offset, value);
    group.putInt(record + 36, crc.of(SALT, BLOCK + record, group, record, 36));
  }

  @Test
  void completeGroupHasItsRecordsAndValues() {
    ParsedGroup found = parsed();

    assertThat(found.complete()).isTrue();
    assertThat(found.header().bodyEnd()).isEqualTo(bodyEnd);
    assertThat(found.records())
        .extracting(RecordHeader::type, RecordHeader::slot, RecordHeader::offset)
        .containsExactly(tuple(RecordType.ACCEPT, 3L, first), tuple(RecordType.COMMIT, 0L, second));
    assertThat(Value.copyOf(found.value(found.records().get(0)))).isEqualTo(ODD);
    assertThat(found.value(found.records().get(1)).remaining()).isZero();
  }

  @Test
  void echoHoldsTheRecordHeadersOfTheGroupBefore() {
    ByteBuffer echo = ByteBuffer.wrap(parsed().echo());

    RecordHeader promise = RecordHeader.parse(echo, 0, SALT, 128, crc);
    RecordHeader accept = RecordHeader.parse(echo, 40, SALT, 168, crc);
    assertThat(List.of(promise.type(), accept.type()))
        .containsExactly(RecordType.PROMISE, RecordType.ACCEPT);
    assertThat(RecordHeader.offsetOf(echo, 40)).isEqualTo(168);
  }

  @Test
  void recordHeadersAreGivenOutVerbatim() {
    byte[] headers = parsed().recordHeaders();

    assertThat(headers).hasSize(80);
    assertThat(ByteBuffer.wrap(headers, 0, 40)).isEqualTo(group.slice(first, 40));
    assertThat(ByteBuffer.wrap(headers, 40, 40)).isEqualTo(group.slice(second, 40));
  }

  @Test
  void groupMayLieAnywhereInABuffer() {
    ByteBuffer larger = ByteBuffer.allocateDirect(3 * BLOCK).put(BLOCK, group, 0, BLOCK);

    ParsedGroup found = ParsedGroup.parse(larger, BLOCK, SALT, BLOCK, BLOCK, crc);

    assertThat(found.complete()).isTrue();
    assertThat(found.recordHeaders()).isEqualTo(parsed().recordHeaders());
    assertThat(found.echo()).isEqualTo(parsed().echo());
  }

  @Test
  void whatLiesBetweenBodyAndTrailerMeansNothing() {
    for (int index = bodyEnd; index < BLOCK - 16; index += 97) {
      flip(index);
    }

    assertThat(parsed().complete()).isTrue();
  }

  // --- errors

  @Test
  void noGroupWithoutAValidHeader() {
    flip(0);

    assertThat(parsed()).isNull();
  }

  @Test
  void noGroupIfTheBufferEndsBeforeIt() {
    group.limit(BLOCK - 1);

    assertThat(parsed()).isNull();
  }

  private void assertIncomplete(int readableRecords) {
    ParsedGroup found = parsed();
    assertThat(found.complete()).isFalse();
    assertThat(found.records()).hasSize(readableRecords);
  }

  @Test
  void damagedEchoMakesItIncompleteButNotItsRecords() {
    flip(128 + 5);

    assertIncomplete(2);
  }

  @Test
  void damagedTrailerMakesItIncomplete() {
    flip(BLOCK - 1);

    assertIncomplete(2);
  }

  @Test
  void damagedValueMakesItIncomplete() {
    flip(first + 40);

    assertIncomplete(2);
  }

  @Test
  void recordsAfterADamagedOneAreNotFound() {
    flip(first);
    assertIncomplete(0);
    flip(first);

    flip(second);
    assertIncomplete(1);
  }

  @Test
  void recordThatSaysItLiesElsewhereIsNotOne() {
    putIntIntoRecord(second, 32, first);

    assertIncomplete(1);
  }

  @Test
  void valueThatReachesBeyondTheBodyIsNotRead() {
    for (int length : new int[] {bodyEnd - first - 40 + 1, BLOCK, Integer.MAX_VALUE}) {
      putIntIntoRecord(first, 24, length);
      assertIncomplete(0);
    }
  }

  @Test
  void bodyThatEndsBeforeTheLastRecordMakesItIncomplete() {
    putInt(72, bodyEnd - 8);

    assertIncomplete(1);
  }

  @Test
  void bodyThatGoesOnAfterTheLastRecordMakesItIncomplete() {
    putInt(72, bodyEnd + 40);

    assertIncomplete(2);
  }

  @Test
  void moreRecordsThanThereAreMakeItIncomplete() {
    putInt(28, 3);
    putInt(72, bodyEnd + 40);

    assertIncomplete(2);
  }

  @Test
  void fewerRecordsThanThereAreMakeItIncomplete() {
    putInt(28, 1);

    assertIncomplete(1);
  }
}

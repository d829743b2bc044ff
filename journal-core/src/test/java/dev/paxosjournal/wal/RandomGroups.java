package dev.paxosjournal.wal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Groups with random records, one after another, and what they must be read as. */
final class RandomGroups {
  private final Random random;
  private final GroupBuilder builder = new GroupBuilder();
  final long salt;
  private long position;

  /** One record. */
  record Written(
      byte type, byte flags, long slot, Ballot ballot, @Nullable Value value, long position) {}

  /** One group. */
  record Group(
      ByteBuffer bytes,
      long position,
      List<Written> records,
      boolean raisesPromise,
      long logStart,
      ShardState state) {}

  RandomGroups(Random random) {
    this.random = random;
    this.salt = random.nextLong();
    this.position = random.nextInt(1000) * (long) GroupHeader.BLOCK_BYTES;
  }

  /** The next group, of at most so many records with values of at most so many bytes. */
  Group next(int mostRecords, int mostValueBytes) {
    builder.begin(position, salt);
    List<Written> records = new ArrayList<>();
    for (int i = random.nextInt(mostRecords); i >= 0; i--) {
      records.add(add(mostValueBytes));
    }
    boolean raisesPromise = random.nextInt(3) == 0;
    long logStart = random.nextLong();
    ShardState state = state();
    ByteBuffer encoded = builder.finish(raisesPromise, logStart, state);
    ByteBuffer copy = ByteBuffer.allocate(encoded.remaining()).put(encoded).flip();
    builder.forced();
    Group group = new Group(copy, position, records, raisesPromise, logStart, state);
    position += copy.limit();
    return group;
  }

  private Written add(int mostValueBytes) {
    byte type = (byte) (RecordType.PROMISE + random.nextInt(RecordType.JUDGED));
    byte flags = (byte) random.nextInt(2);
    long slot = random.nextInt(4) == 0 ? random.nextLong() >>> 1 : random.nextInt(100);
    boolean valued = type != RecordType.PROMISE && type != RecordType.COMMIT;
    Value value = valued ? value(random.nextInt(mostValueBytes + 1)) : null;
    Ballot ballot = ballot();
    return new Written(
        type, flags, slot, ballot, value, builder.add(type, flags, slot, ballot, value));
  }

  private Value value(int length) {
    byte[] bytes = new byte[length];
    if (random.nextInt(4) == 0) {
      Arrays.fill(bytes, (byte) random.nextInt(2));
    } else {
      random.nextBytes(bytes);
    }
    return Value.copyOf(bytes);
  }

  private Ballot ballot() {
    return new Ballot(random.nextLong() >> random.nextInt(64), random.nextInt());
  }

  private ShardState state() {
    return new ShardState(
        random.nextBoolean() ? ballot() : null,
        random.nextBoolean(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong());
  }
}

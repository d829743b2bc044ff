package dev.paxosjournal.wal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A stretch of the log that was forced once and cannot be read whole, and what is still known of
 * it.
 *
 * @param from where it begins
 * @param to where the log goes on
 * @param file the segment it lies in; empty if that is missing
 * @param offset in that file, or -1
 * @param proof what shows that it was forced
 * @param records those whose headers are known, in order
 * @param allNamed whether these are all that there were
 * @param state of the acceptor behind the stretch, if anything tells it
 * @param register the register behind the stretch, if its last group repeats it at its end
 */
public record LostStretch(
    long from,
    long to,
    String file,
    long offset,
    String proof,
    List<Remains> records,
    boolean allNamed,
    Optional<ShardState> state,
    Optional<Remains> register) {

  /**
   * One record of a lost stretch.
   *
   * @param header what the record said, verified, here or where it is repeated
   * @param position of the record in the log
   * @param readable whether the record itself, its value included, is unharmed
   * @param value the value, if readable; valid while the stretch is visited
   */
  public record Remains(RecordHeader header, long position, boolean readable, ByteBuffer value) {}

  /** The record headers, for the next group to repeat: now the hint alone has them. */
  ByteBuffer encodeHeaders(Segment segment) {
    Crc crc = new Crc();
    int count = allNamed && records.size() <= GroupHeader.MOST_ECHOED ? records.size() : 0;
    ByteBuffer target = ByteBuffer.allocate(count * RecordHeader.BYTES);
    for (int i = 0; i < count; i++) {
      RecordHeader header = records.get(i).header();
      RecordHeader.encode(
          target,
          i * RecordHeader.BYTES,
          header.type(),
          header.flags(),
          header.shard(),
          header.slot(),
          header.ballot(),
          header.valueBytes(),
          header.valueChecksum(),
          header.offset(),
          segment.header().salt(),
          records.get(i).position(),
          crc);
    }
    return target;
  }

  /** Whether nothing was lost after all: only padding, repeated headers or a trailer were hit. */
  public boolean isWhole() {
    return allNamed && records.stream().allMatch(Remains::readable);
  }
}

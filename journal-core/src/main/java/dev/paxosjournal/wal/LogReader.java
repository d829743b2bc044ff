package dev.paxosjournal.wal;

import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads single records by pointer, from any thread, and verifies on every read that the record is
 * the one that was asked for and that no byte of it changed.
 */
public final class LogReader {
  private final Supplier<Segments> segments;

  LogReader(Supplier<Segments> segments) {
    this.segments = segments;
  }

  /** What a read found. */
  public sealed interface Read {}

  /** The record is there and unchanged. */
  public record Found(Value value) implements Read {}

  /**
   * The record is not there or changed.
   *
   * @param file the segment, empty if none holds the position
   * @param offset of the record in the file, or -1
   * @param foundChecksum CRC-32C of the value found, if one could be read
   * @param reason one sentence for people
   * @param tooManyOpenFiles whether only no file could be opened: that says nothing of the record
   */
  public record Unreadable(
      String file, long offset, OptionalInt foundChecksum, String reason, boolean tooManyOpenFiles)
      implements Read {}

  /** The segment was retired meanwhile: ask again what the slot's state is. */
  public record Retired() implements Read {}

  /** Reads the value of a slot accepted or learned at a ballot. */
  public Read read(WalPointer pointer, long slot, Ballot ballot) {
    Segment segment = segments.get().at(pointer.position());
    if (segment == null) {
      return new Retired();
    }
    if (!segment.pin()) {
      return new Retired();
    }
    try {
      return readPinned(segment, pointer, slot, ballot);
    } finally {
      segment.unpin();
    }
  }

  private static Read readPinned(Segment segment, WalPointer pointer, long slot, Ballot ballot) {
    long offset = segment.offsetOf(pointer.position());
    long recordBytes = (long) RecordHeader.BYTES + pointer.lengthBytes();
    // A difference, not a sum: a position near the highest long would make it overflow.
    long most = Math.min(segment.mostEnd() - pointer.position(), Integer.MAX_VALUE - 4096);
    if (pointer.lengthBytes() < 0 || recordBytes > most) {
      return unreadable(segment, offset, "the record reaches past the end of its file");
    }
    ByteBuffer record = ByteBuffer.allocate((int) recordBytes);
    int read;
    try {
      read = segment.read(record, pointer.position());
    } catch (NoSpaceException tooManyOpenFiles) {
      return new Unreadable(
          segment.fileName(),
          offset,
          OptionalInt.empty(),
          "it cannot be read now: " + tooManyOpenFiles.getMessage(),
          true);
    } catch (IOException failure) {
      return unreadable(segment, offset, "the disk could not read it: " + failure.getMessage());
    }
    if (read < recordBytes) {
      return unreadable(segment, offset, "the file is shorter than the record");
    }
    @Nullable RecordHeader header =
        RecordHeader.parse(record, 0, segment.header().salt(), pointer.position(), new Crc());
    if (header == null) {
      return unreadable(segment, offset, "the record header fails its checksum");
    }
    if (!RecordType.holdsSlotValue(header.type())
        || header.slot() != slot
        || !header.ballot().equals(ballot)
        || header.valueBytes() != pointer.lengthBytes()
        || header.valueChecksum() != pointer.checksum()) {
      return unreadable(segment, offset, "another record lies there");
    }
    Value value = Value.copyOf(record.position(RecordHeader.BYTES).limit((int) recordBytes));
    if (value.checksum() != pointer.checksum()) {
      return new Unreadable(
          segment.fileName(),
          offset,
          OptionalInt.of(value.checksum()),
          "the value fails its checksum",
          false);
    }
    return new Found(value);
  }

  private static Unreadable unreadable(Segment segment, long offset, String reason) {
    return new Unreadable(segment.fileName(), offset, OptionalInt.empty(), reason, false);
  }
}

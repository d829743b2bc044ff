package dev.paxosjournal.wal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group as it was found on disk.
 *
 * @param header its header, valid
 * @param records the headers of its records, as far as they could be read one after another
 * @param complete whether every byte that counts is valid
 * @param source the buffer that holds the group
 * @param at where in the buffer the group begins
 */
record ParsedGroup(
    GroupHeader header, List<RecordHeader> records, boolean complete, ByteBuffer source, int at) {

  /** The group at a place of a buffer that holds all of it, or null if its header is not valid. */
  static @Nullable ParsedGroup parse(
      ByteBuffer source, int at, long salt, long position, long mostBytes, Crc crc) {
    GroupHeader header = GroupHeader.parse(source, at, salt, position, mostBytes, crc);
    if (header == null || header.groupBytes() > source.limit() - at) {
      return null;
    }
    List<RecordHeader> records = new ArrayList<>(Math.min(header.recordCount(), 4096));
    int echoBytes = header.echoCount() * RecordHeader.BYTES;
    boolean whole =
        crc.of(source, at + GroupHeader.BYTES, echoBytes) == header.echoChecksum()
            && GroupHeader.isTrailer(
                source,
                at + header.groupBytes() - GroupHeader.TRAILER_BYTES,
                salt,
                position,
                header.groupBytes(),
                crc);
    int offset = header.bodyStart();
    for (int i = 0; i < header.recordCount(); i++) {
      if (header.bodyEnd() - offset < RecordHeader.BYTES) {
        return new ParsedGroup(header, records, false, source, at);
      }
      RecordHeader record = RecordHeader.parse(source, at + offset, salt, position + offset, crc);
      if (record == null
          || record.offset() != offset
          || record.valueBytes() > header.bodyEnd() - offset - RecordHeader.BYTES) {
        return new ParsedGroup(header, records, false, source, at);
      }
      records.add(record);
      int value = at + offset + RecordHeader.BYTES;
      whole &= crc.of(source, value, record.valueBytes()) == record.valueChecksum();
      offset += RecordHeader.recordBytes(record.valueBytes());
    }
    whole &= offset == header.bodyEnd();
    return new ParsedGroup(header, records, whole, source, at);
  }

  /** The encoded record headers, as the group after this one repeats them. */
  byte[] recordHeaders() {
    byte[] headers = new byte[records.size() * RecordHeader.BYTES];
    for (int i = 0; i < records.size(); i++) {
      source.get(at + records.get(i).offset(), headers, i * RecordHeader.BYTES, RecordHeader.BYTES);
    }
    return headers;
  }

  /** The record headers of the group before, as this one repeats them. */
  byte[] echo() {
    byte[] headers = new byte[header.echoCount() * RecordHeader.BYTES];
    source.get(at + GroupHeader.BYTES, headers);
    return headers;
  }

  /** The value of one record. */
  ByteBuffer value(RecordHeader header) {
    return source
        .duplicate()
        .limit(at + header.offset() + RecordHeader.BYTES + header.valueBytes())
        .position(at + header.offset() + RecordHeader.BYTES);
  }
}

package dev.paxosjournal.wal;

import dev.paxosjournal.paxos.Registration;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what is still known of a stretch of the log that cannot be read whole: from the group's
 * own header or its copy, from the record headers that the next group, the hint or the group's
 * table repeat, and from the records themselves.
 */
final class Salvage {
  private static final int BLOCK = GroupHeader.BLOCK_BYTES;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Segments segments;
  private final @Nullable Hint hint;
  private final Covered covered;
  private final SegmentWindow window;
  private final Crc crc;

  Salvage(Segments segments, @Nullable Hint hint, Covered covered, SegmentWindow window, Crc crc) {
    this.segments = segments;
    this.hint = hint;
    this.covered = covered;
    this.window = window;
    this.crc = crc;
  }

  /** A record header found where it is repeated. */
  private record Named(RecordHeader header, long position) {}

  /** The first valid group header at or behind a position, within one segment. */
  Optional<GroupHeader> nextHeader(Segment segment, long from) {
    Segment next = segments.after(segment);
    long limit = next == null ? segment.mostEnd() : next.header().base();
    for (long at = Math.max(from, segment.header().base()); at < limit; at += BLOCK) {
      int index = window.at(segment, at, BLOCK);
      if (index < 0) {
        return Optional.empty();
      }
      GroupHeader header =
          GroupHeader.parse(window.buffer(), index, segment.header().salt(), at, limit - at, crc);
      if (header != null) {
        return Optional.of(header);
      }
    }
    return Optional.empty();
  }

  private Optional<GroupHeader> nextHeaderInLog(Segment segment, long from) {
    for (Segment each = segment; each != null; each = segments.after(each)) {
      Optional<GroupHeader> found = nextHeader(each, from);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * What is known of the log from a position on that cannot be read.
   *
   * @param limit where the segment's part of the log ends
   * @param group the group there, if its header is valid
   */
  LostStretch stretchAt(
      Segment segment,
      long position,
      long limit,
      @Nullable Segment next,
      @Nullable ParsedGroup group,
      String proof) {
    if (group != null) {
      GroupHeader header = group.header();
      List<Named> names = namesOf(segment, header);
      return named(segment, header, names, proof);
    }
    Optional<GroupHeader> behind = nextHeaderInLog(segment, position + BLOCK);
    if (behind.isPresent()) {
      return beforeHeader(segment, position, behind.get(), proof);
    }
    if (next != null) {
      // No header of a later segment can be read either; its own header tells the state there.
      return unnamed(
          segment, position, next.header().base(), Optional.of(next.header().state()), proof);
    }
    return beforeEnd(segment, position, limit, proof);
  }

  private LostStretch beforeHeader(
      Segment segment, long position, GroupHeader behind, String proof) {
    long previous = behind.previousPosition();
    if (previous == position) {
      GroupHeader copy = copyBefore(segment, position, behind.position());
      if (copy != null) {
        return named(segment, copy, namesOf(segment, copy), proof);
      }
      List<Named> names = echoOf(behind);
      boolean allNamed = names.size() == behind.echoCount();
      if (!names.isEmpty()) {
        return new LostStretch(
            position,
            behind.position(),
            segment.fileName(),
            segment.offsetOf(position),
            proof,
            remains(segment, names),
            allNamed,
            // What is not named bears on slots as far as the later header knows of any.
            allNamed ? Optional.empty() : Optional.of(behind.state().withoutFloors()),
            Optional.empty());
      }
    }
    boolean skips = previous > position && previous < behind.position();
    long to = skips ? previous : behind.position();
    return unnamed(segment, position, to, Optional.of(behind.state()), proof);
  }

  private LostStretch beforeEnd(Segment segment, long position, long limit, String proof) {
    Hint last = hint;
    if (last != null && last.end() > position && last.end() >= covered.end()) {
      if (last.group() == position) {
        GroupHeader copy = copyBefore(segment, position, last.end());
        if (copy != null) {
          List<Named> names = namesOf(segment, copy);
          return named(segment, copy, names.isEmpty() ? hinted(last) : names, proof);
        }
        List<Named> names = hinted(last);
        if (!names.isEmpty()) {
          return new LostStretch(
              position,
              last.end(),
              segment.fileName(),
              segment.offsetOf(position),
              proof,
              remains(segment, names),
              true,
              Optional.of(last.state()),
              Optional.empty());
        }
      }
      long to = last.group() > position ? last.group() : last.end();
      return unnamed(segment, position, to, Optional.of(last.state()), proof);
    }
    Optional<GroupHeader> end = headerCopy(segment, position, limit);
    if (end.isPresent()) {
      return named(segment, end.get(), namesOf(segment, end.get()), proof);
    }
    if (covered.end() > position) {
      long to = Math.max(covered.end(), position + BLOCK);
      return unnamed(segment, position, to, covered.state(), proof);
    }
    return unnamed(segment, position, position + BLOCK, Optional.empty(), proof);
  }

  private LostStretch unnamed(
      Segment segment, long from, long to, Optional<ShardState> state, String proof) {
    boolean within = from < segment.mostEnd();
    return new LostStretch(
        from,
        to,
        within ? segment.fileName() : "",
        within ? segment.offsetOf(from) : -1,
        proof,
        List.of(),
        false,
        state,
        Optional.empty());
  }

  /** The header copy of a group that begins at a position and ends nobody knows where. */
  Optional<GroupHeader> headerCopy(Segment segment, long position, long limit) {
    for (long end = position + 2L * BLOCK; end <= limit; end += BLOCK) {
      GroupHeader copy = copyBefore(segment, position, end);
      if (copy != null) {
        return Optional.of(copy);
      }
    }
    return Optional.empty();
  }

  /** The header copy at the end of a group that is known to end at a position, or null. */
  private @Nullable GroupHeader copyBefore(Segment segment, long position, long end) {
    long at = end - GroupHeader.TRAILER_BYTES - GroupHeader.BYTES;
    int index = window.at(segment, at, GroupHeader.BYTES);
    if (index < 0) {
      return null;
    }
    GroupHeader copy =
        GroupHeader.parse(
            window.buffer(), index, segment.header().salt(), position, end - position, crc);
    return copy != null && copy.end() == end ? copy : null;
  }

  private LostStretch named(Segment segment, GroupHeader header, List<Named> names, String proof) {
    List<Named> known = names;
    if (known.size() < header.recordCount()) {
      known = inline(segment, header);
    }
    return new LostStretch(
        header.position(),
        header.end(),
        segment.fileName(),
        segment.offsetOf(header.position()),
        proof,
        remains(segment, known),
        known.size() == header.recordCount(),
        Optional.of(header.state()),
        registerCopy(segment, header));
  }

  /** The register record that a group repeats at its end, if it does and that is unharmed. */
  private Optional<LostStretch.Remains> registerCopy(Segment segment, GroupHeader header) {
    if ((header.flags() & GroupHeader.REGISTER) == 0) {
      return Optional.empty();
    }
    int index =
        window.at(segment, header.position() + header.registerCopy(), GroupHeader.REGISTER_BYTES);
    if (index < 0) {
      return Optional.empty();
    }
    ByteBuffer copy = window.buffer();
    long position = header.position() + RecordHeader.offsetOf(copy, index);
    RecordHeader record = RecordHeader.parse(copy, index, segment.header().salt(), position, crc);
    if (record == null
        || record.type() != RecordType.REGISTER
        || record.valueBytes() > Registration.MOST_VOTE_BYTES
        || crc.of(copy, index + RecordHeader.BYTES, record.valueBytes())
            != record.valueChecksum()) {
      return Optional.empty();
    }
    byte[] vote = new byte[record.valueBytes()];
    copy.get(index + RecordHeader.BYTES, vote);
    return Optional.of(new LostStretch.Remains(record, position, true, ByteBuffer.wrap(vote)));
  }

  /** The register records of a group that can be read, where they stand or where repeated. */
  List<LostStretch.Remains> registers(Segment segment, GroupHeader header) {
    List<Named> inline =
        inline(segment, header).stream()
            .filter(name -> name.header().type() == RecordType.REGISTER)
            .toList();
    List<LostStretch.Remains> found = new ArrayList<>(remains(segment, inline));
    found.removeIf(record -> !record.readable());
    registerCopy(segment, header).ifPresent(found::add);
    return found;
  }

  /** The record headers of a group, wherever they are repeated; empty if nowhere. */
  private List<Named> namesOf(Segment segment, GroupHeader header) {
    List<Named> inline = inline(segment, header);
    if (inline.size() == header.recordCount()) {
      return inline;
    }
    if ((header.flags() & GroupHeader.TABLE) != 0) {
      long table = header.position() + header.table();
      int bytes = header.recordCount() * RecordHeader.BYTES;
      int index = window.at(segment, table, bytes);
      return index < 0
          ? List.of()
          : parse(
              window.buffer(),
              index,
              header.recordCount(),
              segment.header().salt(),
              header.position());
    }
    if (hint != null && hint.group() == header.position()) {
      List<Named> names = hinted(hint);
      if (!names.isEmpty()) {
        return names;
      }
    }
    Segment holder = segments.at(header.end());
    if (holder == null) {
      return List.of();
    }
    return nextHeader(holder, header.end())
        .filter(behind -> behind.previousPosition() == header.position())
        .map(this::echoOf)
        .orElse(List.of());
  }

  /** The records as they stand one after another, up to the first whose header is bad. */
  private List<Named> inline(Segment segment, GroupHeader header) {
    List<Named> names = new ArrayList<>();
    int index = window.at(segment, header.position(), header.groupBytes());
    if (index < 0) {
      return names;
    }
    int offset = header.bodyStart();
    while (names.size() < header.recordCount() && header.bodyEnd() - offset >= RecordHeader.BYTES) {
      RecordHeader record =
          RecordHeader.parse(
              window.buffer(),
              index + offset,
              segment.header().salt(),
              header.position() + offset,
              crc);
      if (record == null
          || record.offset() != offset
          || record.valueBytes() > header.bodyEnd() - offset - RecordHeader.BYTES) {
        break;
      }
      names.add(new Named(record, header.position() + offset));
      offset += RecordHeader.recordBytes(record.valueBytes());
    }
    return names;
  }

  /** The record headers of the group before, as a group repeats them. */
  private List<Named> echoOf(GroupHeader behind) {
    Segment holder = segments.at(behind.position());
    Segment source = segments.at(behind.previousPosition());
    if (holder == null || source == null) {
      return List.of();
    }
    int bytes = behind.echoCount() * RecordHeader.BYTES;
    int index = window.at(holder, behind.position() + GroupHeader.BYTES, bytes);
    return index < 0
        ? List.of()
        : parse(
            window.buffer(),
            index,
            behind.echoCount(),
            source.header().salt(),
            behind.previousPosition());
  }

  private List<Named> hinted(Hint last) {
    int count = last.recordHeaders().limit() / RecordHeader.BYTES;
    return parse(last.recordHeaders(), 0, count, last.salt(), last.group());
  }

  private List<Named> parse(
      ByteBuffer source, int index, int count, long salt, long groupPosition) {
    List<Named> names = new ArrayList<>();
    ByteBuffer copy = ByteBuffer.allocate(RecordHeader.BYTES);
    for (int i = 0; i < count; i++) {
      int at = index + i * RecordHeader.BYTES;
      copy.put(0, source, at, RecordHeader.BYTES);
      long position = groupPosition + RecordHeader.offsetOf(copy, 0);
      RecordHeader record = RecordHeader.parse(copy, 0, salt, position, crc);
      if (record != null) {
        names.add(new Named(record, position));
      }
    }
    return names;
  }

  /** Looks which of the named records are unharmed themselves. */
  private List<LostStretch.Remains> remains(Segment segment, List<Named> names) {
    List<LostStretch.Remains> found = new ArrayList<>();
    for (Named name : names) {
      ByteBuffer value = readable(segment, name);
      found.add(
          new LostStretch.Remains(
              name.header(), name.position(), value != null, value == null ? NOTHING : value));
    }
    return found;
  }

  /** The value of a record that is unharmed, or null. */
  private @Nullable ByteBuffer readable(Segment segment, Named name) {
    RecordHeader header = name.header();
    long bytes = (long) RecordHeader.BYTES + header.valueBytes();
    if (name.position() + bytes > segment.mostEnd()) {
      return null;
    }
    int index = window.at(segment, name.position(), (int) bytes);
    if (index < 0) {
      return null;
    }
    RecordHeader inline =
        RecordHeader.parse(window.buffer(), index, segment.header().salt(), name.position(), crc);
    int value = index + RecordHeader.BYTES;
    if (inline == null
        || !inline.equals(header)
        || crc.of(window.buffer(), value, header.valueBytes()) != header.valueChecksum()) {
      return null;
    }
    byte[] copy = new byte[header.valueBytes()];
    window.buffer().get(value, copy);
    return ByteBuffer.wrap(copy);
  }
}

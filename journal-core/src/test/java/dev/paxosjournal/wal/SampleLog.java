package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A small log on a {@link MemoryDisk}, written by the codecs alone, with fixed identity, salts and
 * times, so that the same calls give the same bytes.
 */
final class SampleLog {
  static final int BLOCK = GroupHeader.BLOCK_BYTES;
  static final int SEGMENT_BLOCKS = 16;
  static final UUID JOURNAL = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  static final LogIdentity IDENTITY = new LogIdentity("example", 2, JOURNAL, 1);
  static final Ballot BALLOT = new Ballot(7, 2);
  static final long FIRST_SALT = 0x0123456789ABCDEFL;
  static final long CREATED_MILLIS = 1_767_225_600_000L;

  final MemoryDisk disk = new MemoryDisk();
  final GroupBuilder groups = new GroupBuilder();
  private final List<SegmentHeader> headers = new ArrayList<>();
  private long end;
  private long nextSlot;
  private ShardState state = ShardState.EMPTY;

  /** What a scan passed on, in order. */
  record Scan(List<ParsedGroup> groups, List<LostStretch> lost, ScanEnd end) {
    List<Long> positions() {
      return groups.stream().map(group -> group.header().position()).toList();
    }
  }

  SampleLog() {
    roll();
  }

  /** The segment written to. */
  SegmentHeader segment() {
    return headers.get(headers.size() - 1);
  }

  /** All segments, oldest first. */
  List<SegmentHeader> headers() {
    return List.copyOf(headers);
  }

  /** Length of the file of the segment written to. */
  long fileBytes() {
    return disk.sizeOf(segment().fileName());
  }

  /** Where the log ends. */
  long end() {
    return end;
  }

  ShardState state() {
    return state;
  }

  /** Begins a segment, filled with zeros. */
  SegmentHeader roll() {
    SegmentHeader before = headers.isEmpty() ? null : segment();
    SegmentHeader header =
        new SegmentHeader(
            IDENTITY,
            headers.size() + 1,
            end,
            FIRST_SALT + headers.size(),
            before == null ? 0 : before.sequence(),
            0,
            nextSlot - 1,
            CREATED_MILLIS,
            state);
    byte[] content = new byte[SegmentHeader.AREA_BYTES + SEGMENT_BLOCKS * BLOCK];
    header.encode().get(content, 0, SegmentHeader.AREA_BYTES);
    disk.put(header.fileName(), content);
    headers.add(header);
    return header;
  }

  /** Begins a segment far behind. */
  SegmentHeader rollAt(long base) {
    end = base;
    return roll();
  }

  /** Appends a group that accepts these values, each in the next slot. */
  GroupHeader append(Value... values) {
    begin();
    for (Value value : values) {
      groups.add(RecordType.ACCEPT, (byte) 0, nextSlot++, BALLOT, value);
    }
    return append(false, new ShardState(BALLOT, false, -1, 0, nextSlot - 1));
  }

  /** A group of so many blocks, with one value. */
  GroupHeader appendBlocks(int blocks) {
    return append(Value.copyOf(new byte[(blocks - 1) * BLOCK + 2000]));
  }

  void begin() {
    groups.begin(end, segment().salt());
  }

  /** Appends the group begun. */
  GroupHeader append(boolean raisesPromise, ShardState after) {
    ByteBuffer group = groups.finish(raisesPromise, 0, after);
    GroupHeader header =
        GroupHeader.parse(group, 0, segment().salt(), end, group.limit(), new Crc());
    byte[] bytes = new byte[group.remaining()];
    group.get(bytes);
    disk.overwrite(segment().fileName(), offsetOf(end), bytes);
    groups.forced();
    end = header.end();
    state = after;
    return header;
  }

  /** Offset in the file of the segment written to. */
  long offsetOf(long position) {
    return position - segment().base() + SegmentHeader.AREA_BYTES;
  }

  /** Overwrites bytes of the segment written to. */
  void damage(long position, int length) {
    byte[] garbage = new byte[length];
    Arrays.fill(garbage, (byte) 0xD5);
    disk.overwrite(segment().fileName(), offsetOf(position), garbage);
  }

  /** What the hint says after the last group. */
  Hint hint() {
    ByteBuffer file = ByteBuffer.allocate(Hint.FILE_BYTES);
    file.put(Hint.encode(copyBuffer(), 1, segment(), end, state, groups, new Crc()));
    Hint hint = Hint.parse(file.clear());
    if (hint == null) {
      throw new AssertionError("the hint just encoded is none");
    }
    return hint;
  }

  static ByteBuffer copyBuffer() {
    return ByteBuffer.allocate(Hint.COPY_BYTES);
  }

  /** Reads the log from its start, without a hint or checkpoint. */
  Scan scan() throws IOException {
    return scan(disk, 0, null, 0);
  }

  Scan scan(@Nullable Hint hint, long checkpointEnd) throws IOException {
    return scan(disk, 0, hint, checkpointEnd);
  }

  Scan scan(Disk from, long position, @Nullable Hint hint, long checkpointEnd) throws IOException {
    List<ParsedGroup> groups = new ArrayList<>();
    List<LostStretch> lost = new ArrayList<>();
    WalScan.Visitor visitor =
        new WalScan.Visitor() {
          @Override
          public void group(ParsedGroup group) {
            groups.add(group);
          }

          @Override
          public void lost(LostStretch stretch) {
            lost.add(stretch);
          }
        };
    ReadHandles handles = new ReadHandles(from);
    ScanEnd scanEnd =
        new WalScan(segments(from, handles), hint, checkpointEnd, false).scan(position, visitor);
    handles.close();
    return new Scan(groups, lost, scanEnd);
  }

  Segments segments(Disk from, ReadHandles handles) throws IOException {
    List<Segment> found = new ArrayList<>();
    for (SegmentHeader header : headers) {
      try (DiskFile file = from.open(header.fileName(), Disk.Access.READ)) {
        found.add(new Segment(header, header.fileName(), handles, file.size(), -1));
      }
    }
    return new Segments(found);
  }
}

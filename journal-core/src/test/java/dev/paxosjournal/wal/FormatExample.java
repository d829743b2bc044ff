package dev.paxosjournal.wal;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.slots.SlotLocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The calls of FORMAT.md, section 9, and the bytes that the journal's code makes of them. */
final class FormatExample {
  private static final Ballot BALLOT = SampleLog.BALLOT;
  private static final Value HELLO = Value.utf8("hello");
  private static final Value EMPTY = Value.utf8("");

  private FormatExample() {}

  /** By the headings of the section. */
  static Map<String, byte[]> parts() throws IOException {
    SampleLog log = new SampleLog();
    log.begin();
    log.groups.add(RecordType.PROMISE, (byte) 0, 0, BALLOT, null);
    SlotLocation hello = accept(log, 0, HELLO);
    GroupHeader first = log.append(true, new ShardState(BALLOT, false, -1, 0, 0));
    log.begin();
    SlotLocation empty = accept(log, 1, EMPTY);
    log.groups.add(RecordType.COMMIT, (byte) 0, 0, BALLOT, null);
    GroupHeader second = log.append(false, new ShardState(BALLOT, false, 0, 0, 1));

    byte[] segment = log.disk.read(log.segment().fileName());
    Map<String, byte[]> parts = new LinkedHashMap<>();
    parts.put("Segment header", Arrays.copyOf(segment, ByteBuffer.wrap(segment).getInt(8)));
    parts.put("First group", bytesOf(segment, first));
    parts.put("Second group", bytesOf(segment, second));
    parts.put("Positions entry", positionsEntry(hello));
    parts.put("Hint", hint(log));
    parts.put("Checkpoint", checkpoint(log, hello, empty, second));
    return parts;
  }

  private static SlotLocation accept(SampleLog log, long slot, Value value) {
    long position = log.groups.add(RecordType.ACCEPT, (byte) 0, slot, BALLOT, value);
    return new SlotLocation(BALLOT, new WalPointer(position, value.length(), value.checksum()));
  }

  private static byte[] bytesOf(byte[] segment, GroupHeader group) {
    int from = (int) group.position() + SegmentHeader.AREA_BYTES;
    return Arrays.copyOfRange(segment, from, from + group.groupBytes());
  }

  private static byte[] positionsEntry(SlotLocation location) throws IOException {
    MemoryDisk disk = new MemoryDisk();
    try (Positions positions = new Positions(disk, SampleLog.JOURNAL)) {
      positions.put(0, location);
      positions.flush();
    }
    return disk.read(disk.names().get(0));
  }

  private static byte[] hint(SampleLog log) {
    ByteBuffer encoded =
        Hint.encode(
            SampleLog.copyBuffer(),
            2,
            log.segment(),
            log.end(),
            log.state(),
            log.groups,
            new Crc());
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  private static byte[] checkpoint(
      SampleLog log, SlotLocation hello, SlotLocation empty, GroupHeader last) throws IOException {
    AcceptorState state = new AcceptorState();
    state.promise(BALLOT);
    state.accept(0, hello);
    state.accept(1, empty);
    state.commit(0, BALLOT);
    MemoryDisk disk = new MemoryDisk();
    Checkpoint.of(state, SampleLog.JOURNAL, log.end(), last.position(), last.highestSlot(), 0)
        .write(disk);
    return disk.read(Checkpoint.FILE);
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/** A retransmission as bytes (FORMAT.md, section 11). */
final class RetransmissionFrames {
  static final byte COMMITTED = 1;
  static final byte DAMAGED = 2;
  static final byte END = 3;
  static final byte LIMIT = 4;

  /** Kind, slot, round, node, length, checksum. */
  static final int HEADER_BYTES = 1 + 8 + 8 + 4 + 4 + 4;

  private RetransmissionFrames() {}

  static Retransmission.End write(Retransmission walk, WritableByteChannel target)
      throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    for (Optional<SlotState> next = walk.next(); next.isPresent(); next = walk.next()) {
      header.clear();
      if (next.get() instanceof SlotState.Committed committed) {
        header.put(COMMITTED).putLong(committed.slot());
        header.putLong(committed.ballot().round()).putInt(committed.ballot().node());
        header.putInt(committed.value().length()).putInt(committed.value().checksum());
        writeAll(header.flip(), target);
        writeAll(committed.value().asReadOnlyBuffer(), target);
      } else {
        header.put(DAMAGED).putLong(next.get().slot());
        header.putLong(0).putInt(0).putInt(0).putInt(0);
        writeAll(header.flip(), target);
      }
    }
    Retransmission.End end = walk.end();
    header.clear();
    header.put(end.reason() == Retransmission.Reason.END ? END : LIMIT).putLong(end.nextSlot());
    header.putLong(0).putInt(0).putInt(0).putInt(0);
    writeAll(header.flip(), target);
    return end;
  }

  private static void writeAll(ByteBuffer bytes, WritableByteChannel target) throws IOException {
    while (bytes.hasRemaining()) {
      target.write(bytes);
    }
  }
}

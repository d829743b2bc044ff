package dev.paxosjournal.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stretch of one segment in memory, moved forward in large reads. Used by one thread. */
final class SegmentWindow {
  private static final int CHUNK_BYTES = 1 << 20;

  private ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private @Nullable Segment segment;
  private long first;
  private int filled;

  /**
   * Makes {@code bytes} from a position available, if the file has them.
   *
   * @return where in {@link #buffer()} the position lies, or -1 if the file is too short
   */
  int at(Segment wanted, long position, int bytes) throws IOException {
    if (wanted != segment || position < first || position + bytes > first + filled) {
      load(wanted, position, bytes);
    }
    return position + bytes <= first + filled ? (int) (position - first) : -1;
  }

  /** The bytes; valid until the next {@link #at}. */
  ByteBuffer buffer() {
    return buffer;
  }

  private void load(Segment wanted, long position, int bytes) throws IOException {
    // Forget what was there before reading: a read that fails half-way must not leave a mixture.
    segment = null;
    filled = 0;
    if (bytes > buffer.capacity()) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    buffer.clear();
    filled = wanted.read(buffer, position);
    buffer.position(0).limit(filled);
    first = position;
    segment = wanted;
  }
}

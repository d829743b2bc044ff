package dev.paxosjournal.wal;

import dev.paxosjournal.disk.NoSpaceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of one segment in memory, moved forward in large reads. Used by one thread.
 *
 * <p>Where the disk cannot read a block, the rest is read without it: it is seen as zeros, and the
 * window remembers that it was an error, because an error must never pass for an end of the log.
 * Where no file can be opened because too many are, nothing was read, and that is no error of the
 * disk: it is thrown as an {@link UncheckedIOException}, or a whole log would pass for damaged.
 */
final class SegmentWindow {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int BLOCK = GroupHeader.BLOCK_BYTES;

  private ByteBuffer buffer;
  private @Nullable Segment segment;
  private long first;
  private int filled;
  private long firstError;
  private long lastError;

  /** A window for files of up to this length; it grows if a group needs more. */
  SegmentWindow(long mostFileBytes) {
    buffer = ByteBuffer.allocateDirect((int) Math.max(BLOCK, Math.min(CHUNK_BYTES, mostFileBytes)));
  }

  /**
   * Makes {@code bytes} from a position available, if the file has them.
   *
   * @return where in {@link #buffer()} the position lies, or -1 if the file is too short
   */
  int at(Segment wanted, long position, int bytes) {
    if (bytes > wanted.mostEnd() - position) {
      // Before anything is allocated: a length may be as wrong as a checksum allows.
      return -1;
    }
    if (wanted != segment || position < first || position + bytes > first + filled) {
      load(wanted, position, bytes);
    }
    return position + bytes <= first + filled ? (int) (position - first) : -1;
  }

  /** The bytes; valid until the next {@link #at}. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Whether the disk failed to read something of what is here, between two positions. */
  boolean hasErrorWithin(long from, long before) {
    return firstError < before && from < lastError;
  }

  private void load(Segment wanted, long position, int bytes) {
    segment = null;
    if (bytes > buffer.capacity()) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    first = position;
    firstError = Long.MAX_VALUE;
    lastError = Long.MIN_VALUE;
    buffer.clear();
    try {
      filled = wanted.read(buffer, position);
    } catch (NoSpaceException tooManyOpenFiles) {
      throw new UncheckedIOException(tooManyOpenFiles);
    } catch (IOException failure) {
      filled = readBlockByBlock(wanted, position);
    }
    buffer.position(0).limit(filled);
    segment = wanted;
  }

  private int readBlockByBlock(Segment wanted, long position) {
    long left = Math.max(0, wanted.mostEnd() - position);
    int most = (int) Math.min(buffer.capacity(), left);
    for (int at = 0; at < most; at += BLOCK) {
      int length = Math.min(BLOCK, most - at);
      ByteBuffer block = buffer.duplicate().clear().position(at).limit(at + length);
      int read;
      try {
        read = wanted.read(block, position + at);
      } catch (NoSpaceException tooManyOpenFiles) {
        throw new UncheckedIOException(tooManyOpenFiles);
      } catch (IOException failure) {
        firstError = Math.min(firstError, position + at);
        lastError = position + at + length;
        read = 0;
      }
      for (int i = at + read; i < at + length; i++) {
        buffer.put(i, (byte) 0);
      }
    }
    return most;
  }
}

package dev.paxosjournal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file, read and written at offsets.
 *
 * <p>Reads may come from any thread at any time. Writes come from one thread at a time.
 */
public interface DiskFile extends Closeable {

  /**
   * Reads at an offset until the buffer is full or the file ends.
   *
   * @return how many bytes were read; 0 at or behind the end of the file
   */
  int read(ByteBuffer target, long offset) throws IOException;

  /**
   * Writes all remaining bytes of the buffer at an offset, in as many calls as the system needs. A
   * write behind the end of the file extends it.
   *
   * @throws NoSpaceException if there was no room; a part may have been written
   */
  void write(ByteBuffer source, long offset) throws IOException;

  /** The length of the file in bytes. */
  long size() throws IOException;

  /** Cuts the file to a length, or does nothing if it is shorter. */
  void truncate(long sizeBytes) throws IOException;

  /**
   * Makes all bytes written, and the length, durable ({@code fdatasync}). If it fails, nothing may
   * be assumed about any byte written since the last success, and a second call proves nothing.
   */
  void force() throws IOException;

  /** The same for a group of the log: so it can be told from every other force. */
  default void forceGroup() throws IOException {
    force();
  }

  @Override
  void close() throws IOException;
}

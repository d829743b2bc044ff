package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One log file, written during one life of the process and only read afterwards, so bytes that were
 * forced are never written again.
 *
 * <p>A reader pins a segment while it reads; a segment that is retired is recycled only when the
 * last pin is gone, so that a reader never mistakes reuse for damage.
 */
public final class Segment {
  private static final int RETIRED = Integer.MIN_VALUE;

  private final SegmentHeader header;
  private final String fileName;
  private final ReadHandles handles;
  private final AtomicInteger pins = new AtomicInteger();
  private volatile long fileBytes;
  private volatile long highestSlot;
  private volatile Runnable whenUnused = () -> {};

  Segment(
      SegmentHeader header,
      String fileName,
      ReadHandles handles,
      long fileBytes,
      long highestSlot) {
    this.header = header;
    this.fileName = fileName;
    this.handles = handles;
    this.fileBytes = fileBytes;
    this.highestSlot = highestSlot;
  }

  /** What its first bytes say. */
  public SegmentHeader header() {
    return header;
  }

  /** Its plain file name. */
  public String fileName() {
    return fileName;
  }

  /** Length of the file. */
  public long fileBytes() {
    return fileBytes;
  }

  /** The highest slot that a record of this segment names; -1 for none. */
  public long highestSlot() {
    return highestSlot;
  }

  /** Raises {@link #highestSlot()}. */
  public void raiseHighestSlot(long slot) {
    if (slot > highestSlot) {
      highestSlot = slot;
    }
  }

  /** Position behind the last byte that the file has room for. */
  long mostEnd() {
    return header.base() + fileBytes - SegmentHeader.AREA_BYTES;
  }

  /** Offset in the file of a position in the log. */
  public long offsetOf(long position) {
    return position - header.base() + SegmentHeader.AREA_BYTES;
  }

  /** Position in the log of an offset in the file. */
  public long positionOf(long offset) {
    return header.base() + offset - SegmentHeader.AREA_BYTES;
  }

  /** Reads at a position until the buffer is full or the file ends. */
  int read(ByteBuffer target, long position) throws IOException {
    return handles.read(fileName, target, offsetOf(position));
  }

  /** Reads at an offset of the file. */
  int readFile(ByteBuffer target, long offset) throws IOException {
    return handles.read(fileName, target, offset);
  }

  /**
   * Cuts off what the file has behind a position; the log has ended before it.
   *
   * @return false if there is nothing
   */
  boolean giveBackFrom(Disk disk, long position) throws IOException {
    long keep = offsetOf(position);
    if (keep >= fileBytes) {
      return false;
    }
    try (DiskFile file = disk.open(fileName, Disk.Access.WRITE)) {
      file.truncate(keep);
    }
    fileBytes = keep;
    return true;
  }

  /** Keeps the file as it is until {@link #unpin()}; false if it is retired. */
  boolean pin() {
    int now;
    do {
      now = pins.get();
      if (now < 0) {
        return false;
      }
    } while (!pins.compareAndSet(now, now + 1));
    return true;
  }

  void unpin() {
    if (pins.decrementAndGet() == RETIRED) {
      whenUnused.run();
    }
  }

  /** Takes no pins any more; runs the action as soon as there are none. */
  void retire(Runnable whenUnused) {
    this.whenUnused = whenUnused;
    if (pins.getAndAdd(RETIRED) == 0) {
      whenUnused.run();
    }
  }

  void close() throws IOException {
    handles.forget(fileName);
  }
}

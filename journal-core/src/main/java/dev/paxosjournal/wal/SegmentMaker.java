package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.NoSpaceException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins segments: takes a file of zeros, writes and forces the header, gives it its name and
 * forces that. Only then may a group be written to it. Used by the thread that appends.
 */
final class SegmentMaker {
  private static final Logger log = LoggerFactory.getLogger(SegmentMaker.class);

  /** The first segment of a life, and one for which no spare was ready, is at most this long. */
  private static final long MOST_SMALL_BYTES = 1 << 20;

  private final Disk disk;
  private final ReadHandles handles;
  private final LogIdentity identity;
  private final Spares spares;
  private final long segmentBytes;
  private final SecureRandom random = new SecureRandom();
  private long nextSequence;

  SegmentMaker(
      Disk disk,
      ReadHandles handles,
      LogIdentity identity,
      Spares spares,
      long segmentBytes,
      long nextSequence) {
    this.disk = disk;
    this.handles = handles;
    this.identity = identity;
    this.spares = spares;
    this.segmentBytes = segmentBytes;
    this.nextSequence = nextSequence;
  }

  /** A new segment and the file to write it by. */
  record Made(Segment segment, DiskFile writer) {}

  /**
   * Begins a segment where the log ends.
   *
   * @param before the last segment; null if there is none
   * @param firstOfLife whether this life has none yet: then a small file will do
   * @throws NoSpaceException if there is no room; the log is as it was
   */
  Made make(
      long base,
      long mostGroupBytes,
      @Nullable Segment before,
      boolean firstOfLife,
      long logStart,
      ShardState state)
      throws IOException {
    long needed = SegmentHeader.AREA_BYTES + mostGroupBytes;
    String file = takeFile(needed, firstOfLife);
    DiskFile writer = null;
    SegmentHeader header;
    try {
      writer = disk.open(file, Disk.Access.WRITE_BLOCKS);
      do {
        header =
            new SegmentHeader(
                identity,
                nextSequence,
                base,
                random.nextLong(),
                before == null ? 0 : before.header().sequence(),
                logStart,
                before == null ? -1 : before.highestSlot(),
                System.currentTimeMillis(),
                state);
        writer.write(header.encode(), 0);
        writer.force();
      } while (!rename(file, header.fileName()));
      // Force the directory too: otherwise a power cut can lose the new file's name while keeping
      // its bytes, and the next start would not find the segment (FORMAT.md, assumption 4).
      disk.forceDirectory();
    } catch (IOException | RuntimeException failure) {
      if (writer != null) {
        writer.close();
      }
      throw failure;
    }
    nextSequence++;
    long fileBytes = spares.fills() ? writer.size() : Math.max(segmentBytes, needed);
    Segment segment = new Segment(header, header.fileName(), handles, fileBytes, -1);
    log.info("began segment {}", header.fileName());
    return new Made(segment, writer);
  }

  /** False, and the next sequence, if a folder has the name. */
  private boolean rename(String file, String fileName) throws IOException {
    try {
      disk.rename(file, fileName);
      return true;
    } catch (FileAlreadyExistsException taken) {
      log.warn("{} is no file: passed over", disk.path(fileName));
      nextSequence++;
      return false;
    }
  }

  /** A group may need more than a segment usually has: a spare would be too short for it. */
  private String takeFile(long needed, boolean firstOfLife) throws IOException {
    boolean spareFits = needed <= segmentBytes;
    long smallBytes = Math.min(segmentBytes, Math.max(MOST_SMALL_BYTES, segmentBytes / 64));
    if (spareFits && !(firstOfLife && needed <= smallBytes)) {
      String spare = spares.take();
      if (spare != null) {
        return spare;
      }
    }
    try {
      return spares.make(Math.max(needed, smallBytes));
    } catch (NoSpaceException full) {
      String spare = spareFits ? spares.take() : null;
      if (spare == null) {
        throw full;
      }
      return spare;
    }
  }
}

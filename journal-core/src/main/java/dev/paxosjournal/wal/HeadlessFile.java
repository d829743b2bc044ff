package dev.paxosjournal.wal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that is the last segment by its name, but whose header cannot be read, or that is too
 * short to hold one. No crash makes it: a segment's header is forced before it gets its name. So
 * whatever the log held there is lost, and was perhaps acknowledged.
 */
record HeadlessFile(String fileName, long base, long sequence, long fileBytes) {

  /** The oldest of those that came after all segments that can be read. */
  static Optional<HeadlessFile> after(long sequence, List<SegmentFile> unreadable) {
    HeadlessFile oldest = null;
    for (SegmentFile file : unreadable) {
      SegmentHeader.Name name = SegmentHeader.parseName(file.fileName());
      if (name != null
          && name.sequence() > sequence
          && (oldest == null || name.sequence() < oldest.sequence)) {
        oldest = new HeadlessFile(file.fileName(), name.base(), name.sequence(), file.fileBytes());
      }
    }
    return Optional.ofNullable(oldest);
  }

  /**
   * Whether it held something that nothing else tells of.
   *
   * @param lastBoundary where the last group begins that the other segments hold; it may have been
   *     written again in this file, so this may begin there
   * @param end where the log would end without it
   * @param hint tells itself what a segment held that is not older than this one
   */
  boolean heldMoreThan(long lastBoundary, long end, @Nullable Hint hint) {
    boolean fits = base >= lastBoundary;
    // A journal that was closed in order has cut the file where a checkpoint says the log ends.
    boolean hadRoom =
        fileBytes < SegmentHeader.AREA_BYTES || base + fileBytes - SegmentHeader.AREA_BYTES > end;
    return fits && hadRoom && (hint == null || hint.sequence() < sequence);
  }
}

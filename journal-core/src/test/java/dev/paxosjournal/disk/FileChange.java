package dev.paxosjournal.disk;

import org.jspecify.annotations.Nullable;

/** A write to a {@link MemoryFile} or a truncation that was not forced. */
final class FileChange {
  private final long number;
  private final int first;
  private final byte[] @Nullable [] after;
  private final long sizeBytes;

  /**
   * A change that was made.
   *
   * @param number that of the operation
   * @param first the first sector that changed
   * @param after the sectors from there on, as the change left them
   * @param sizeBytes the length, as the change left it
   */
  FileChange(long number, int first, byte[] @Nullable [] after, long sizeBytes) {
    this.number = number;
    this.first = first;
    this.after = after;
    this.sizeBytes = sizeBytes;
  }

  long number() {
    return number;
  }

  int first() {
    return first;
  }

  /** One behind the last sector that changed. */
  int before() {
    return first + after.length;
  }

  /** A sector as the change left it; null for a hole. */
  byte @Nullable [] sector(int index) {
    return after[index - first];
  }

  long sizeBytes() {
    return sizeBytes;
  }

  void applyTo(Sectors content) {
    content.put(first, after, sizeBytes);
  }

  /** The same change of a file whose bytes were changed before and after it. */
  FileChange overwritten(long offset, byte[] bytes) {
    byte[] @Nullable [] changed = after.clone();
    for (int i = 0; i < changed.length; i++) {
      byte[] sector = changed[i];
      if (sector != null) {
        changed[i] = Sectors.overlay(sector, first + i, bytes, offset);
      }
    }
    return new FileChange(number, first, changed, Math.max(sizeBytes, offset + bytes.length));
  }

  /** The same change of a file that was cut before and after it. */
  FileChange cutAt(long newSizeBytes) {
    byte[] @Nullable [] changed = after.clone();
    for (int i = 0; i < changed.length; i++) {
      changed[i] = Sectors.cut(changed[i], first + i, newSizeBytes);
    }
    return new FileChange(number, first, changed, Math.min(sizeBytes, newSizeBytes));
  }
}

package dev.paxosjournal.disk;

/**
 * One call at the boundary between the journal and its disk.
 *
 * @param number 1 for the first call on the disk, counted over all kinds
 * @param file the name of the file; of a rename, the old one; empty for a call on the directory
 * @param offset where in the file; of a truncation, the new length
 * @param length how many bytes, 0 where that means nothing
 */
public record Operation(long number, Kind kind, String file, long offset, int length) {

  /** What is called. */
  public enum Kind {
    LIST,
    LOCK,
    /** Opens a file that exists. */
    OPEN,
    CREATE,
    READ,
    WRITE,
    TRUNCATE,
    FORCE,
    RENAME,
    DELETE,
    FORCE_DIRECTORY;

    /** Whether what a crash leaves behind can be different before and after such a call. */
    public boolean changesDisk() {
      return this != LIST && this != LOCK && this != OPEN && this != READ;
    }
  }
}

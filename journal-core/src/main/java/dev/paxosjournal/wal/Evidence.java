package dev.paxosjournal.wal;

/**
 * Keeps what openings set aside of segment files, for people to look at. Nothing of the log depends
 * on it, so nothing here fails: what cannot be saved is gone.
 */
public interface Evidence {

  /**
   * A part of a segment file that an opening did not take for the log, or could not read.
   *
   * @param file its plain name
   * @param offset of the first byte in that file
   * @param bytes how many
   * @param why one sentence for people
   */
  record Piece(String file, long offset, long bytes, String why) {}

  /** Offset behind the last byte of a file that is kept in place; 0 for none. */
  long endIn(String fileName);

  /** Saves what is kept of a file that is to be used again or removed. */
  void beforeReuse(String fileName);
}

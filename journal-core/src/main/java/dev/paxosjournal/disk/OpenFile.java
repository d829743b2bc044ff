package dev.paxosjournal.disk;

/** One of {@link OpenFiles}. */
public class OpenFile {
  private final DiskFile file;

  // These belong to the lock of the files it is one of.
  int users = 1;
  boolean letGo;

  /** A file that was just opened, by its first user. */
  public OpenFile(DiskFile file) {
    this.file = file;
  }

  /** The file itself; valid until it is released. */
  public final DiskFile file() {
    return file;
  }
}

package dev.paxosjournal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * One directory: the only door from the journal to a file system, so that a test can own the disk.
 *
 * <p>Files are named by plain names without separators; links are never followed. Nothing that a
 * method did is durable before {@link #forceDirectory()} (names) or {@link DiskFile#force()} (bytes
 * and length) returned. A method that fails because there is no room fails with {@link
 * NoSpaceException}; every other failure is an {@link IOException} that names the file.
 *
 * <p>All methods may be called from any thread.
 */
public interface Disk extends Closeable {

  /** The unit of {@link Access#WRITE_BLOCKS}. */
  int BLOCK_BYTES = 4096;

  /** What a file is opened for. */
  enum Access {
    /** The file must exist; it is never changed. Survives an interrupt of the reading thread. */
    READ,
    /** The file must exist. */
    WRITE,
    /**
     * The file must exist. It is written in whole blocks of {@link #BLOCK_BYTES}, at multiples of
     * that and from direct buffers that are aligned likewise: past the page cache, if the disk is
     * set up so.
     */
    WRITE_BLOCKS,
    /** The file must not exist and is made, empty. */
    CREATE
  }

  /**
   * The names of the regular files in this directory, sorted. Links, folders and the file that
   * {@link #lock} may need are left out.
   */
  List<String> list() throws IOException;

  /** The same, of the names that somebody wants: a disk need not look at the other files. */
  default List<String> list(Predicate<String> wanted) throws IOException {
    return list().stream().filter(wanted).toList();
  }

  /**
   * Opens one file.
   *
   * @throws java.nio.file.NoSuchFileException if it must exist and does not
   * @throws java.nio.file.FileAlreadyExistsException if it must not exist and does
   */
  DiskFile open(String name, Access access) throws IOException;

  /**
   * Gives a file another name in one atomic step; a file that had the new name is replaced. Open
   * {@link DiskFile}s stay with their file.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the new name is a folder's
   */
  void rename(String from, String to) throws IOException;

  /** Removes a name. A file that is not there is not an error. Open files stay readable. */
  void delete(String name) throws IOException;

  /**
   * Makes all names that were given, changed or removed before this call durable. If it fails, a
   * second call proves nothing, as with {@link DiskFile#force()}; except after {@link
   * NoSpaceException}, when no force was tried.
   */
  void forceDirectory() throws IOException;

  /**
   * Takes the exclusive right to write in this directory, until the result is closed.
   *
   * @throws DirectoryInUseException if another process, or this one, already has it
   */
  Closeable lock() throws IOException;

  /** Bytes that may still be written in this directory, as the file system tells. */
  long freeBytes() throws IOException;

  /** The full path of a file, for messages. */
  String path(String name);

  /** Closes what this object itself holds open; the lock and files have their own {@code close}. */
  @Override
  void close() throws IOException;
}

package dev.paxosjournal.disk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a real file system.
 *
 * <p>The path is resolved once, when the disk is opened; links that are changed later do not lead
 * it elsewhere. Interrupts do no harm: see {@link NioFile}. Which process may write is settled by
 * {@link #lock}, whose file is no part of {@link #list} and cannot be opened.
 */
public final class NioDisk implements Disk {
  /** Held while names change, so that a file that is opened again is looked for where it is now. */
  final Object names = new Object();

  private final Path directory;
  private final @Nullable Object directoryKey;
  private final boolean direct;
  private final Set<NioFile> openFiles = Collections.newSetFromMap(new IdentityHashMap<>());

  private NioDisk(Path directory, @Nullable Object directoryKey, boolean direct) {
    this.directory = directory;
    this.directoryKey = directoryKey;
    this.direct = direct;
  }

  /**
   * Opens a directory; no file in it is touched.
   *
   * @param create whether to make the directory, and those above it, if it does not exist; its name
   *     is then durable
   * @throws NoSuchFileException if it does not exist and shall not be made
   * @throws NotDirectoryException if something else has its name
   * @throws AccessDeniedException if this process may not write in it
   */
  public static NioDisk open(Path directory, boolean create) throws IOException {
    return open(directory, create, false);
  }

  /**
   * The same.
   *
   * @param direct whether files opened with {@link Disk.Access#WRITE_BLOCKS} are written past the
   *     page cache (O_DIRECT)
   * @throws IOException also if the system or the file system refuses that
   */
  public static NioDisk open(Path directory, boolean create, boolean direct) throws IOException {
    if (create) {
      createDurably(directory.toAbsolutePath());
    }
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(directory.toString(), null, "the directory does not exist");
    }
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
      throw new AccessDeniedException(
          directory.toString(), null, "this process may not write in the directory");
    }
    Path real = directory.toRealPath();
    if (direct) {
      requireDirect(real);
    }
    return new NioDisk(real, fileKey(real), direct);
  }

  /** Tries it: only a write shows what a file system thinks of it. */
  private static void requireDirect(Path directory) throws IOException {
    Path probe = Files.createTempFile(directory, "direct-io-", ".tmp");
    try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.WRITE, DirectIo.OPTION)) {
      channel.write(ByteBuffer.allocateDirect(2 * BLOCK_BYTES).alignedSlice(BLOCK_BYTES), 0);
    } catch (IOException | UnsupportedOperationException refused) {
      throw new IOException(
          directory
              + " cannot be written past the page cache (O_DIRECT): "
              + refused.getMessage()
              + "; set directIo to false, or use another file system",
          refused);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /**
   * Opens a directory to read in it only; it need not be writable.
   *
   * @throws NoSuchFileException if it does not exist
   * @throws NotDirectoryException if something else has its name
   */
  public static NioDisk openToRead(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(directory.toString(), null, "the directory does not exist");
    }
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    Path real = directory.toRealPath();
    return new NioDisk(real, fileKey(real), false);
  }

  private static void createDurably(Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    Path existing = directory;
    while (!Files.exists(existing)) {
      missing.push(existing);
      Path parent = existing.getParent();
      if (parent == null) {
        throw new NoSuchFileException(existing.toString());
      }
      existing = parent;
    }
    if (!Files.isDirectory(existing)) {
      throw new NotDirectoryException(existing.toString());
    }
    forceNameOfExisting(existing.toRealPath());
    for (Path next : missing) {
      try {
        Files.createDirectory(next);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(next)) {
          throw e;
        }
      } catch (IOException e) {
        throw SystemErrors.refusal("create " + next, e);
      }
      forceDirectory(Objects.requireNonNull(next.getParent()));
    }
  }

  // A process that died between making a directory and forcing its name may have been us: without
  // this, a power cut could take the whole journal although each of its files was forced.
  private static void forceNameOfExisting(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null) {
      return;
    }
    try {
      forceDirectory(parent);
    } catch (AccessDeniedException e) {
      // Then it was not made by this user either, but provided: a mount point, say.
    }
  }

  @Override
  public List<String> list() throws IOException {
    return list(name -> true);
  }

  @Override
  public List<String> list(Predicate<String> wanted) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (wanted.test(name)
            && !name.equals(DirectoryLock.FILE_NAME)
            && Files.isRegularFile(entry, NOFOLLOW_LINKS)) {
          found.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw SystemErrors.refusal("list " + directory, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw SystemErrors.refusal("list " + directory, e);
    }
    Collections.sort(found);
    return found;
  }

  @Override
  public DiskFile open(String name, Access access) throws IOException {
    Path path = resolve(name);
    synchronized (names) {
      try {
        NioFile file = NioFile.open(this, path, access);
        openFiles.add(file);
        return file;
      } catch (IOException e) {
        throw SystemErrors.refusal("open " + path, e);
      }
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Path source = resolve(from);
    Path target = resolve(to);
    synchronized (names) {
      try {
        if (Files.isDirectory(target, NOFOLLOW_LINKS)) {
          // The system's own answer could not be told from one of a failing disk.
          throw new FileAlreadyExistsException(target.toString());
        }
        // Not REPLACE_EXISTING alone: that deletes the target first, and a crash before the rename
        // would leave neither.
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw SystemErrors.refusal("rename " + source + " to " + target, e);
      }
      if (!source.equals(target)) {
        openFiles.forEach(file -> file.unnamed(target));
        openFiles.forEach(file -> file.renamed(source, target));
      }
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = resolve(name);
    synchronized (names) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw SystemErrors.refusal("delete " + path, e);
      }
      openFiles.forEach(file -> file.unnamed(path));
    }
  }

  @Override
  public void forceDirectory() throws IOException {
    requireSameDirectory();
    forceDirectory(directory);
  }

  private static void forceDirectory(Path directory) throws IOException {
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = openForForce(directory)) {
      channel.force(true);
    } catch (NoSpaceException | AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(SystemErrors.message("force the directory " + directory, e), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // No force was tried when this fails, so "too many open files" may be passed on as what it is.
  private static FileChannel openForForce(Path directory) throws IOException {
    try {
      return FileChannel.open(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      throw SystemErrors.refusal("open the directory " + directory, e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Held in the file {@code LOCK}, which stays. One left by a process that died is no obstacle.
   */
  @Override
  public Closeable lock() throws IOException {
    requireSameDirectory();
    return DirectoryLock.acquire(directory);
  }

  @Override
  public long freeBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public String path(String name) {
    return resolve(name).toString();
  }

  /**
   * Does nothing: the disk holds nothing but its lock and its files, which are closed themselves.
   */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return directory.toString();
  }

  boolean isDirect() {
    return direct;
  }

  void forget(NioFile file) {
    openFiles.remove(file);
  }

  private void requireSameDirectory() throws IOException {
    if (!Objects.equals(directoryKey, fileKey(directory))) {
      throw new IOException(
          directory + " is not the directory that was opened: it was replaced meanwhile");
    }
  }

  private Path resolve(String name) {
    return directory.resolve(requirePlain(name));
  }

  static String requirePlain(String name) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\\') >= 0
        || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("file name \"" + name + "\" is not a plain name");
    }
    if (name.equals(DirectoryLock.FILE_NAME)) {
      // Closing a channel on it would drop the lock.
      throw new IllegalArgumentException("file name LOCK belongs to the disk");
    }
    return name;
  }

  private static @Nullable Object fileKey(Path directory) throws IOException {
    return Files.readAttributes(directory, BasicFileAttributes.class, NOFOLLOW_LINKS).fileKey();
  }
}

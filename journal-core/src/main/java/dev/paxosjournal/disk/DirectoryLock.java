package dev.paxosjournal.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to write in a directory: an operating system's lock on its file {@code LOCK},
 * which ends with the process that holds it. The file itself means nothing and is never deleted; it
 * says who holds, or last held, the lock.
 *
 * <p>Such a lock belongs to the whole process and is dropped when the process closes <em>any</em>
 * channel on the file. So a JVM first enters the directory in a table of its own, and does not
 * touch {@code LOCK} if it is there already. The table is the system properties, the only one that
 * class loaders share.
 */
final class DirectoryLock implements Closeable {
  static final String FILE_NAME = "LOCK";

  private static final String KEY_PREFIX = "dev.paxosjournal.disk.lock ";
  private static final Pattern LINE = Pattern.compile("pid=(\\d+) host=(\\S+) since=(\\S+)\\s*");
  private static final int MAX_LINE_BYTES = 512;

  /** Never closed, because that would drop a lock that somebody else in this JVM holds. */
  private static final Set<FileChannel> LEFT_OPEN = ConcurrentHashMap.newKeySet();

  private final String key;
  private final FileChannel channel;
  private final FileLock lock;
  private boolean released;

  private DirectoryLock(String key, FileChannel channel, FileLock lock) {
    this.key = key;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock, or fails without having changed anything.
   *
   * @param directory its real path
   */
  static DirectoryLock acquire(Path directory) throws IOException {
    String key = key(directory);
    Object holder = System.getProperties().putIfAbsent(key, "since " + now());
    if (holder != null) {
      throw usedByThisJvm(directory, holder.toString());
    }
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return acquire(directory, key);
        } catch (ClosedByInterruptException e) {
          // The lock, if it was taken, went with the channel.
          interrupted |= Thread.interrupted();
        }
      }
    } catch (OverlappingFileLockException e) {
      // Somebody removed our entry from the system properties. It stays there now, until the one
      // who
      // holds the lock releases it, so that LOCK is not opened again.
      throw usedByThisJvm(directory, "at an unknown time");
    } catch (IOException | RuntimeException | Error e) {
      System.getProperties().remove(key);
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static DirectoryLock acquire(Path directory, String key) throws IOException {
    Path file = directory.resolve(FILE_NAME);
    FileChannel channel = open(file);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw usedByAnotherProcess(directory, readLine(channel));
      }
      describeHolder(channel);
      return new DirectoryLock(key, channel, lock);
    } catch (OverlappingFileLockException e) {
      LEFT_OPEN.add(channel);
      throw e;
    } catch (DirectoryInUseException | ClosedByInterruptException e) {
      channel.close();
      throw e;
    } catch (IOException e) {
      channel.close();
      throw SystemErrors.failure("lock " + file, e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    try {
      return FileChannel.open(
          file,
          Set.of(
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw SystemErrors.refusal("open " + file, e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (released) {
      return;
    }
    released = true;
    try {
      lock.release();
    } finally {
      try {
        channel.close();
      } finally {
        // Last: whoever finds the entry gone may open LOCK at once, and close it again.
        System.getProperties().remove(key);
      }
    }
  }

  // Device and inode rather than the path: one directory may be mounted at two places, or be
  // renamed
  // while it is locked, and a second lock under the other path would drop the first.
  private static String key(Path directory) throws IOException {
    Object fileKey = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    return KEY_PREFIX + (fileKey == null ? directory : fileKey);
  }

  private static void describeHolder(FileChannel channel) throws IOException {
    String text = "pid=" + ProcessHandle.current().pid() + " host=" + host() + " since=" + now();
    ByteBuffer line = ByteBuffer.wrap((text + "\n").getBytes(UTF_8));
    try {
      while (line.hasRemaining()) {
        channel.write(line, line.position());
      }
      channel.truncate(line.limit());
    } catch (IOException e) {
      if (!SystemErrors.noSpace(e)) {
        throw e;
      }
      // A full disk must not keep a journal from being opened and read. Better no name than the
      // name
      // of the process before.
      channel.truncate(0);
    }
  }

  private static String readLine(FileChannel channel) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(MAX_LINE_BYTES);
    while (line.hasRemaining() && channel.read(line, line.position()) > 0) {
      // until the buffer is full or the file ends
    }
    return new String(line.array(), 0, line.position(), UTF_8);
  }

  // Not InetAddress.getLocalHost(), which may wait for a name server.
  private static String host() {
    try {
      String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
      if (!name.isEmpty()) {
        return name;
      }
    } catch (IOException e) {
      // not Linux
    }
    @Nullable String name = System.getenv("HOSTNAME");
    return name == null || name.isBlank() ? "unknown" : name.trim().replace(' ', '_');
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private static DirectoryInUseException usedByThisJvm(Path directory, String since) {
    return new DirectoryInUseException(
        directory
            + " is already open in this JVM (process "
            + ProcessHandle.current().pid()
            + ", "
            + since
            + "). Close the journal that uses it, or give each journal a directory of its own.",
        true,
        "process " + ProcessHandle.current().pid() + " on host " + host());
  }

  private static DirectoryInUseException usedByAnotherProcess(Path directory, String line) {
    Matcher parts = LINE.matcher(line);
    String holder =
        parts.matches()
            ? "process "
                + parts.group(1)
                + " on host "
                + parts.group(2)
                + " since "
                + parts.group(3)
            : "another process";
    return new DirectoryInUseException(
        directory
            + " is in use by "
            + holder
            + ". Stop that process, or give this node a directory of its own. The lock ends with the"
            + " process that holds it; deleting the file "
            + FILE_NAME
            + " does not help and is not safe.",
        false,
        parts.matches() ? holder : null);
  }
}

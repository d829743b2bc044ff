package dev.paxosjournal.disk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.paxosjournal.disk.Disk.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One open file of a {@link NioDisk}. No interrupt does it lasting harm.
 *
 * <p>A thread that is interrupted in a channel operation closes the channel for every thread. So
 * the interrupt flag is put aside during each operation, and a channel that was closed nevertheless
 * is opened again and the operation repeated. Only {@link #force} is not repeated: whether the
 * bytes of the first attempt reached the disk is unknown, and a second attempt would not tell.
 */
final class NioFile implements DiskFile {
  private static final Set<OpenOption> FOR_READING =
      Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS);
  private static final Set<OpenOption> FOR_WRITING =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
  private static final Set<OpenOption> PAST_THE_CACHE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, DirectIo.OPTION, NOFOLLOW_LINKS);
  private static final Set<OpenOption> NEW_FILE =
      Set.of(
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.CREATE_NEW,
          NOFOLLOW_LINKS);

  private final NioDisk disk;
  private final Set<OpenOption> reopenOptions;

  /** Device and inode, or null where the file system has no such thing. */
  private final @Nullable Object fileKey;

  // Visible for the test that closes it as an interrupt would.
  volatile FileChannel channel;

  private volatile boolean closed;

  // Both change under the disk's lock on names only; read without it for messages.
  private volatile Path path;
  private volatile boolean named = true;

  private NioFile(
      NioDisk disk,
      Path path,
      Set<OpenOption> reopenOptions,
      FileChannel channel,
      @Nullable Object fileKey) {
    this.disk = disk;
    this.path = path;
    this.reopenOptions = reopenOptions;
    this.channel = channel;
    this.fileKey = fileKey;
  }

  /** To be called under the disk's lock on names. */
  static NioFile open(NioDisk disk, Path path, Access access) throws IOException {
    // Before opening, because opening a named pipe waits for its other end.
    Object key = access == Access.CREATE ? null : fileKey(path);
    FileChannel channel =
        FileChannel.open(
            path,
            switch (access) {
              case READ -> FOR_READING;
              case WRITE -> FOR_WRITING;
              case WRITE_BLOCKS -> forBlocks(disk);
              case CREATE -> NEW_FILE;
            });
    try {
      Set<OpenOption> reopenOptions =
          switch (access) {
            case READ -> FOR_READING;
            case WRITE_BLOCKS -> forBlocks(disk);
            case WRITE, CREATE -> FOR_WRITING;
          };
      return new NioFile(
          disk, path, reopenOptions, channel, access == Access.CREATE ? fileKey(path) : key);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static Set<OpenOption> forBlocks(NioDisk disk) {
    return disk.isDirect() ? PAST_THE_CACHE : FOR_WRITING;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws IOException {
    int start = target.position();
    return (int)
        perform(
            "read",
            current -> {
              // A call that is cut off may have moved the position.
              target.position(start);
              int total = 0;
              while (target.hasRemaining()) {
                int count = current.read(target, offset + total);
                if (count < 0) {
                  break;
                }
                total += count;
              }
              return total;
            });
  }

  @Override
  public void write(ByteBuffer source, long offset) throws IOException {
    int start = source.position();
    perform(
        "write",
        current -> {
          // After an interruption this writes the same bytes to the same place once more. None of
          // them was forced, so it makes no difference.
          source.position(start);
          while (source.hasRemaining()) {
            if (current.write(source, offset + source.position() - start) == 0) {
              throw new IOException("the system accepts no more bytes");
            }
          }
          return 0;
        });
  }

  @Override
  public long size() throws IOException {
    return perform("get the size of", FileChannel::size);
  }

  @Override
  public void truncate(long sizeBytes) throws IOException {
    perform("truncate", current -> current.truncate(sizeBytes).size());
  }

  @Override
  public void force() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      FileChannel current = channel;
      if (!current.isOpen()) {
        current = reopen(current);
      }
      current.force(false);
    } catch (ClosedChannelException e) {
      throw new IOException(
          "the force of " + path + " was cut off; whether its bytes are on disk is unknown", e);
    } catch (IOException e) {
      // Never a NoSpaceException: the bytes were taken by the system, and it lost them.
      throw new IOException(SystemErrors.message("force " + path, e), e);
    } finally {
      restore(interrupted);
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (disk.names) {
      closed = true;
      disk.forget(this);
    }
    channel.close();
  }

  /** The file has another name now. To be called under the disk's lock on names. */
  void renamed(Path from, Path to) {
    if (named && path.equals(from)) {
      path = to;
    }
  }

  /** The name is gone, or belongs to another file. To be called under the disk's lock on names. */
  void unnamed(Path removed) {
    if (named && path.equals(removed)) {
      named = false;
    }
  }

  /** One attempt of an operation, from its beginning. */
  private interface Attempt {
    long on(FileChannel channel) throws IOException;
  }

  private long perform(String what, Attempt attempt) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      // Ends: each turn needs another interrupt that hits just this operation on this file.
      while (true) {
        FileChannel current = channel;
        try {
          return attempt.on(current);
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          reopen(current);
        }
      }
    } catch (IOException e) {
      throw SystemErrors.failure(what + " " + path, e);
    } finally {
      restore(interrupted);
    }
  }

  private FileChannel reopen(FileChannel dead) throws IOException {
    synchronized (disk.names) {
      if (closed) {
        throw new IOException("the file was closed");
      }
      if (channel != dead) {
        return channel;
      }
      if (!named) {
        throw new IOException("an interrupt closed the file, and it was deleted meanwhile");
      }
      FileChannel again = FileChannel.open(path, reopenOptions);
      try {
        if (!Objects.equals(fileKey, fileKey(path))) {
          throw new IOException("an interrupt closed the file, and another has its name now");
        }
      } catch (IOException e) {
        again.close();
        throw e;
      }
      channel = again;
      return again;
    }
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(
          path.toString(), null, "not a regular file but a link, a directory or a device");
    }
    return attributes.fileKey();
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

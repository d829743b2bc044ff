package dev.paxosjournal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A directory as one life of the journal sees it: once a force of the directory failed, none
 * succeeds any more. Whoever's force it was, it may have lost the name that another thread had just
 * given, and a second one would not bring that back but would not fail either.
 */
public final class OneLifeDisk implements Disk {
  private final Disk disk;
  private final ReentrantLock forcing = new ReentrantLock();
  private @Nullable IOException failed;

  /** A new life on a disk. */
  public OneLifeDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public void forceDirectory() throws IOException {
    forcing.lock();
    try {
      if (failed != null) {
        throw new IOException("an earlier force of the directory failed", failed);
      }
      disk.forceDirectory();
    } catch (NoSpaceException notTried) {
      throw notTried;
    } catch (IOException failure) {
      failed = failed == null ? failure : failed;
      throw failure;
    } finally {
      forcing.unlock();
    }
  }

  @Override
  public List<String> list() throws IOException {
    return disk.list();
  }

  @Override
  public List<String> list(Predicate<String> wanted) throws IOException {
    return disk.list(wanted);
  }

  @Override
  public DiskFile open(String name, Access access) throws IOException {
    return disk.open(name, access);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public Closeable lock() throws IOException {
    return disk.lock();
  }

  @Override
  public long freeBytes() throws IOException {
    return disk.freeBytes();
  }

  @Override
  public String path(String name) {
    return disk.path(name);
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}

package dev.paxosjournal.disk;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A directory as one life of the journal sees it: once a force of the directory failed, none
 * succeeds any more. Whoever's force it was, it may have lost the name that another thread had just
 * given, and a second one would not bring that back but would not fail either.
 */
public final class OneLifeDisk extends ForwardedDisk {
  private final ReentrantLock forcing = new ReentrantLock();
  private @Nullable IOException failed;

  /** A new life on a disk. */
  public OneLifeDisk(Disk disk) {
    super(disk);
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
}

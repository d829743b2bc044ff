package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files that are open for reading: the ones used last, and no more than a limit, because a log
 * of many short lives has more segments than a process may have open files.
 */
public final class ReadHandles implements Closeable {
  private static final int MOST_SEGMENTS = 64;

  private final Disk disk;
  private final int mostOpen;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<String, Handle> open = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Handle {
    final DiskFile file;
    int users;
    boolean dropped;

    Handle(DiskFile file) {
      this.file = file;
    }
  }

  ReadHandles(Disk disk) {
    this(disk, MOST_SEGMENTS);
  }

  /** At most so many are open, but for those that are being read. */
  public ReadHandles(Disk disk, int mostOpen) {
    this.disk = disk;
    this.mostOpen = mostOpen;
  }

  /** Reads at an offset until the buffer is full or the file ends. */
  public int read(String fileName, ByteBuffer target, long offset) throws IOException {
    Handle handle = acquire(fileName);
    try {
      return handle.file.read(target, offset);
    } finally {
      release(handle);
    }
  }

  private Handle acquire(String fileName) throws IOException {
    lock.lock();
    try {
      Handle known = open.get(fileName);
      if (known != null) {
        known.users++;
        return known;
      }
    } finally {
      lock.unlock();
    }
    Handle made = new Handle(disk.open(fileName, Disk.Access.READ));
    made.users = 1;
    List<Handle> idle = new ArrayList<>();
    Handle result = made;
    lock.lock();
    try {
      Handle known = open.get(fileName);
      if (known != null) {
        known.users++;
        result = known;
        idle.add(made);
      } else {
        open.put(fileName, made);
        for (Iterator<Handle> each = open.values().iterator();
            open.size() > mostOpen && each.hasNext(); ) {
          Handle eldest = each.next();
          eldest.dropped = true;
          each.remove();
          if (eldest.users == 0) {
            idle.add(eldest);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    for (Handle handle : idle) {
      handle.file.close();
    }
    return result;
  }

  private void release(Handle handle) throws IOException {
    boolean last;
    lock.lock();
    try {
      last = --handle.users == 0 && handle.dropped;
    } finally {
      lock.unlock();
    }
    if (last) {
      handle.file.close();
    }
  }

  /** Closes the file with this name: it is about to be removed or to become another one. */
  public void forget(String fileName) throws IOException {
    Handle idle = null;
    lock.lock();
    try {
      @Nullable Handle known = open.remove(fileName);
      if (known != null) {
        known.dropped = true;
        idle = known.users == 0 ? known : null;
      }
    } finally {
      lock.unlock();
    }
    if (idle != null) {
      idle.file.close();
    }
  }

  @Override
  public void close() throws IOException {
    List<String> names;
    lock.lock();
    try {
      names = List.copyOf(open.keySet());
    } finally {
      lock.unlock();
    }
    for (String name : names) {
      forget(name);
    }
  }
}

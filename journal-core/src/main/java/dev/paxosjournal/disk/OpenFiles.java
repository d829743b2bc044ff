package dev.paxosjournal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Files that stay open between uses, by name and in the order of their last use. One that is let go
 * while somebody uses it is closed when the last user releases it; so nobody holds a lock while
 * reading or writing.
 */
public final class OpenFiles<F extends OpenFile> implements Closeable {
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<String, F> open = new LinkedHashMap<>(16, 0.75f, true);

  /** The open file of a name, to be released; null if there is none. */
  public @Nullable F use(String name) {
    lock.lock();
    try {
      F known = open.get(name);
      if (known != null) {
        known.users++;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a file that was just opened, to be released.
   *
   * @return that file; or another one, if another thread was faster
   */
  public F add(String name, F opened) throws IOException {
    F first;
    lock.lock();
    try {
      first = open.putIfAbsent(name, opened);
      if (first == null) {
        return opened;
      }
      first.users++;
    } finally {
      lock.unlock();
    }
    opened.file().close();
    return first;
  }

  /** All that are open, each to be released. */
  public List<F> useAll() {
    lock.lock();
    try {
      List<F> all = List.copyOf(open.values());
      all.forEach(file -> file.users++);
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** The name of the file used longest ago, if there are so many; or null. */
  public @Nullable String eldestOf(int count) {
    lock.lock();
    try {
      return open.size() < count ? null : open.keySet().iterator().next();
    } finally {
      lock.unlock();
    }
  }

  /** Lets go those used longest ago, until so many are left. */
  public void keep(int most) throws IOException {
    List<F> idle = new ArrayList<>();
    lock.lock();
    try {
      for (Iterator<F> each = open.values().iterator(); open.size() > most && each.hasNext(); ) {
        F eldest = each.next();
        each.remove();
        letGo(eldest, idle);
      }
    } finally {
      lock.unlock();
    }
    close(idle);
  }

  /** Lets go the file of a name, if it is open. */
  public void letGo(String name) throws IOException {
    List<F> idle = new ArrayList<>();
    lock.lock();
    try {
      F known = open.remove(name);
      if (known != null) {
        letGo(known, idle);
      }
    } finally {
      lock.unlock();
    }
    close(idle);
  }

  private void letGo(F file, List<F> idle) {
    file.letGo = true;
    if (file.users == 0) {
      idle.add(file);
    }
  }

  /** Ends one use. */
  public void release(F file) throws IOException {
    boolean last;
    lock.lock();
    try {
      last = --file.users == 0 && file.letGo;
    } finally {
      lock.unlock();
    }
    if (last) {
      file.file().close();
    }
  }

  private void close(List<F> idle) throws IOException {
    for (F file : idle) {
      file.file().close();
    }
  }

  /** Lets go all. */
  @Override
  public void close() throws IOException {
    keep(0);
  }
}

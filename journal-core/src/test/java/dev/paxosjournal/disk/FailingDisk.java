package dev.paxosjournal.disk;

import dev.paxosjournal.disk.Operation.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * A disk that does what another does, except for the calls that a test picked by kind and number; 1
 * is the first call of its kind on this object, failed ones count too.
 *
 * <p>A call that fails does not reach the other disk. If that is a {@link MemoryDisk}, a force that
 * fails loses what was unforced, as its own does.
 */
public final class FailingDisk implements Disk {

  /** What becomes of the calls of one kind whose number is in a range. */
  private record Rule(Kind kind, String prefix, long from, long before, Action action) {
    boolean covers(Kind called, String file, long number) {
      return kind == called && file.startsWith(prefix) && number >= from && number < before;
    }
  }

  private interface Action {
    /** How far the call may go; or throws at once. */
    Reach reach() throws IOException;
  }

  /** A write makes so many bytes at most; if that is not {@link #ALL}, it fails then. */
  private record Reach(int bytes, Supplier<? extends IOException> failure) {
    static final Reach ALL = new Reach(Integer.MAX_VALUE, FailingDisk::ioError);
  }

  private final Disk disk;
  private final Map<Kind, Long> calls = new EnumMap<>(Kind.class);
  private final List<Rule> rules = new ArrayList<>();
  private final List<FailingFile> files = new ArrayList<>();
  private boolean readOnly;

  /** Fails nothing yet. */
  public FailingDisk(Disk disk) {
    this.disk = disk;
  }

  /** An error of the device. */
  public static IOException ioError() {
    return new IOException("Input/output error");
  }

  /** No more files may be open. */
  public static IOException tooManyOpenFiles() {
    return new NoSpaceException(
        "cannot open: Too many open files", new IOException("Too many open files"));
  }

  /** A full disk. */
  public static IOException noSpace() {
    return new NoSpaceException("no room", new IOException("No space left on device"));
  }

  /** Fails one call. */
  public FailingDisk failOnce(Kind kind, long nth, Supplier<? extends IOException> failure) {
    return add(new Rule(kind, "", nth, nth + 1, failing(failure)));
  }

  /** Fails so many calls in a row. */
  public FailingDisk failTimes(
      Kind kind, long nth, long times, Supplier<? extends IOException> failure) {
    return add(new Rule(kind, "", nth, nth + times, failing(failure)));
  }

  /** Fails a call and every one of the kind after it, until {@link #heal}. */
  public FailingDisk failFrom(Kind kind, long nth, Supplier<? extends IOException> failure) {
    return add(new Rule(kind, "", nth, Long.MAX_VALUE, failing(failure)));
  }

  /** Fails every call on files whose names start so, until {@link #heal}. */
  public FailingDisk failFiles(
      Kind kind, String fileNamePrefix, Supplier<? extends IOException> failure) {
    return add(new Rule(kind, fileNamePrefix, 0, Long.MAX_VALUE, failing(failure)));
  }

  /** Lets one write make its first bytes only and then fail. */
  public FailingDisk shortenWrite(long nth, int bytes, Supplier<? extends IOException> failure) {
    return add(new Rule(Kind.WRITE, "", nth, nth + 1, () -> new Reach(bytes, failure)));
  }

  /**
   * Holds one call back.
   *
   * @param begun counted down when the call arrives
   * @param released waited for before the call goes on
   */
  public FailingDisk delay(Kind kind, long nth, CountDownLatch begun, CountDownLatch released) {
    return add(new Rule(kind, "", nth, nth + 1, waiting(begun, released)));
  }

  /** Holds every call on files whose names start so back, in the same way. */
  public FailingDisk delayFiles(
      Kind kind, String fileNamePrefix, CountDownLatch begun, CountDownLatch released) {
    return add(new Rule(kind, fileNamePrefix, 0, Long.MAX_VALUE, waiting(begun, released)));
  }

  private static Action waiting(CountDownLatch begun, CountDownLatch released) {
    return () -> {
      begun.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the test held the call back");
      }
      return Reach.ALL;
    };
  }

  /** From now on no name or byte can be changed, nor a file be opened for that. */
  public synchronized FailingDisk mountReadOnly() {
    readOnly = true;
    return this;
  }

  private synchronized void requireWritable() throws IOException {
    if (readOnly) {
      throw new IOException("Read-only file system", new ReadOnlyFileSystemException());
    }
  }

  /** Forgets all rules; the counts go on. */
  public synchronized void heal() {
    rules.clear();
  }

  /** How many calls of a kind were made, those that failed included. */
  public synchronized long calls(Kind kind) {
    return calls.getOrDefault(kind, 0L);
  }

  /** How many files are open now. */
  public synchronized int openFiles() {
    return files.size();
  }

  private synchronized FailingDisk add(Rule rule) {
    rules.add(rule);
    return this;
  }

  private static Action failing(Supplier<? extends IOException> failure) {
    return () -> {
      throw failure.get();
    };
  }

  // Not under the lock while the action waits, or one held call would hold all others.
  private Reach begin(Kind kind, String file) throws IOException {
    return actionFor(kind, file).reach();
  }

  private synchronized Action actionFor(Kind kind, String file) {
    long number = calls.merge(kind, 1L, Long::sum);
    for (Rule rule : rules) {
      if (rule.covers(kind, file, number)) {
        return rule.action();
      }
    }
    return () -> Reach.ALL;
  }

  @Override
  public List<String> list() throws IOException {
    begin(Kind.LIST, "");
    return disk.list();
  }

  @Override
  public DiskFile open(String name, Access access) throws IOException {
    begin(access == Access.CREATE ? Kind.CREATE : Kind.OPEN, name);
    if (access != Access.READ) {
      requireWritable();
    }
    FailingFile file = new FailingFile(name, disk.open(name, access));
    synchronized (this) {
      files.add(file);
    }
    return file;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    begin(Kind.RENAME, from);
    requireWritable();
    disk.rename(from, to);
    synchronized (this) {
      for (FailingFile file : files) {
        if (file.name.equals(from)) {
          file.name = to;
        }
      }
    }
  }

  @Override
  public void delete(String name) throws IOException {
    begin(Kind.DELETE, name);
    requireWritable();
    disk.delete(name);
  }

  @Override
  public void forceDirectory() throws IOException {
    try {
      begin(Kind.FORCE_DIRECTORY, "");
    } catch (IOException e) {
      // Without room no force is tried, so nothing is lost.
      if (disk instanceof MemoryDisk memory && !(e instanceof NoSpaceException)) {
        memory.loseUnforcedNames();
      }
      throw e;
    }
    disk.forceDirectory();
  }

  @Override
  public Closeable lock() throws IOException {
    begin(Kind.LOCK, "");
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

  private final class FailingFile implements DiskFile {
    private final DiskFile file;

    /** Follows renames, so that a rule for a prefix means the name that the file has now. */
    private volatile String name;

    FailingFile(String name, DiskFile file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      begin(Kind.READ, name);
      return file.read(target, offset);
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
      Reach reach = begin(Kind.WRITE, name);
      if (reach.equals(Reach.ALL)) {
        file.write(source, offset);
        return;
      }
      int limit = source.limit();
      source.limit(source.position() + shortened(reach.bytes(), source.remaining()));
      try {
        file.write(source, offset);
      } finally {
        source.limit(limit);
      }
      throw reach.failure().get();
    }

    /** A write that makes all of its bytes does not fail: the last sector at least is missing. */
    private static int shortened(int bytes, int wanted) {
      return bytes < wanted ? bytes : (wanted - 1) / Sectors.SECTOR_BYTES * Sectors.SECTOR_BYTES;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
      begin(Kind.TRUNCATE, name);
      file.truncate(sizeBytes);
    }

    @Override
    public void force() throws IOException {
      try {
        begin(Kind.FORCE, name);
      } catch (IOException e) {
        if (file instanceof OpenMemoryFile memory) {
          memory.loseUnforced();
        }
        throw e;
      }
      file.force();
    }

    @Override
    public void close() throws IOException {
      synchronized (FailingDisk.this) {
        files.remove(this);
      }
      file.close();
    }
  }
}

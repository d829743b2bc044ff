package dev.paxosjournal.disk;

import dev.paxosjournal.disk.Operation.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A directory in memory that knows what was forced, so that a test can cut the power and look at
 * what is left. Deterministic: the same calls, strategy and seed give the same bytes.
 *
 * <p>Forcing works as on ext4: {@link DiskFile#force} makes the bytes and the length of the file
 * durable whatever its name, {@link #forceDirectory} makes the names durable. A force that fails
 * loses what it should have forced: readers still see it, a later force succeeds without writing
 * it, and only a power cut shows that it is gone.
 *
 * <p>All methods may be called from any thread; one lock guards everything.
 */
public final class MemoryDisk implements Disk {
  private static final long UNLIMITED_BYTES = 1L << 40;

  /** Sees every operation. Runs under the disk's lock: it may call the disk, but must not wait. */
  @FunctionalInterface
  public interface Hook {
    /**
     * Called before an operation, which does not happen if this throws. An exception before a force
     * makes it a failed force; a {@link PowerCut} ends this disk.
     */
    void before(Operation operation) throws IOException;

    /** Called after an operation that did not fail. */
    default void after(Operation operation) throws IOException {}
  }

  /** What an operation does. */
  interface Step<T> {
    T run(Operation operation) throws IOException;
  }

  private final MemoryDirectory directory;
  private final Collection<String> failingForces = new ArrayList<>();
  private boolean failNextForceDirectory;
  private Hook hook = operation -> {};
  private long operations;
  private long cutAtOperation = Long.MAX_VALUE;
  private boolean powered = true;
  private boolean locked;
  private long capacityBytes;

  /** An empty directory with room enough. */
  public MemoryDisk() {
    this(new MemoryDirectory(), 0, UNLIMITED_BYTES);
  }

  private MemoryDisk(MemoryDirectory directory, long operations, long capacityBytes) {
    this.directory = directory;
    this.operations = operations;
    this.capacityBytes = capacityBytes;
  }

  // --- crashes

  /**
   * What a power cut at this instant may leave: a new, independent, unlocked disk, on which all is
   * durable. This disk can be used as before, unless it lost its power already.
   */
  public synchronized MemoryDisk crash(CrashStrategy strategy, long seed) {
    return new MemoryDisk(directory.crash(strategy, seed), operations, capacityBytes);
  }

  /**
   * What the end of the process at this instant leaves: everything that was written, and of that
   * the same part unforced, or lost by a failed force, as here. A power cut may follow.
   */
  public synchronized MemoryDisk processCrash() {
    return copyOf();
  }

  /** A deep, independent, unlocked copy in the same state, without hook and planned failures. */
  public synchronized MemoryDisk copyOf() {
    return new MemoryDisk(directory.copy(), operations, capacityBytes);
  }

  /** How many operations were begun on this disk, and on the one that it is an image of. */
  public synchronized long operations() {
    return operations;
  }

  /** Sees all operations from now on, instead of the hook before. */
  public synchronized void setHook(Hook newHook) {
    hook = newHook;
  }

  /** Cuts the power instead of the operation with this number. */
  public synchronized void cutPowerAt(long operation) {
    cutAtOperation = operation;
  }

  /** Cuts the power now: every operation throws {@link PowerCut}. Crash images can be made. */
  public synchronized void cutPower() {
    powered = false;
  }

  /** Makes the next force of a file whose name starts so fail. */
  public synchronized void failNextForce(String fileNamePrefix) {
    failingForces.add(fileNamePrefix);
  }

  /** Makes the next {@link #forceDirectory} fail. */
  public synchronized void failNextForceDirectory() {
    failNextForceDirectory = true;
  }

  /** Leaves room for so many bytes, in units of 512, that were not written before. */
  public synchronized void setFreeBytes(long bytes) {
    capacityBytes = usedBytes() + bytes;
  }

  // --- behind the journal's back: no operation is counted, no hook is called

  /** The content of a file, as a reader sees it. */
  public synchronized byte[] read(String name) {
    return directory.find(name).live.toByteArray();
  }

  /** The length of a file, as a reader sees it. */
  public synchronized long sizeOf(String name) {
    return directory.find(name).live.sizeBytes();
  }

  /** All names, sorted. */
  public synchronized List<String> names() {
    return List.copyOf(directory.live.keySet());
  }

  /** Makes a durable file, instead of the one that has the name. All names count as forced then. */
  public synchronized void put(String name, byte[] content) {
    Sectors sectors = new Sectors();
    sectors.put(0, sectors.with(content, 0), content.length);
    directory.put(name, sectors);
  }

  /** Changes bytes as if they rotted: in the cache and on the platter, forced or not. */
  public synchronized void overwrite(String name, long offset, byte[] bytes) {
    directory.find(name).overwrite(offset, bytes);
  }

  /** Overwrites bytes with zeros. */
  public synchronized void zero(String name, long offset, int length) {
    overwrite(name, offset, new byte[length]);
  }

  /** Turns one bit over: bit 0 is the lowest of the first byte. */
  public synchronized void flipBit(String name, long bitIndex) {
    long offset = bitIndex / 8;
    ByteBuffer old = ByteBuffer.allocate(1);
    if (directory.find(name).live.read(old, offset) == 0) {
      throw new IllegalArgumentException("bit " + bitIndex + " is behind the end of " + name);
    }
    overwrite(name, offset, new byte[] {(byte) (old.get(0) ^ 1 << bitIndex % 8)});
  }

  /** Cuts a file durably. */
  public synchronized void truncateNow(String name, long sizeBytes) {
    directory.find(name).cutAt(sizeBytes);
  }

  /** Deletes a file durably, if it is there. All names count as forced then. */
  public synchronized void deleteNow(String name) {
    directory.delete(operations, name);
    directory.settle();
  }

  /** Renames a file durably. All names count as forced then. */
  public synchronized void renameNow(String from, String to) {
    directory.rename(operations, from, to);
    directory.settle();
  }

  /** One line for each file. */
  @Override
  public synchronized String toString() {
    StringBuilder text = new StringBuilder();
    TreeSet<String> all = new TreeSet<>(directory.live.keySet());
    all.addAll(directory.durable.keySet());
    for (String name : all) {
      text.append(name).append(": ").append(describe(name)).append('\n');
    }
    return text.toString();
  }

  private String describe(String name) {
    MemoryFile file = directory.live.get(name);
    MemoryFile forced = directory.durable.get(name);
    if (file == null) {
      return "gone, but not forced";
    }
    return file.live.sizeBytes()
        + " bytes"
        + (file == forced ? "" : ", name not forced")
        + (file.unforced.isEmpty()
            ? ""
            : ", " + file.unforced.size() + " changes of " + file.durable.sizeBytes() + " unforced")
        + (file.lost.isEmpty() ? "" : ", " + file.lost.cardinality() + " sectors lost");
  }

  // --- the disk as the journal sees it

  @Override
  public List<String> list() throws IOException {
    return perform(Kind.LIST, "", 0, 0, operation -> List.copyOf(directory.live.keySet()));
  }

  @Override
  public DiskFile open(String name, Access access) throws IOException {
    NioDisk.requirePlain(name);
    Kind kind = access == Access.CREATE ? Kind.CREATE : Kind.OPEN;
    return perform(
        kind,
        name,
        0,
        0,
        operation -> {
          MemoryFile file = directory.live.get(name);
          if (access == Access.CREATE) {
            if (file != null) {
              throw new FileAlreadyExistsException(path(name));
            }
            file = directory.create(operation.number(), name);
          } else if (file == null) {
            throw new NoSuchFileException(path(name));
          }
          return new OpenMemoryFile(this, file, access);
        });
  }

  @Override
  public void rename(String from, String to) throws IOException {
    NioDisk.requirePlain(from);
    NioDisk.requirePlain(to);
    perform(
        Kind.RENAME,
        from,
        0,
        0,
        operation -> {
          if (!directory.live.containsKey(from)) {
            throw new NoSuchFileException(path(from), path(to), "no such file");
          }
          directory.rename(operation.number(), from, to);
          return to;
        });
  }

  @Override
  public void delete(String name) throws IOException {
    NioDisk.requirePlain(name);
    perform(
        Kind.DELETE,
        name,
        0,
        0,
        operation -> {
          directory.delete(operation.number(), name);
          return name;
        });
  }

  @Override
  public synchronized void forceDirectory() throws IOException {
    try {
      perform(
          Kind.FORCE_DIRECTORY,
          "",
          0,
          0,
          operation -> {
            if (failNextForceDirectory) {
              failNextForceDirectory = false;
              throw new IOException("cannot force the directory: Input/output error");
            }
            directory.force();
            return directory;
          });
    } catch (IOException e) {
      loseUnforcedNames();
      throw e;
    }
  }

  /** Does to the names what a force of the directory that fails does, without one. */
  public synchronized void loseUnforcedNames() {
    directory.loseUnforced();
  }

  @Override
  public Closeable lock() throws IOException {
    return perform(
        Kind.LOCK,
        "",
        0,
        0,
        operation -> {
          if (locked) {
            throw new DirectoryInUseException("memory: is already open in this JVM", true, null);
          }
          locked = true;
          return new Lock();
        });
  }

  /** Can be closed twice, as the first owner must not release the lock of the second. */
  private final class Lock implements Closeable {
    private boolean released;

    @Override
    public void close() {
      synchronized (MemoryDisk.this) {
        if (!released) {
          released = true;
          locked = false;
        }
      }
    }
  }

  @Override
  public synchronized long freeBytes() {
    requirePower();
    return capacityBytes == UNLIMITED_BYTES
        ? UNLIMITED_BYTES
        : Math.max(0, capacityBytes - usedBytes());
  }

  @Override
  public String path(String name) {
    return "memory:/" + name;
  }

  @Override
  public void close() {}

  // --- for open files

  synchronized <T> T perform(Kind kind, String file, long offset, int length, Step<T> step)
      throws IOException {
    requirePower();
    Operation operation = new Operation(++operations, kind, file, offset, length);
    try {
      if (operation.number() == cutAtOperation) {
        throw new PowerCut("the power was cut at " + operation);
      }
      hook.before(operation);
      T result = step.run(operation);
      hook.after(operation);
      return result;
    } catch (PowerCut e) {
      powered = false;
      throw e;
    }
  }

  synchronized void requirePower() {
    if (!powered) {
      throw new PowerCut("the power was cut before");
    }
  }

  synchronized boolean takeForceFailure(String name) {
    for (String prefix : failingForces) {
      if (name.startsWith(prefix)) {
        failingForces.remove(prefix);
        return true;
      }
    }
    return false;
  }

  private long usedBytes() {
    return directory.usedSectors() * Sectors.SECTOR_BYTES;
  }
}

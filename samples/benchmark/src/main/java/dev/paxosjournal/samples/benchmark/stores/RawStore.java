package dev.paxosjournal.samples.benchmark.stores;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The limit: CRC-32C, one positional write into blocks that were filled with zeros before, one
 * {@code force(false)}; for many writers the same behind a group commit of their own threads, in
 * which one leads and the others follow. It can do nothing else that a journal has to do.
 */
final class RawStore implements Store {

  /** How a group is gathered and written. */
  enum Mode {
    /** Everything that waits when the leader begins. */
    PLAIN,
    /** The leader waits a moment for as many as were active lately. */
    ADAPTIVE,
    /** The same, and past the page cache, in blocks of 4096. */
    DIRECT
  }

  private static final int BLOCK = 4096;
  private static final int HEADER = 16;
  private static final long RING_BYTES = 128L << 20;
  private static final int MOST_GROUP_BYTES = 1 << 20;

  private final Mode mode;
  private final FileChannel channel;
  private final ReentrantLock lock = new ReentrantLock();
  private ByteBuffer buffer = aligned(2 * MOST_GROUP_BYTES);
  private List<Waiting> queue = new ArrayList<>();
  private boolean led;
  private long end;
  private int active = 1;
  private long lastForceNanos;
  private volatile int waiting;
  private final LongAdder forces = new LongAdder();
  private final LongAdder logBytes = new LongAdder();
  private volatile @Nullable IOException failure;

  private static final class Waiting {
    final byte[] value;
    final int checksum;
    final Thread thread = Thread.currentThread();
    long position;
    volatile boolean done;
    volatile boolean leads;

    Waiting(byte[] value) {
      this.value = value;
      CRC32C crc = new CRC32C();
      crc.update(value);
      this.checksum = (int) crc.getValue();
    }
  }

  RawStore(Path directory, Mode mode) throws IOException {
    this.mode = mode;
    Set<OpenOption> options =
        new HashSet<>(
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    if (mode == Mode.DIRECT) {
      options.add(pastTheCache());
    }
    channel = FileChannel.open(directory.resolve("raw.log"), options);
  }

  /** By its name: compilers from Java 24 on warn of each direct use of the class. */
  private static OpenOption pastTheCache() throws IOException {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) options.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException absent) {
      throw new IOException("this platform has no O_DIRECT", absent);
    }
  }

  @Override
  public void prepare() throws IOException {
    ByteBuffer zeros = aligned(BLOCK);
    for (long at = 0; at < RING_BYTES; at += BLOCK) {
      channel.write(zeros.clear(), at);
    }
    channel.force(true);
  }

  @Override
  public long append(byte[] value) throws IOException {
    Waiting mine = new Waiting(value);
    boolean leads;
    lock.lock();
    try {
      queue.add(mine);
      waiting = queue.size();
      leads = !led;
      led = true;
    } finally {
      lock.unlock();
    }
    while (!leads && !mine.done) {
      LockSupport.park(this);
      leads = mine.leads;
    }
    if (!mine.done) {
      lead();
    }
    IOException broken = failure;
    if (broken != null) {
      throw broken;
    }
    return mine.position;
  }

  private void lead() {
    if (mode != Mode.PLAIN) {
      gather();
    }
    List<Waiting> group;
    lock.lock();
    try {
      group = take();
    } finally {
      lock.unlock();
    }
    try {
      write(group);
    } catch (IOException broken) {
      failure = broken;
    }
    Waiting next = null;
    lock.lock();
    try {
      active = group.size() + queue.size();
      if (queue.isEmpty()) {
        led = false;
      } else {
        next = queue.get(0);
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      next.leads = true;
      LockSupport.unpark(next.thread);
    }
    for (Waiting one : group) {
      one.done = true;
      if (one.thread != Thread.currentThread()) {
        LockSupport.unpark(one.thread);
      }
    }
  }

  private List<Waiting> take() {
    List<Waiting> taken = new ArrayList<>(queue.size());
    int bytes = 0;
    for (Waiting one : queue) {
      bytes += HEADER + one.value.length;
      if (!taken.isEmpty() && bytes > MOST_GROUP_BYTES) {
        break;
      }
      taken.add(one);
    }
    queue = new ArrayList<>(queue.subList(taken.size(), queue.size()));
    waiting = queue.size();
    return taken;
  }

  // With fewer cores than writers, those that are on their way need this one to get here.
  @SuppressWarnings("ThreadPriorityCheck")
  private void gather() {
    long patience = lastForceNanos / 2;
    long begun = System.nanoTime();
    while (waiting < active && System.nanoTime() - begun < patience) {
      Thread.yield();
    }
  }

  private void write(List<Waiting> group) throws IOException {
    long total = 0;
    for (Waiting one : group) {
      total += HEADER + one.value.length;
    }
    if (total + BLOCK > buffer.capacity()) {
      buffer = aligned((int) (total + BLOCK));
    }
    if (end + total + BLOCK > RING_BYTES) {
      end = 0;
    }
    buffer.clear();
    for (Waiting one : group) {
      one.position = end + buffer.position();
      buffer.putLong(one.position).putInt(one.value.length).putInt(one.checksum).put(one.value);
    }
    if (mode == Mode.DIRECT) {
      while (buffer.position() % BLOCK != 0) {
        buffer.put((byte) 0);
      }
    }
    int bytes = buffer.flip().remaining();
    while (buffer.hasRemaining()) {
      channel.write(buffer, end + buffer.position());
    }
    long written = System.nanoTime();
    channel.force(false);
    lastForceNanos = System.nanoTime() - written;
    end += bytes;
    forces.increment();
    logBytes.add(bytes);
  }

  @Override
  public void promise(long number) throws IOException {
    append(ByteBuffer.allocate(8).putLong(number).array());
  }

  @Override
  public void commit(long key) {
    // A journal puts 40 bytes into its next group; the limit does without.
  }

  @Override
  public byte @Nullable [] read(long key) throws IOException {
    if (mode == Mode.DIRECT) {
      return readDirect(key);
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    channel.read(header, key);
    int length = header.getInt(8);
    if (header.getLong(0) != key || length < 0 || length > 1 << 26) {
      return null;
    }
    ByteBuffer value = ByteBuffer.allocate(length);
    channel.read(value, key + HEADER);
    CRC32C crc = new CRC32C();
    crc.update(value.array());
    return (int) crc.getValue() == header.getInt(12) ? value.array() : null;
  }

  private byte @Nullable [] readDirect(long key) throws IOException {
    long from = key / BLOCK * BLOCK;
    ByteBuffer blocks = aligned(2 * MOST_GROUP_BYTES);
    channel.read(blocks, from);
    int at = (int) (key - from);
    byte[] value = new byte[blocks.getInt(at + 8)];
    blocks.get(at + HEADER, value);
    CRC32C crc = new CRC32C();
    crc.update(value);
    return (int) crc.getValue() == blocks.getInt(at + 12) ? value : null;
  }

  @Override
  public void load(long count, Source source) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
    CRC32C crc = new CRC32C();
    for (long number = 0; number < count; number++) {
      byte[] value = source.value(number);
      if (chunk.remaining() < HEADER + value.length) {
        drain(chunk);
      }
      crc.reset();
      crc.update(value);
      long position = end + chunk.position();
      chunk.putLong(position).putInt(value.length).putInt((int) crc.getValue()).put(value);
    }
    drain(chunk);
    channel.force(true);
  }

  private void drain(ByteBuffer chunk) throws IOException {
    chunk.flip();
    int bytes = chunk.remaining();
    while (chunk.hasRemaining()) {
      channel.write(chunk, end + chunk.position());
    }
    end += bytes;
    chunk.clear();
  }

  @Override
  public long keyOf(long number, int valueBytes) {
    return number * (HEADER + valueBytes);
  }

  @Override
  public void scan(Values values) throws Exception {
    ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
    CRC32C crc = new CRC32C();
    long position = 0;
    long size = channel.size();
    chunk.limit(0);
    while (position < size) {
      if (!holdsRecord(chunk)) {
        chunk.clear();
        if (channel.read(chunk, position) < HEADER) {
          throw new IOException("the file ends in a record");
        }
        chunk.flip();
      }
      int at = chunk.position();
      int length = chunk.getInt(at + 8);
      ByteBuffer value = chunk.slice(at + HEADER, length);
      crc.reset();
      crc.update(value);
      if (chunk.getLong(at) != position || (int) crc.getValue() != chunk.getInt(at + 12)) {
        throw new IOException("unreadable at " + position);
      }
      values.value(position, value.rewind());
      position += HEADER + length;
      chunk.position(at + HEADER + length);
    }
  }

  private static boolean holdsRecord(ByteBuffer chunk) {
    return chunk.remaining() >= HEADER
        && chunk.remaining() >= HEADER + chunk.getInt(chunk.position() + 8);
  }

  @Override
  public OptionalLong logForces() {
    return OptionalLong.of(forces.sum());
  }

  @Override
  public OptionalLong logBytes() {
    return OptionalLong.of(logBytes.sum());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static ByteBuffer aligned(int bytes) {
    return ByteBuffer.allocateDirect(bytes + BLOCK).alignedSlice(BLOCK).limit(bytes).slice();
  }
}

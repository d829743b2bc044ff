package dev.paxosjournal.samples.benchmark.stores;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.CursorIterable;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/** LMDB as it is by default: each write transaction is forced, one writes at a time. */
final class LmdbStore implements Store {
  private static final long MAP_BYTES = 64L << 30;
  private static final int BATCH = 10_000;

  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> entries;
  private final Dbi<ByteBuffer> marks;
  private final AtomicLong nextKey = new AtomicLong();
  private final ConcurrentLinkedQueue<Long> waitingMarks = new ConcurrentLinkedQueue<>();

  LmdbStore(Path directory) {
    env = Env.create().setMapSize(MAP_BYTES).setMaxDbs(2).open(directory.toFile());
    entries = env.openDbi("entries", DbiFlags.MDB_CREATE);
    marks = env.openDbi("marks", DbiFlags.MDB_CREATE);
  }

  private static ByteBuffer direct(long number) {
    return ByteBuffer.allocateDirect(8).putLong(number).flip();
  }

  private static ByteBuffer direct(byte[] value) {
    return ByteBuffer.allocateDirect(value.length).put(value).flip();
  }

  @Override
  public long append(byte[] value) {
    ByteBuffer stored = direct(value);
    long key = nextKey.getAndIncrement();
    try (Txn<ByteBuffer> write = env.txnWrite()) {
      for (Long marked = waitingMarks.poll(); marked != null; marked = waitingMarks.poll()) {
        marks.put(write, direct(marked), direct(new byte[0]));
      }
      entries.put(write, direct(key), stored);
      write.commit();
    }
    return key;
  }

  @Override
  public void promise(long number) {
    marks.put(direct(-1), direct(number));
  }

  /** Rides along with the next append, as in the journal; a transaction of its own would force. */
  @Override
  public void commit(long key) {
    waitingMarks.add(key);
  }

  @Override
  public byte @Nullable [] read(long key) {
    try (Txn<ByteBuffer> read = env.txnRead()) {
      ByteBuffer found = entries.get(read, direct(key));
      if (found == null) {
        return null;
      }
      byte[] value = new byte[found.remaining()];
      found.get(value);
      return value;
    }
  }

  @Override
  public void load(long count, Source source) {
    ByteBuffer key = ByteBuffer.allocateDirect(8);
    for (long number = 0; number < count; ) {
      try (Txn<ByteBuffer> write = env.txnWrite()) {
        for (int i = 0; i < BATCH && number < count; i++, number++) {
          key.clear().putLong(number).flip();
          entries.put(write, key, direct(source.value(number)), PutFlags.MDB_APPEND);
        }
        write.commit();
      }
    }
    env.sync(true);
  }

  @Override
  public void scan(Values values) throws Exception {
    try (Txn<ByteBuffer> read = env.txnRead();
        CursorIterable<ByteBuffer> all = entries.iterate(read)) {
      for (CursorIterable.KeyVal<ByteBuffer> each : all) {
        values.value(each.key().getLong(0), each.val());
      }
    }
  }

  @Override
  public void close() {
    env.close();
  }
}

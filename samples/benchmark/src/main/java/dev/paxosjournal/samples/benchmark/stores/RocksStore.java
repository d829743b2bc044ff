package dev.paxosjournal.samples.benchmark.stores;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB with synchronous writes; it gathers the writes of several threads itself. */
final class RocksStore implements Store {
  private static final byte[] PROMISE = "promise".getBytes(StandardCharsets.US_ASCII);
  private static final int BATCH = 1000;

  private final Options options = new Options().setCreateIfMissing(true);
  private final WriteOptions durable = new WriteOptions().setSync(true);
  private final WriteOptions lazy = new WriteOptions();
  private final RocksDB db;
  private final AtomicLong nextKey = new AtomicLong();

  RocksStore(Path directory) throws RocksDBException {
    RocksDB.loadLibrary();
    db = RocksDB.open(options, directory.toString());
  }

  static byte[] key(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  static byte[] mark(long number) {
    return ByteBuffer.allocate(9).put((byte) 'c').putLong(number).array();
  }

  @Override
  public long append(byte[] value) throws RocksDBException {
    long key = nextKey.getAndIncrement();
    db.put(durable, key(key), value);
    return key;
  }

  @Override
  public void promise(long number) throws RocksDBException {
    db.put(durable, PROMISE, key(number));
  }

  @Override
  public void commit(long key) throws RocksDBException {
    db.put(lazy, mark(key), new byte[0]);
  }

  @Override
  public byte @Nullable [] read(long key) throws RocksDBException {
    return db.get(key(key));
  }

  @Override
  public void load(long count, Source source) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      for (long number = 0; number < count; number++) {
        batch.put(key(number), source.value(number));
        if (batch.count() == BATCH || number == count - 1) {
          db.write(number == count - 1 ? durable : lazy, batch);
          batch.clear();
        }
      }
    }
  }

  @Override
  public void scan(Values values) throws Exception {
    try (RocksIterator each = db.newIterator()) {
      for (each.seekToFirst(); each.isValid(); each.next()) {
        byte[] key = each.key();
        if (key.length == 8) {
          values.value(ByteBuffer.wrap(key).getLong(), ByteBuffer.wrap(each.value()));
        }
      }
      each.status();
    }
  }

  @Override
  public void close() {
    db.close();
    durable.close();
    lazy.close();
    options.close();
  }
}

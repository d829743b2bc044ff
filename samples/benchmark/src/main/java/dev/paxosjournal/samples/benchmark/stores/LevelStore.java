package dev.paxosjournal.samples.benchmark.stores;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;
import org.iq80.leveldb.impl.Iq80DBFactory;
import org.jspecify.annotations.Nullable;

/** LevelDB in Java, with synchronous writes; uncompressed, since random values do not shrink. */
final class LevelStore implements Store {
  private static final byte[] PROMISE = "promise".getBytes(StandardCharsets.US_ASCII);
  private static final int BATCH = 1000;

  private final WriteOptions durable = new WriteOptions().sync(true);
  private final WriteOptions lazy = new WriteOptions().sync(false);
  private final ReadOptions verified = new ReadOptions().verifyChecksums(true);
  private final DB db;
  private final AtomicLong nextKey = new AtomicLong();

  LevelStore(Path directory) throws IOException {
    Options options = new Options().createIfMissing(true).compressionType(CompressionType.NONE);
    db = Iq80DBFactory.factory.open(directory.toFile(), options);
  }

  @Override
  public long append(byte[] value) {
    long key = nextKey.getAndIncrement();
    db.put(RocksStore.key(key), value, durable);
    return key;
  }

  @Override
  public void promise(long number) {
    db.put(PROMISE, RocksStore.key(number), durable);
  }

  @Override
  public void commit(long key) {
    db.put(RocksStore.mark(key), new byte[0], lazy);
  }

  @Override
  public byte @Nullable [] read(long key) {
    return db.get(RocksStore.key(key), verified);
  }

  @Override
  public void load(long count, Source source) throws IOException {
    for (long number = 0; number < count; ) {
      try (WriteBatch batch = db.createWriteBatch()) {
        for (int i = 0; i < BATCH && number < count; i++, number++) {
          batch.put(RocksStore.key(number), source.value(number));
        }
        db.write(batch, number == count ? durable : lazy);
      }
    }
  }

  @Override
  public void scan(Values values) throws Exception {
    try (DBIterator each = db.iterator(verified)) {
      for (each.seekToFirst(); each.hasNext(); ) {
        Map.Entry<byte[], byte[]> entry = each.next();
        if (entry.getKey().length == 8) {
          values.value(
              ByteBuffer.wrap(entry.getKey()).getLong(), ByteBuffer.wrap(entry.getValue()));
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    db.close();
  }
}

package dev.paxosjournal.samples.benchmark.stores;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.jspecify.annotations.Nullable;

/** H2's MVStore: commit and sync after each write. */
final class MvStoreStore implements Store {
  private static final int BATCH = 10_000;

  private final MVStore store;
  private final MVMap<Long, byte[]> entries;
  private final MVMap<Long, byte[]> marks;
  private final AtomicLong nextKey = new AtomicLong();

  MvStoreStore(Path directory) {
    store =
        new MVStore.Builder()
            .fileName(directory.resolve("store.mv").toString())
            .autoCommitDisabled()
            .open();
    entries = store.openMap("entries", types());
    marks = store.openMap("marks", types());
  }

  private static MVMap.Builder<Long, byte[]> types() {
    return new MVMap.Builder<Long, byte[]>()
        .keyType(LongDataType.INSTANCE)
        .valueType(ByteArrayDataType.INSTANCE);
  }

  @Override
  public long append(byte[] value) {
    long key = nextKey.getAndIncrement();
    entries.put(key, value);
    store.commit();
    store.sync();
    return key;
  }

  @Override
  public void promise(long number) {
    marks.put(-1L, RocksStore.key(number));
    store.commit();
    store.sync();
  }

  @Override
  public void commit(long key) {
    marks.put(key, new byte[0]);
  }

  @Override
  public byte @Nullable [] read(long key) {
    return entries.get(key);
  }

  @Override
  public void load(long count, Source source) {
    for (long number = 0; number < count; number++) {
      entries.append(number, source.value(number));
      if (number % BATCH == BATCH - 1) {
        store.commit();
      }
    }
    store.commit();
    store.sync();
  }

  @Override
  public void scan(Values values) throws Exception {
    Cursor<Long, byte[]> each = entries.cursor(null);
    while (each.hasNext()) {
      long key = each.next();
      values.value(key, ByteBuffer.wrap(each.getValue()));
    }
  }

  @Override
  public void close() {
    // Without compaction: closing is not what is measured.
    store.close(0);
  }
}

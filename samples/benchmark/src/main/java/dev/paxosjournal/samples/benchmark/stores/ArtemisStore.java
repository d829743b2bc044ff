package dev.paxosjournal.samples.benchmark.stores;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.LoaderCallback;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.jspecify.annotations.Nullable;

/**
 * The journal of Artemis over NIO, with a buffer that waits at most 100 µs. It has no look-up:
 * reading back means loading it again.
 */
final class ArtemisStore implements Store {
  private static final int FILE_BYTES = 64 << 20;
  private static final int BUFFER_BYTES = 490 * 1024;
  private static final int BUFFER_NANOS = 100_000;
  private static final byte VALUE = 1;
  private static final byte MARK = 2;
  private static final byte PROMISE = 3;

  static {
    // The journal frees buffers that Netty did not make; from Java 24 on, Netty refuses that unless
    // it is told to use Unsafe as it does on older versions.
    if (System.getProperty("io.netty.noUnsafe") == null) {
      System.setProperty("io.netty.noUnsafe", "false");
    }
  }

  private final Path directory;
  private final AtomicLong nextKey = new AtomicLong();
  private JournalImpl journal;
  private NIOSequentialFileFactory files;
  private @Nullable Map<Long, byte[]> loaded;

  ArtemisStore(Path directory) throws Exception {
    this.directory = directory;
    this.files = files();
    this.journal = open(null);
  }

  private NIOSequentialFileFactory files() {
    return new NIOSequentialFileFactory(
        directory.toFile(), true, BUFFER_BYTES, BUFFER_NANOS, 1, false);
  }

  private JournalImpl open(@Nullable Values values) throws Exception {
    files.start();
    JournalImpl opened = new JournalImpl(FILE_BYTES, 3, 3, 0, 0, files, "journal", "amq", 1);
    opened.start();
    Loading loading = new Loading(values);
    opened.load(loading);
    if (loading.thrown != null) {
      throw loading.thrown;
    }
    nextKey.set(loading.highest + 1);
    return opened;
  }

  private static final class Loading implements LoaderCallback {
    private final @Nullable Values values;
    private @Nullable Exception thrown;
    private long highest = -1;

    Loading(@Nullable Values values) {
      this.values = values;
    }

    @Override
    public void addRecord(RecordInfo info) {
      highest = Math.max(highest, info.id);
      if (values == null || info.userRecordType != VALUE || thrown != null) {
        return;
      }
      try {
        values.value(info.id, ByteBuffer.wrap(info.data));
      } catch (Exception failure) {
        thrown = failure;
      }
    }

    @Override
    public void addPreparedTransaction(PreparedTransactionInfo transaction) {}

    @Override
    public void deleteRecord(long id) {}

    @Override
    public void updateRecord(RecordInfo info) {}

    @Override
    public void failedTransaction(
        long transaction, List<RecordInfo> records, List<RecordInfo> toDelete) {}
  }

  @Override
  public long append(byte[] value) throws Exception {
    long key = nextKey.getAndIncrement();
    journal.appendAddRecord(key, VALUE, value, true);
    return key;
  }

  @Override
  public void promise(long number) throws Exception {
    journal.appendAddRecord(nextKey.getAndIncrement(), PROMISE, RocksStore.key(number), true);
  }

  @Override
  public void commit(long key) throws Exception {
    journal.appendUpdateRecord(key, MARK, new byte[0], false);
  }

  @Override
  public byte @Nullable [] read(long key) throws Exception {
    Map<Long, byte[]> known = loaded;
    if (known == null) {
      Map<Long, byte[]> all = new HashMap<>();
      scan(
          (id, value) -> {
            byte[] bytes = new byte[value.remaining()];
            value.get(bytes);
            all.put(id, bytes);
          });
      known = all;
      loaded = all;
    }
    return known.get(key);
  }

  @Override
  public void load(long count, Source source) throws Exception {
    for (long number = 0; number < count; number++) {
      journal.appendAddRecord(number, VALUE, source.value(number), number == count - 1);
    }
  }

  @Override
  public void scan(Values values) throws Exception {
    close();
    files = files();
    journal = open(values);
  }

  @Override
  public void close() {
    journal.stop();
    files.stop();
  }
}

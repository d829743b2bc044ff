package dev.paxosjournal.samples.benchmark.stores;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.jgroups.protocols.raft.FileBasedLog;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jspecify.annotations.Nullable;

/** The file log of jgroups-raft with fsync; it is written to by one thread at a time. */
final class JGroupsRaftStore implements Store {
  private static final int BATCH = 1000;

  private final FileBasedLog log = new FileBasedLog();
  private long nextIndex;

  JGroupsRaftStore(Path directory) throws Exception {
    log.useFsync(true);
    log.init(directory.resolve("log").toString(), Map.of());
    nextIndex = log.lastAppended() + 1;
    if (nextIndex == 0) {
      nextIndex = 1;
    }
  }

  @Override
  public synchronized long append(byte[] value) {
    long index = nextIndex++;
    log.append(index, LogEntries.create(new LogEntry(1, value)));
    return index;
  }

  @Override
  public synchronized void promise(long number) {
    log.currentTerm(number);
  }

  @Override
  public synchronized void commit(long key) {
    log.commitIndex(Math.max(key, log.commitIndex()));
  }

  @Override
  public synchronized byte @Nullable [] read(long key) {
    LogEntry entry = log.get(key);
    return entry == null ? null : bytes(entry);
  }

  private static byte[] bytes(LogEntry entry) {
    byte[] value = new byte[entry.length()];
    System.arraycopy(entry.command(), entry.offset(), value, 0, value.length);
    return value;
  }

  @Override
  public void load(long count, Source source) {
    for (long number = 0; number < count; ) {
      int size = (int) Math.min(BATCH, count - number);
      LogEntry[] entries = new LogEntry[size];
      for (int i = 0; i < size; i++) {
        entries[i] = new LogEntry(1, source.value(number++));
      }
      log.append(nextIndex, LogEntries.create(entries));
      nextIndex += size;
    }
  }

  @Override
  public long keyOf(long number, int valueBytes) {
    return number + 1;
  }

  @Override
  public void scan(Values values) throws Exception {
    Exception[] thrown = new Exception[1];
    log.forEach(
        (entry, index) -> {
          try {
            if (thrown[0] == null) {
              values.value(
                  index, ByteBuffer.wrap(entry.command(), entry.offset(), entry.length()).slice());
            }
          } catch (Exception failure) {
            thrown[0] = failure;
          }
        });
    if (thrown[0] != null) {
      throw thrown[0];
    }
  }

  @Override
  public void close() {
    log.close();
  }
}

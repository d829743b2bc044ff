package dev.paxosjournal.samples.benchmark.stores;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.raftlog.LogProtoUtils;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.SizeInBytes;
import org.jspecify.annotations.Nullable;

/** The segmented log of Apache Ratis; its own worker gathers what waits. */
final class RatisStore implements Store {
  private static final int WINDOW = 2048;

  private final RaftStorage storage;
  private final SegmentedRaftLog log;
  private long nextIndex;

  RatisStore(Path directory) throws IOException {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("64MB"));
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("4MB"));
    boolean isNew = !directory.resolve("ratis").toFile().exists();
    storage =
        RaftStorage.newBuilder()
            .setDirectory(directory.resolve("ratis").toFile())
            .setOption(isNew ? RaftStorage.StartupOption.FORMAT : RaftStorage.StartupOption.RECOVER)
            .setStorageFreeSpaceMin(SizeInBytes.valueOf("0MB"))
            .build();
    storage.initialize();
    log =
        SegmentedRaftLog.newBuilder()
            .setMemberId(
                RaftGroupMemberId.valueOf(
                    RaftPeerId.valueOf("s0"), RaftGroupId.valueOf(new UUID(0, 1))))
            .setSnapshotIndexSupplier(() -> RaftLog.INVALID_LOG_INDEX)
            .setStorage(storage)
            .setProperties(properties)
            .build();
    log.open(RaftLog.INVALID_LOG_INDEX, null);
    nextIndex = log.getNextIndex();
  }

  private static LogEntryProto entry(long index, byte[] value) {
    return LogProtoUtils.toLogEntryProto(
        StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(value)).build(),
        1,
        index);
  }

  private synchronized CompletableFuture<Long> submit(byte[] value) {
    return log.appendEntry(entry(nextIndex++, value));
  }

  @Override
  public long append(byte[] value) throws Exception {
    return submit(value).get();
  }

  @Override
  public synchronized void promise(long number) throws IOException {
    storage
        .getMetadataFile()
        .persist(
            org.apache.ratis.server.storage.RaftStorageMetadata.valueOf(
                number, RaftPeerId.valueOf("s0")));
  }

  @Override
  public void commit(long key) {
    log.updateCommitIndex(key, 1, true);
  }

  @Override
  public byte @Nullable [] read(long key) throws IOException {
    LogEntryProto entry = log.get(key);
    return entry == null ? null : entry.getStateMachineLogEntry().getLogData().toByteArray();
  }

  @Override
  public void load(long count, Source source) throws Exception {
    CompletableFuture<Long> window = CompletableFuture.completedFuture(0L);
    CompletableFuture<Long> last = window;
    for (long number = 0; number < count; number++) {
      last = submit(source.value(number));
      if (number % WINDOW == WINDOW - 1) {
        window.get();
        window = last;
      }
    }
    last.get();
  }

  @Override
  public void scan(Values values) throws Exception {
    for (long index = log.getStartIndex(); index < log.getNextIndex(); index++) {
      LogEntryProto entry = log.get(index);
      values.value(
          index, ByteBuffer.wrap(entry.getStateMachineLogEntry().getLogData().toByteArray()));
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
    storage.close();
  }
}

package dev.paxosjournal.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A system that moves fewer bytes than it was asked to, which is no error. */
class ShortWriteTest {
  private static final int OFFSET = 100;

  @TempDir Path directory;

  @Test
  void row20AWriteThatTheSystemCutsShortGoesOnUntilAllIsWritten() throws IOException {
    byte[] content = new byte[10_000];
    new Random(1).nextBytes(content);
    try (NioDisk disk = NioDisk.open(directory, false);
        DiskFile file = disk.open("file", Disk.Access.CREATE)) {
      NioFile opened = (NioFile) file;
      FewBytes channel = new FewBytes(opened.channel);
      opened.channel = channel;

      ByteBuffer source = ByteBuffer.wrap(content);
      file.write(source, OFFSET);

      assertThat(source.hasRemaining()).isFalse();
      assertThat(channel.calls).isGreaterThan(100);
      ByteBuffer read = ByteBuffer.allocate(content.length);
      assertThat(file.read(read, OFFSET)).isEqualTo(content.length);
      assertThat(read.array()).isEqualTo(content);
    }
    byte[] all = Files.readAllBytes(directory.resolve("file"));
    assertThat(all).hasSize(OFFSET + content.length).endsWith(content);
  }

  /** Passes on at most a few bytes of each call. */
  private static final class FewBytes extends FileChannel {
    private static final int MOST_BYTES = 61;
    private final FileChannel channel;
    private int calls;

    FewBytes(FileChannel channel) {
      this.channel = channel;
    }

    private interface Call {
      int on(ByteBuffer part) throws IOException;
    }

    private int some(ByteBuffer all, Call call) throws IOException {
      calls++;
      int limit = all.limit();
      all.limit(Math.min(limit, all.position() + 1 + calls % MOST_BYTES));
      try {
        return call.on(all);
      } finally {
        all.limit(limit);
      }
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      return some(source, part -> channel.write(part, position));
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return some(target, part -> channel.read(part, position));
    }

    @Override
    public void force(boolean metaData) throws IOException {
      channel.force(metaData);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
      channel.close();
    }

    @Override
    public int read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}

package dev.paxosjournal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A directory that looks like another one and can be written to, while the other one is never
 * changed: what is written is kept in memory, block by block, and gone when this is closed.
 */
public final class ShadowDisk implements Disk {
  private static final int BLOCK = 4096;

  private final Disk real;
  private final Map<String, Content> shadows = new HashMap<>();
  private final Set<String> gone = new HashSet<>();

  /** A shadow of a directory; closes it when it is closed. */
  public ShadowDisk(Disk real) {
    this.real = real;
  }

  /** What a file holds that was written to: the real file, if there is one, under new blocks. */
  private static final class Content {
    private final @Nullable DiskFile below;
    private final Map<Long, byte[]> blocks = new HashMap<>();
    private long sizeBytes;
    private long sizeBelow;

    Content(@Nullable DiskFile below) throws IOException {
      this.below = below;
      this.sizeBytes = below == null ? 0 : below.size();
      this.sizeBelow = sizeBytes;
    }

    synchronized int read(ByteBuffer target, long offset) throws IOException {
      int most = (int) Math.max(0, Math.min(target.remaining(), sizeBytes - offset));
      for (int done = 0; done < most; ) {
        long at = offset + done;
        int inBlock = (int) (at % BLOCK);
        int length = Math.min(BLOCK - inBlock, most - done);
        target.put(block(at / BLOCK), inBlock, length);
        done += length;
      }
      return most;
    }

    private byte[] block(long number) throws IOException {
      byte[] known = blocks.get(number);
      if (known != null) {
        return known;
      }
      byte[] block = new byte[BLOCK];
      long begin = number * BLOCK;
      if (below != null && begin < sizeBelow) {
        below.read(ByteBuffer.wrap(block, 0, (int) Math.min(BLOCK, sizeBelow - begin)), begin);
      }
      return block;
    }

    synchronized void write(ByteBuffer source, long offset) throws IOException {
      long at = offset;
      while (source.hasRemaining()) {
        byte[] block = block(at / BLOCK);
        int inBlock = (int) (at % BLOCK);
        int length = Math.min(BLOCK - inBlock, source.remaining());
        source.get(block, inBlock, length);
        blocks.put(at / BLOCK, block);
        at += length;
      }
      sizeBytes = Math.max(sizeBytes, at);
    }

    synchronized void truncate(long size) throws IOException {
      if (size >= sizeBytes) {
        return;
      }
      byte[] last = block(size / BLOCK);
      Arrays.fill(last, (int) (size % BLOCK), BLOCK, (byte) 0);
      blocks.keySet().removeIf(number -> number > size / BLOCK);
      blocks.put(size / BLOCK, last);
      sizeBytes = size;
      sizeBelow = Math.min(sizeBelow, size);
    }

    synchronized long size() {
      return sizeBytes;
    }

    void close() throws IOException {
      if (below != null) {
        below.close();
      }
    }
  }

  /** An open file; its content stays when it is closed. */
  private static final class ShadowFile implements DiskFile {
    private final Content content;

    ShadowFile(Content content) {
      this.content = content;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      return content.read(target, offset);
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
      content.write(source, offset);
    }

    @Override
    public long size() {
      return content.size();
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
      content.truncate(sizeBytes);
    }

    @Override
    public void force() {
      // Nothing of this lasts.
    }

    @Override
    public void close() {
      // The content may be opened again.
    }
  }

  @Override
  public synchronized List<String> list() throws IOException {
    Set<String> names = new TreeSet<>(real.list());
    names.removeAll(gone);
    names.addAll(shadows.keySet());
    return List.copyOf(names);
  }

  @Override
  public synchronized DiskFile open(String name, Access access) throws IOException {
    Content known = shadows.get(name);
    boolean there = known != null || (!gone.contains(name) && real.list().contains(name));
    if (access == Access.CREATE) {
      if (there) {
        throw new FileAlreadyExistsException(path(name));
      }
      known = new Content(null);
      shadows.put(name, known);
    } else if (!there) {
      throw new NoSuchFileException(path(name));
    } else if (known == null && access == Access.READ) {
      return real.open(name, Access.READ);
    } else if (known == null) {
      known = new Content(real.open(name, Access.READ));
      shadows.put(name, known);
    }
    return new ShadowFile(known);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    Content moved = shadows.remove(from);
    if (moved == null) {
      moved = new Content(real.open(from, Access.READ));
    }
    gone.add(from);
    Content replaced = shadows.put(to, moved);
    if (replaced != null) {
      replaced.close();
    }
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    gone.add(name);
    Content content = shadows.remove(name);
    if (content != null) {
      content.close();
    }
  }

  @Override
  public void forceDirectory() {
    // Nothing of this lasts.
  }

  @Override
  public Closeable lock() {
    return () -> {};
  }

  @Override
  public long freeBytes() throws IOException {
    return real.freeBytes();
  }

  @Override
  public String path(String name) {
    return real.path(name);
  }

  @Override
  public synchronized void close() throws IOException {
    for (Content content : shadows.values()) {
      content.close();
    }
    shadows.clear();
    real.close();
  }
}

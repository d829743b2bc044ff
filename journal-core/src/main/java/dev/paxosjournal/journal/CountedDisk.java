package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.ForwardedDisk;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.Positions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A directory at whose door is counted what goes to the disk besides the log's groups. Here and not
 * where it is written, so that nothing can be forgotten. Reading is not touched.
 */
final class CountedDisk extends ForwardedDisk {
  /** How the name of a file begins that is filled with zeros to become a segment. */
  private static final String SPARE = "spare-";

  private final Counts counts;

  /** What was counted; of successful writes and forces only. */
  static final class Counts {
    final LongAdder groupForces = new LongAdder();
    final LongAdder otherForces = new LongAdder();
    final LongAdder positionsBytes = new LongAdder();
    final LongAdder checkpointBytes = new LongAdder();
    final LongAdder zeroBytes = new LongAdder();

    private @Nullable LongAdder bytesOf(String name, Access access) {
      if (Positions.isPositions(name)) {
        return positionsBytes;
      } else if (name.startsWith(Checkpoint.FILE)) {
        return checkpointBytes;
      }
      return access == Access.CREATE && name.startsWith(SPARE) ? zeroBytes : null;
    }
  }

  CountedDisk(Disk disk, Counts counts) {
    super(disk);
    this.counts = counts;
  }

  private static final class CountedFile implements DiskFile {
    private final DiskFile file;
    private final Counts counts;
    private final @Nullable LongAdder bytes;

    CountedFile(DiskFile file, Counts counts, @Nullable LongAdder bytes) {
      this.file = file;
      this.counts = counts;
      this.bytes = bytes;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      return file.read(target, offset);
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
      int count = source.remaining();
      file.write(source, offset);
      if (bytes != null) {
        bytes.add(count);
      }
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
      file.truncate(sizeBytes);
    }

    @Override
    public void force() throws IOException {
      file.force();
      counts.otherForces.increment();
    }

    @Override
    public void forceGroup() throws IOException {
      file.forceGroup();
      counts.groupForces.increment();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public DiskFile open(String name, Access access) throws IOException {
    DiskFile file = disk.open(name, access);
    return access == Access.READ
        ? file
        : new CountedFile(file, counts, counts.bytesOf(name, access));
  }

  @Override
  public void forceDirectory() throws IOException {
    disk.forceDirectory();
    counts.otherForces.increment();
  }
}

package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file with a segment's name, looked at.
 *
 * @param fileName its name
 * @param fileBytes its length
 * @param verdict whether its header can be used
 * @param version what the header says, if it says anything; else 0
 * @param header what the header says, if it can be used
 */
public record SegmentFile(
    String fileName,
    long fileBytes,
    SegmentHeader.Verdict verdict,
    int version,
    Optional<SegmentHeader> header) {

  private static final int BLOCK = GroupHeader.BLOCK_BYTES;

  static SegmentFile look(Disk disk, String name, SegmentHeader.Name parsed) throws IOException {
    ByteBuffer area = ByteBuffer.allocate(SegmentHeader.AREA_BYTES);
    long fileBytes = 0;
    SegmentHeader.Read read;
    try (DiskFile file = disk.open(name, Disk.Access.READ)) {
      fileBytes = file.size();
      readWhatCanBeRead(file, area);
      read = SegmentHeader.parse(area.flip());
      SegmentHeader.Read second =
          copiesAreEqual(area) ? read : SegmentHeader.parse(area, SegmentHeader.COPY_BYTES);
      if (second.header().isPresent()
          && !second.header().equals(read.header())
          && (firstGroup(file, fileBytes, parsed.base(), second.header().get().salt()) != null
              || !parsed.fits(read.header().orElseThrow()))) {
        // A copy that belongs elsewhere was written here; the groups tell which.
        read = second;
      }
      if (read.header().isPresent()
          && !parsed.fits(read.header().get())
          && contradicts(file, fileBytes, parsed.base(), read.header().get())) {
        read = new SegmentHeader.Read(SegmentHeader.Verdict.UNREADABLE, 0, Optional.empty());
      }
    } catch (NoSpaceException tooManyOpenFiles) {
      throw tooManyOpenFiles;
    } catch (IOException unreadable) {
      read = new SegmentHeader.Read(SegmentHeader.Verdict.FAILED, 0, Optional.empty());
    }
    return new SegmentFile(name, fileBytes, read.verdict(), read.version(), read.header());
  }

  /**
   * Whether the groups in the file are those that its name promises, but not those that its header
   * speaks of: then another segment's header was written here.
   */
  public boolean groupsContradictHeader(Disk disk) throws IOException {
    SegmentHeader.Name name = SegmentHeader.parseName(fileName);
    if (name == null || header.isEmpty()) {
      return false;
    }
    try (DiskFile file = disk.open(fileName, Disk.Access.READ)) {
      return contradicts(file, fileBytes, name.base(), header.get());
    } catch (NoSpaceException tooManyOpenFiles) {
      throw tooManyOpenFiles;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static boolean contradicts(
      DiskFile file, long fileBytes, long base, SegmentHeader header) {
    return firstGroup(file, fileBytes, header.base(), header.salt()) == null
        && firstGroup(file, fileBytes, base, null) != null;
  }

  /** The usual case: an opening that looks at a thousand files parses one copy of each. */
  private static boolean copiesAreEqual(ByteBuffer area) {
    return area.limit() == SegmentHeader.AREA_BYTES
        && area.slice(0, SegmentHeader.COPY_BYTES)
            .equals(area.slice(SegmentHeader.COPY_BYTES, SegmentHeader.COPY_BYTES));
  }

  /** The two copies are read apart: a block that the disk cannot read must not hide the other. */
  private static void readWhatCanBeRead(DiskFile file, ByteBuffer area) throws IOException {
    try {
      file.read(area, 0);
    } catch (IOException failure) {
      area.position(0).limit(SegmentHeader.COPY_BYTES);
      try {
        file.read(area, 0);
      } catch (IOException firstCopy) {
        area.clear().position(SegmentHeader.COPY_BYTES);
        file.read(area, SegmentHeader.COPY_BYTES);
      }
    }
  }

  /**
   * A header for a file whose own two copies are unreadable, made from its name and from the salt
   * that its groups carry; empty if no group can be found in it.
   */
  public Optional<SegmentHeader> inferHeader(Disk disk, LogIdentity identity) throws IOException {
    SegmentHeader.Name name = SegmentHeader.parseName(fileName);
    if (name == null) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(fileName, Disk.Access.READ)) {
      Found found = firstGroup(file, fileBytes, name.base(), null);
      // One group alone may be a block of another journal that was written here by mistake.
      return found == null
              || firstGroup(file, fileBytes, name.base(), found.group.end(), found.salt) == null
          ? Optional.empty()
          : Optional.of(
              new SegmentHeader(
                  identity,
                  name.sequence(),
                  name.base(),
                  found.salt,
                  0,
                  found.group.logStart(),
                  -1,
                  0,
                  // What lies before may be lost as well: then this bounds what it held.
                  name.base() == 0 ? ShardState.EMPTY : found.group.state()));
    } catch (NoSpaceException tooManyOpenFiles) {
      throw tooManyOpenFiles;
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private record Found(GroupHeader group, long salt) {}

  /** The first group with a salt, or with any. */
  private static @Nullable Found firstGroup(
      DiskFile file, long fileBytes, long base, @Nullable Long wanted) {
    return firstGroup(file, fileBytes, base, base, wanted);
  }

  /** The first group at or behind a position with a salt, or with any. */
  private static @Nullable Found firstGroup(
      DiskFile file, long fileBytes, long base, long from, @Nullable Long wanted) {
    Crc crc = new Crc();
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    for (long offset = from - base + SegmentHeader.AREA_BYTES;
        offset < fileBytes;
        offset += BLOCK) {
      block.clear();
      try {
        if (file.read(block, offset) < BLOCK) {
          break;
        }
      } catch (IOException unreadable) {
        continue;
      }
      long position = base + offset - SegmentHeader.AREA_BYTES;
      long salt = block.getLong(8);
      GroupHeader group = GroupHeader.parse(block, 0, salt, position, fileBytes - offset, crc);
      if (group != null && (wanted == null || wanted == salt)) {
        return new Found(group, salt);
      }
    }
    return null;
  }

  /** The same file with a header that was found out. */
  public SegmentFile with(SegmentHeader inferred) {
    return new SegmentFile(
        fileName, fileBytes, SegmentHeader.Verdict.VALID, version, Optional.of(inferred));
  }
}

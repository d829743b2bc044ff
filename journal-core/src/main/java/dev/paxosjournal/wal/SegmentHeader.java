package dev.paxosjournal.wal;

import dev.paxosjournal.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The first 8192 bytes of a segment, two equal copies (FORMAT.md, section 3), and its file name.
 *
 * @param identity whose log it is
 * @param sequence number of the segment, 1 and up
 * @param base position of the first group
 * @param salt random; tells this use of the file from earlier ones
 * @param previousSequence number of the segment before; 0 for none
 * @param logStart no group below this position is needed
 * @param previousHighestSlot highest slot named by a record of the segment before; -1 for none
 * @param createdMillis for people
 * @param state of the acceptor when the segment was made
 */
public record SegmentHeader(
    LogIdentity identity,
    long sequence,
    long base,
    long salt,
    long previousSequence,
    long logStart,
    long previousHighestSlot,
    long createdMillis,
    ShardState state) {

  /** Length of the header area; the first group follows. */
  public static final int AREA_BYTES = 8192;

  /** Distance between the two copies. */
  static final int COPY_BYTES = 4096;

  /** The only version this release writes, and the highest it reads. */
  public static final int VERSION = 1;

  private static final int MAGIC = 0x50584A53;
  private static final int SHARDS = 100;
  private static final int CLUSTER = SHARDS + ShardState.BYTES;
  private static final Pattern NAME = Pattern.compile("wal-(\\d{10})-(\\d{19})\\.seg");

  /** What a copy of the header turned out to be. */
  public enum Verdict {
    /** It can be used. */
    VALID,
    /** A newer release wrote it. */
    NEWER,
    /** It is not a header, or a damaged one, or one that belongs elsewhere. */
    UNREADABLE,
    /** The disk answered with an error instead of bytes. */
    FAILED
  }

  /**
   * One copy, read.
   *
   * @param verdict whether it can be used
   * @param version what the copy says, if it is a header at all; else 0
   * @param header present if valid
   */
  public record Read(Verdict verdict, int version, Optional<SegmentHeader> header) {}

  /** What a file name says. */
  record Name(long sequence, long base) {
    boolean fits(SegmentHeader header) {
      return header.sequence == sequence && header.base == base;
    }
  }

  /** Whether this was not read but made up from the segment's name and groups. */
  boolean isInferred() {
    return createdMillis == 0;
  }

  /** The file name of this segment. */
  public String fileName() {
    return "wal-" + padded(sequence, 10) + "-" + padded(base, 19) + ".seg";
  }

  /** A number with leading zeros. An opening makes many; {@link String#format} would be slow. */
  public static String padded(long number, int digits) {
    String plain = Long.toString(number);
    return "0".repeat(Math.max(0, digits - plain.length())) + plain;
  }

  static @Nullable Name parseName(String fileName) {
    Matcher matcher = NAME.matcher(fileName);
    if (!matcher.matches()) {
      return null;
    }
    try {
      return new Name(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    } catch (NumberFormatException beyondLong) {
      return null;
    }
  }

  /** Both copies, ready to be written at offset 0. */
  ByteBuffer encode() {
    ByteBuffer area =
        ByteBuffer.allocateDirect(AREA_BYTES + Disk.BLOCK_BYTES)
            .alignedSlice(Disk.BLOCK_BYTES)
            .limit(AREA_BYTES)
            .slice();
    encodeCopy(area, 0);
    encodeCopy(area, COPY_BYTES);
    return area.clear();
  }

  private void encodeCopy(ByteBuffer area, int at) {
    byte[] cluster = identity.clusterId().getBytes(StandardCharsets.UTF_8);
    int length = CLUSTER + cluster.length + 4;
    area.position(at);
    area.putInt(MAGIC).putInt(VERSION).putInt(length).putInt(identity.nodeId());
    area.putLong(identity.journalId().getMostSignificantBits());
    area.putLong(identity.journalId().getLeastSignificantBits());
    area.putLong(identity.openCounter()).putLong(sequence).putLong(base).putLong(salt);
    area.putLong(previousSequence).putLong(logStart).putLong(previousHighestSlot);
    area.putLong(createdMillis).putShort((short) 1).putShort((short) cluster.length);
    state.putTo(area);
    area.put(cluster);
    area.putInt(new Crc().of(area, at, length - 4));
  }

  /** Reads whichever copy can be used; a newer version counts only if both copies say so. */
  static Read parse(ByteBuffer area) {
    Read first = parse(area, 0);
    if (first.verdict() == Verdict.VALID) {
      return first;
    }
    Read second = parse(area, COPY_BYTES);
    if (second.verdict() == Verdict.VALID) {
      return second;
    }
    boolean newer =
        first.verdict() == Verdict.NEWER
            && second.verdict() == Verdict.NEWER
            && first.version() == second.version();
    return newer ? first : new Read(Verdict.UNREADABLE, 0, Optional.empty());
  }

  /** Reads the copy at an offset of the header area. */
  static Read parse(ByteBuffer area, int at) {
    if (area.limit() < at + CLUSTER + 5 || area.getInt(at) != MAGIC) {
      return new Read(Verdict.UNREADABLE, 0, Optional.empty());
    }
    // Magic and version are read apart: a newer format must not be mistaken for damage.
    int version = area.getInt(at + 4);
    if (version > VERSION) {
      return new Read(Verdict.NEWER, version, Optional.empty());
    }
    int length = area.getInt(at + 8);
    int clusterBytes = area.getShort(at + 98);
    if (version != VERSION
        || clusterBytes < 1
        || length != CLUSTER + clusterBytes + 4
        || length > COPY_BYTES
        || at + length > area.limit()
        || area.getShort(at + 96) != 1
        || area.getInt(at + length - 4) != new Crc().of(area, at, length - 4)) {
      return new Read(Verdict.UNREADABLE, version, Optional.empty());
    }
    byte[] cluster = new byte[clusterBytes];
    area.get(at + CLUSTER, cluster);
    LogIdentity identity =
        new LogIdentity(
            new String(cluster, StandardCharsets.UTF_8),
            area.getInt(at + 12),
            new UUID(area.getLong(at + 16), area.getLong(at + 24)),
            area.getLong(at + 32));
    SegmentHeader header =
        new SegmentHeader(
            identity,
            area.getLong(at + 40),
            area.getLong(at + 48),
            area.getLong(at + 56),
            area.getLong(at + 64),
            area.getLong(at + 72),
            area.getLong(at + 80),
            area.getLong(at + 88),
            ShardState.parse(area, at + SHARDS));
    return new Read(Verdict.VALID, version, Optional.of(header));
  }
}

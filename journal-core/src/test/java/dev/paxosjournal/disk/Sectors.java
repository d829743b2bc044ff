package dev.paxosjournal.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The content of one file, in sectors of 512 bytes. A sector is never changed once it is here but
 * replaced, so that contents share sectors, and a copy costs next to nothing until it is written.
 */
final class Sectors {
  static final int SECTOR_BYTES = 512;

  private static final byte[] ZEROS = new byte[SECTOR_BYTES];

  /** Null where nothing was ever written: reads as zeros, takes no space. */
  private byte[] @Nullable [] sectors = new byte[0][];

  private boolean shared;
  private int allocated;
  private long sizeBytes;

  Sectors copy() {
    Sectors copy = new Sectors();
    copy.sectors = sectors;
    copy.allocated = allocated;
    copy.sizeBytes = sizeBytes;
    copy.shared = true;
    shared = true;
    return copy;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** Changes the length only; see {@link #trim}. */
  void setSizeBytes(long newSizeBytes) {
    sizeBytes = newSizeBytes;
  }

  /** The number of sectors, holes included. */
  int count() {
    return Math.max(sectors.length, sectorAfter(sizeBytes));
  }

  /** How many sectors take space. */
  int allocated() {
    return allocated;
  }

  byte @Nullable [] get(int index) {
    return index < sectors.length ? sectors[index] : null;
  }

  /** As {@link #get}, with zeros for a hole. The result must not be changed. */
  byte[] bytes(int index) {
    byte[] sector = get(index);
    return sector == null ? ZEROS : sector;
  }

  /** Takes over the array: it must not be changed afterwards. */
  void set(int index, byte @Nullable [] sector) {
    byte[] old = get(index);
    if (old == sector) {
      return;
    }
    if (index >= sectors.length) {
      sectors = Arrays.copyOf(sectors, Math.max(index + 1, sectors.length * 3 / 2));
    } else if (shared) {
      sectors = sectors.clone();
    }
    shared = false;
    allocated += (sector == null ? 0 : 1) - (old == null ? 0 : 1);
    sectors[index] = sector;
  }

  int read(ByteBuffer target, long offset) {
    int total = (int) Math.max(0, Math.min(target.remaining(), sizeBytes - offset));
    for (int done = 0; done < total; ) {
      int from = (int) ((offset + done) % SECTOR_BYTES);
      int length = Math.min(SECTOR_BYTES - from, total - done);
      target.put(bytes(sectorOf(offset + done)), from, length);
      done += length;
    }
    return total;
  }

  byte[] toByteArray() {
    byte[] bytes = new byte[Math.toIntExact(sizeBytes)];
    read(ByteBuffer.wrap(bytes), 0);
    return bytes;
  }

  /** The sectors from that of {@code offset} on as they are after a write, which is not made. */
  byte[] @Nullable [] with(byte[] bytes, long offset) {
    int first = sectorOf(offset);
    byte[][] after = new byte[sectorAfter(offset + bytes.length) - first][];
    for (int i = 0; i < after.length; i++) {
      after[i] = overlay(bytes(first + i), first + i, bytes, offset);
    }
    return after;
  }

  /** The sectors from that of the new end on as they are after a truncation, which is not made. */
  byte[] @Nullable [] cutAt(long newSizeBytes) {
    int first = sectorOf(newSizeBytes);
    byte[] @Nullable [] after = new byte[Math.max(0, count() - first)][];
    if (after.length > 0) {
      after[0] = cut(get(first), first, newSizeBytes);
    }
    return after;
  }

  /** Replaces sectors, and sets the length. */
  void put(int first, byte[] @Nullable [] after, long newSizeBytes) {
    for (int i = 0; i < after.length; i++) {
      set(first + i, after[i]);
    }
    sizeBytes = newSizeBytes;
  }

  /** Makes everything behind the end zeros, as a reader of a longer file must find it later. */
  void trim() {
    put(sectorOf(sizeBytes), cutAt(sizeBytes), sizeBytes);
  }

  /** One sector with the bytes that a write puts into it. */
  static byte[] overlay(byte[] sector, int index, byte[] bytes, long offset) {
    long start = (long) index * SECTOR_BYTES;
    int from = (int) Math.max(0, offset - start);
    int before = (int) Math.min(SECTOR_BYTES, offset + bytes.length - start);
    if (from >= before) {
      return sector;
    }
    byte[] result = from == 0 && before == SECTOR_BYTES ? new byte[SECTOR_BYTES] : sector.clone();
    System.arraycopy(bytes, (int) (start + from - offset), result, from, before - from);
    return Arrays.equals(result, ZEROS) ? ZEROS : result;
  }

  /** One sector with zeros behind the end of the file. */
  static byte @Nullable [] cut(byte @Nullable [] sector, int index, long sizeBytes) {
    long keep = sizeBytes - (long) index * SECTOR_BYTES;
    if (sector == null || keep >= SECTOR_BYTES) {
      return sector;
    }
    return keep <= 0 ? null : Arrays.copyOf(Arrays.copyOf(sector, (int) keep), SECTOR_BYTES);
  }

  static int sectorOf(long offset) {
    return Math.toIntExact(offset / SECTOR_BYTES);
  }

  static int sectorAfter(long end) {
    return Math.toIntExact((end + SECTOR_BYTES - 1) / SECTOR_BYTES);
  }
}

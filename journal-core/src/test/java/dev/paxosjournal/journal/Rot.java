package dev.paxosjournal.journal;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.journal.RotVictim.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What is done to one disk behind the journal's back, and where: harms bytes, files and names,
 * remembers which bytes are not what they were, and lets reads of lost sectors fail.
 */
final class Rot {
  static final int SECTOR = 512;
  static final int BLOCK = 4096;
  private static final long MOST_OPERATIONS = 200_000;

  private final RotVictim victim;
  private final MemoryDisk disk;
  private final SplittableRandom random;
  private final List<Range> hits = new ArrayList<>();
  private final List<Range> unreadable = new ArrayList<>();
  private final Map<String, String> formerNames = new HashMap<>();
  private final StringBuilder what = new StringBuilder();

  Rot(RotVictim victim, SplittableRandom random) {
    this.victim = victim;
    this.disk = victim.disk().copyOf();
    this.random = random;
  }

  MemoryDisk disk() {
    return disk;
  }

  RotVictim victim() {
    return victim;
  }

  SplittableRandom random() {
    return random;
  }

  /** Whether any byte of a range was harmed. */
  boolean isHit(Range range) {
    return hits.stream().anyMatch(range::meets);
  }

  /** Whether any byte of a file was harmed whose name starts so. */
  boolean isFileHit(String prefix) {
    return hits.stream().anyMatch(hit -> hit.file().startsWith(prefix));
  }

  boolean changedNothing() {
    return hits.isEmpty();
  }

  /** Whether only files were harmed that can be made again from the log. */
  boolean onlyDerived() {
    return hits.stream().noneMatch(hit -> hit.file().startsWith("wal-"));
  }

  /**
   * Whether nothing that is left can tell a lost last group from one that never was: the hint is
   * gone, and the checkpoint or the positions that it vouches for.
   */
  boolean isUndecidable() {
    return isHit(victim.lastGroup())
        && isFileHit("hint")
        && (isFileHit("checkpoint") || isFileHit("positions-"));
  }

  @Override
  public String toString() {
    return what.toString();
  }

  private void hit(Range range) {
    hits.add(new Range(formerName(range.file()), range.from(), range.before()));
  }

  /** Ranges are those of the journal before anything was renamed. */
  private String formerName(String file) {
    return formerNames.getOrDefault(file, file);
  }

  private void note(String done) {
    what.append(what.isEmpty() ? "" : "; ").append(done);
  }

  // --- where

  /** A file of the journal, each as likely as the other. */
  String anyFile() {
    return pick(disk.names());
  }

  /** A file whose name starts so, or any if there is none. */
  String anyFile(String prefix) {
    List<String> named = disk.names().stream().filter(name -> name.startsWith(prefix)).toList();
    return named.isEmpty() ? anyFile() : pick(named);
  }

  /** A place of so many bytes, mostly one that holds something. */
  Range anyPlace(int unit) {
    String file = anyFile(random.nextInt(4) > 0 ? "wal-" : "");
    byte[] content = disk.read(file);
    int count = Math.max(1, (content.length + unit - 1) / unit);
    List<Integer> written = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (!isZero(content, i * unit, Math.min(content.length, (i + 1) * unit))) {
        written.add(i);
      }
    }
    int index = written.isEmpty() || random.nextInt(8) == 0 ? random.nextInt(count) : pick(written);
    return new Range(
        file, (long) index * unit, Math.min(content.length, (long) (index + 1) * unit));
  }

  <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }

  private static boolean isZero(byte[] bytes, int from, int before) {
    for (int i = from; i < before; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  // --- what

  void flip(String file, long bit) {
    disk.flipBit(file, bit);
    hit(new Range(file, bit / 8, bit / 8 + 1));
    note(file + ": bit " + bit + " flipped");
  }

  /** Puts other bytes in a place; what stays the same counts as unharmed. */
  void replace(Range place, byte[] bytes, String how) {
    byte[] before = bytesAt(disk, place);
    int length = Math.min(before.length, bytes.length);
    byte[] after = Arrays.copyOf(bytes, length);
    disk.overwrite(place.file(), place.from(), after);
    int first = Arrays.mismatch(before, 0, length, after, 0, length);
    if (first >= 0) {
      int last = length - 1;
      while (before[last] == after[last]) {
        last--;
      }
      hit(new Range(place.file(), place.from() + first, place.from() + last + 1));
    }
    note(place.file() + " at " + place.from() + ": " + how);
  }

  void makeUnreadable(Range place) {
    unreadable.add(place);
    hit(place);
    note(place.file() + " at " + place.from() + " to " + place.before() + ": reads fail");
  }

  void truncate(String file, long size) {
    hit(new Range(file, size, disk.sizeOf(file)));
    disk.truncateNow(file, size);
    note(file + " cut to " + size);
  }

  void extend(String file, byte[] bytes) {
    disk.overwrite(file, disk.sizeOf(file), bytes);
    note(file + " is longer by " + bytes.length);
  }

  void delete(String file) {
    hit(new Range(file, 0, Long.MAX_VALUE));
    disk.deleteNow(file);
    note(file + " deleted");
  }

  void put(String file, byte[] content, String how) {
    if (!disk.names().contains(file) || !Arrays.equals(disk.read(file), content)) {
      byte[] before = disk.names().contains(file) ? disk.read(file) : new byte[0];
      int same = Arrays.mismatch(before, content);
      hit(new Range(file, Math.max(0, same), Long.MAX_VALUE));
      disk.put(file, content);
    }
    note(file + ": " + how);
  }

  /** A new file beside the others: nothing that was there is harmed. */
  void add(String file, byte[] content, String how) {
    disk.put(file, content);
    note(file + ": " + how);
  }

  void rename(String from, String to) {
    formerNames.put(to, formerName(from));
    disk.renameNow(from, to);
    note(from + " renamed to " + to);
  }

  /** What a disk holds in a place: as many bytes as there are. */
  static byte[] bytesAt(MemoryDisk of, Range place) {
    if (!of.names().contains(place.file())) {
      return new byte[0];
    }
    byte[] all = of.read(place.file());
    int from = (int) Math.min(all.length, place.from());
    int before = (int) Math.min(all.length, place.before());
    return Arrays.copyOfRange(all, from, before);
  }

  // --- reading

  /** What could not be read can be read again, as after a cable was plugged in. */
  void recoverReads() {
    if (!unreadable.isEmpty()) {
      unreadable.clear();
      note("readable again after the first opening");
    }
  }

  /** Lets reads of lost sectors fail, until they are written, and ends what does not end. */
  void watch(MemoryDisk image) {
    long begun = image.operations();
    List<Range> bad = new ArrayList<>(unreadable);
    image.setHook(
        operation -> {
          if (operation.number() - begun > MOST_OPERATIONS) {
            throw new AssertionError("HANG: more than " + MOST_OPERATIONS + " operations");
          }
          if (!bad.isEmpty()) {
            failOrHeal(bad, operation);
          }
        });
  }

  private static void failOrHeal(List<Range> bad, Operation operation) throws IOException {
    Range touched =
        new Range(operation.file(), operation.offset(), operation.offset() + operation.length());
    switch (operation.kind()) {
      case READ -> {
        if (bad.stream().anyMatch(touched::meets)) {
          throw new IOException("cannot read " + operation.file() + ": Input/output error");
        }
      }
      case WRITE -> bad.removeIf(touched::meets);
      case RENAME, DELETE -> bad.removeIf(range -> range.file().equals(operation.file()));
      default -> {}
    }
  }
}

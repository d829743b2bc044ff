package dev.paxosjournal.journal;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.journal.RotVictim.Range;
import java.util.List;
import java.util.function.Consumer;

/** What disks, file systems and people do to files. */
enum RotKind {
  BIT_FLIPPED(
      true,
      rot -> {
        Range place = rot.anyPlace(Rot.SECTOR);
        if (place.from() < place.before()) {
          rot.flip(place.file(), rot.random().nextLong(place.from() * 8, place.before() * 8));
        }
      }),
  BYTES_GARBLED(
      true,
      rot -> {
        Range sector = rot.anyPlace(Rot.SECTOR);
        int length = (int) (sector.before() - sector.from());
        int from = length == 0 ? 0 : rot.random().nextInt(length);
        int count = Math.min(length - from, rot.random().nextInt(1, 17));
        rot.replace(
            new Range(sector.file(), sector.from() + from, sector.from() + from + count),
            garbage(rot, count),
            count + " bytes garbled");
      }),
  SECTOR_ZEROED(true, rot -> zero(rot, Rot.SECTOR)),
  SECTOR_GARBAGE(
      true,
      rot -> rot.replace(rot.anyPlace(Rot.SECTOR), garbage(rot, Rot.SECTOR), "a sector garbage")),
  SECTOR_OLD(true, rot -> old(rot, Rot.SECTOR)),
  SECTOR_DUPLICATED(true, rot -> duplicate(rot, Rot.SECTOR)),
  SECTOR_FOREIGN(true, rot -> foreign(rot, Rot.SECTOR)),
  SECTOR_UNREADABLE(true, rot -> rot.makeUnreadable(rot.anyPlace(Rot.SECTOR))),
  WRITE_MISDIRECTED(
      true,
      rot -> {
        // What belongs elsewhere landed here; its own place is not harmed.
        Range from = rot.anyPlace(Rot.SECTOR);
        rot.replace(
            rot.anyPlace(Rot.SECTOR),
            Rot.bytesAt(rot.disk(), from),
            "the sector of " + from.file() + " at " + from.from());
      }),
  BLOCK_ZEROED(false, rot -> zero(rot, Rot.BLOCK)),
  BLOCK_OLD(false, rot -> old(rot, Rot.BLOCK)),
  BLOCK_DUPLICATED(false, rot -> duplicate(rot, Rot.BLOCK)),
  BLOCK_FOREIGN(false, rot -> foreign(rot, Rot.BLOCK)),
  BLOCK_UNREADABLE(false, rot -> rot.makeUnreadable(rot.anyPlace(Rot.BLOCK))),
  WRITE_LOST(
      false,
      rot -> {
        // Of the last group, of which no later one can tell.
        Range last = rot.victim().lastGroup();
        if (rot.disk().names().contains(last.file())) {
          rot.replace(last, new byte[(int) (last.before() - last.from())], "a lost write");
        }
      }),
  SECTORS_SWAPPED(
      false,
      rot -> {
        Range one = rot.anyPlace(Rot.SECTOR);
        Range other = rot.anyPlace(Rot.SECTOR);
        byte[] bytes = Rot.bytesAt(rot.disk(), one);
        rot.replace(one, Rot.bytesAt(rot.disk(), other), "swapped");
        rot.replace(other, bytes, "swapped");
      }),
  FILE_TRUNCATED(
      false,
      rot -> {
        String file = rot.anyFile();
        long size = rot.disk().sizeOf(file);
        rot.truncate(file, rot.random().nextInt(4) == 0 ? 0 : rot.random().nextLong(size + 1));
      }),
  FILE_EXTENDED(
      false,
      rot -> {
        int bytes = rot.random().nextInt(1, 3 * Rot.BLOCK);
        rot.extend(
            rot.anyFile(), rot.random().nextBoolean() ? new byte[bytes] : garbage(rot, bytes));
      }),
  FILE_ZEROED(
      false,
      rot -> {
        String file = rot.anyFile();
        rot.put(file, new byte[(int) rot.disk().sizeOf(file)], "all zeros");
      }),
  FILE_DELETED(false, rot -> rot.delete(rot.anyFile())),
  FILES_SWAPPED(
      false,
      rot -> {
        String one = rot.anyFile("wal-");
        String other = rot.anyFile("wal-");
        if (!one.equals(other)) {
          rot.rename(one, "swapped");
          rot.rename(other, one);
          rot.rename("swapped", other);
        }
      }),
  FILE_RENAMED(
      false,
      rot -> {
        String file = rot.anyFile("wal-");
        if (file.startsWith("wal-")) {
          rot.rename(file, lateName(rot, file));
        }
      }),
  FILE_DUPLICATED(
      false,
      rot -> {
        String file = rot.anyFile("wal-");
        if (file.startsWith("wal-")) {
          rot.add(lateName(rot, file), rot.disk().read(file), "a copy of " + file);
        }
      }),
  FILE_OLDER(
      false,
      rot -> {
        String file = rot.pick(common(rot));
        rot.put(file, rot.victim().older().read(file), "as it was earlier");
      }),
  FILE_FOREIGN(
      false,
      rot -> {
        MemoryDisk foreign = rot.victim().foreign();
        List<String> names = foreign.names();
        String file = names.get(rot.random().nextInt(names.size()));
        String name = rot.random().nextBoolean() ? file : rot.anyFile();
        rot.put(name, foreign.read(file), file + " of another journal");
      }),
  FILE_UNREADABLE(
      false, rot -> rot.makeUnreadable(new Range(rot.anyFile(), 0, Long.MAX_VALUE / 2))),
  POSITIONS_STALE(false, rot -> stale(rot, "positions-")),
  CHECKPOINT_STALE(false, rot -> stale(rot, "checkpoint")),
  HINT_STALE(false, rot -> stale(rot, "hint"));

  private final boolean withinSector;

  /** All of them are without state. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Consumer<Rot> harm;

  RotKind(boolean withinSector, Consumer<Rot> harm) {
    this.withinSector = withinSector;
    this.harm = harm;
  }

  /** Whether one sector at most is harmed. */
  boolean isWithinSector() {
    return withinSector;
  }

  void apply(Rot rot) {
    harm.accept(rot);
  }

  /** The name of a segment with a much higher number. */
  private static String lateName(Rot rot, String segment) {
    return "wal-" + (1_000_000_000 + rot.random().nextInt(999)) + segment.substring(14);
  }

  private static byte[] garbage(Rot rot, int length) {
    byte[] bytes = new byte[length];
    rot.random().nextBytes(bytes);
    return bytes;
  }

  private static void zero(Rot rot, int unit) {
    rot.replace(rot.anyPlace(unit), new byte[unit], "zeros");
  }

  /** A write that never reached the platter: what was there before. */
  private static void old(Rot rot, int unit) {
    Range place = rot.anyPlace(unit);
    byte[] old = Rot.bytesAt(rot.victim().older(), place);
    rot.replace(place, old.length == 0 ? new byte[unit] : old, "old content");
  }

  private static void duplicate(Rot rot, int unit) {
    Range place = rot.anyPlace(unit);
    long count = Math.max(1, rot.disk().sizeOf(place.file()) / unit);
    long from = rot.random().nextLong(count) * unit;
    Range other = new Range(place.file(), from, from + unit);
    rot.replace(place, Rot.bytesAt(rot.disk(), other), "a copy of what is at " + from);
  }

  private static void foreign(Rot rot, int unit) {
    Range place = rot.anyPlace(unit);
    MemoryDisk foreign = rot.victim().foreign();
    String file = foreign.names().contains(place.file()) ? place.file() : rot.pick(foreign.names());
    rot.replace(
        place,
        Rot.bytesAt(foreign, new Range(file, place.from(), place.before())),
        "the same place of another journal");
  }

  private static List<String> common(Rot rot) {
    List<String> names = rot.victim().older().names();
    List<String> common = rot.disk().names().stream().filter(names::contains).toList();
    return common.isEmpty() ? List.of("hint") : common;
  }

  private static void stale(Rot rot, String prefix) {
    List<String> files = rot.disk().names().stream().filter(n -> n.startsWith(prefix)).toList();
    if (files.isEmpty()) {
      return;
    }
    String file = rot.pick(files);
    MemoryDisk older = rot.victim().older();
    if (older.names().contains(file) && rot.random().nextInt(3) > 0) {
      rot.put(file, older.read(file), "as it was earlier");
    } else {
      rot.delete(file);
    }
  }
}

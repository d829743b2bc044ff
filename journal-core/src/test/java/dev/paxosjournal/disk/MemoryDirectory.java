package dev.paxosjournal.disk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a {@link MemoryDisk}: which name belongs to which file, now and on the platter.
 */
final class MemoryDirectory {
  private static final int DELETED_FILES_KEPT = 16;

  /**
   * A create, rename or delete that was not forced.
   *
   * @param number that of the operation
   * @param from the name that ends, if there is one
   * @param to the name that begins, if there is one
   */
  record Change(long number, @Nullable String from, @Nullable String to, MemoryFile file) {
    void applyTo(Map<String, MemoryFile> names) {
      // By file, not by name: if an earlier rename was lost, the file still has its older name.
      names.values().removeIf(other -> other == file);
      if (to != null) {
        names.put(to, file);
      }
    }
  }

  final TreeMap<String, MemoryFile> live = new TreeMap<>();
  final TreeMap<String, MemoryFile> durable = new TreeMap<>();
  final List<Change> unforced = new ArrayList<>();

  /** Contents of files that lost their names, oldest first: what stale sectors may show. */
  final List<Sectors> deleted = new ArrayList<>();

  private long fileCount;

  /** The file that has a name. */
  MemoryFile find(String name) {
    MemoryFile file = live.get(name);
    if (file == null) {
      throw new IllegalArgumentException("no file " + name + " among " + live.keySet());
    }
    return file;
  }

  MemoryFile create(long number, String name) {
    MemoryFile file = new MemoryFile(++fileCount, name);
    change(new Change(number, null, name, file));
    return file;
  }

  void rename(long number, String from, String to) {
    MemoryFile file = find(from);
    if (!from.equals(to)) {
      bury(live.get(to));
      change(new Change(number, from, to, file));
      file.name = to;
    }
  }

  void delete(long number, String name) {
    MemoryFile file = live.get(name);
    if (file != null) {
      bury(file);
      change(new Change(number, name, null, file));
    }
  }

  private void change(Change change) {
    change.applyTo(live);
    unforced.add(change);
  }

  private void bury(@Nullable MemoryFile file) {
    if (file != null) {
      deleted.add(file.live.copy());
      if (deleted.size() > DELETED_FILES_KEPT) {
        deleted.remove(0);
      }
    }
  }

  /** Gives a name to new content, durably. */
  void put(String name, Sectors content) {
    bury(live.get(name));
    live.put(name, MemoryFile.settled(++fileCount, name, content));
    settle();
  }

  void force() {
    unforced.forEach(change -> change.applyTo(durable));
    unforced.clear();
  }

  /** What a force that fails does: the names are as before, and are never written. */
  void loseUnforced() {
    unforced.clear();
  }

  /** Counts everything as forced. */
  void settle() {
    durable.clear();
    durable.putAll(live);
    unforced.clear();
  }

  /** All files that have a name in some image, in the order of their making. */
  Collection<MemoryFile> reachable() {
    Set<MemoryFile> files = new TreeSet<>((a, b) -> Long.compare(a.id, b.id));
    files.addAll(live.values());
    files.addAll(durable.values());
    unforced.forEach(change -> files.add(change.file()));
    return files;
  }

  /** The durable names, and those unforced changes that the filter lets through. */
  Map<String, MemoryFile> durableAnd(Predicate<Change> survives) {
    Map<String, MemoryFile> names = new TreeMap<>(durable);
    for (Change change : unforced) {
      if (survives.test(change)) {
        change.applyTo(names);
      }
    }
    return names;
  }

  /** Each unforced change happened or not, but none without the earlier ones on the same name. */
  Map<String, MemoryFile> durableAndRandom(SplittableRandom random) {
    if (unforced.isEmpty()) {
      return durable;
    }
    double chance = random.nextDouble();
    Set<String> undone = new HashSet<>();
    return durableAnd(
        change -> {
          boolean survives =
              random.nextDouble() < chance
                  && !undone.contains(change.from())
                  && !undone.contains(change.to());
          if (!survives) {
            undone.add(change.from());
            undone.add(change.to());
            undone.remove(null);
          }
          return survives;
        });
  }

  /** What all files take, in sectors. */
  long usedSectors() {
    return live.values().stream().mapToLong(file -> file.live.allocated()).sum();
  }

  /** The same directory in the same state, with copies of the files. */
  MemoryDirectory copy() {
    Map<MemoryFile, MemoryFile> copies = new HashMap<>();
    reachable().forEach(file -> copies.put(file, file.copy()));
    MemoryDirectory copy = emptyCopy();
    live.forEach((name, file) -> copy.live.put(name, copies.get(file)));
    durable.forEach((name, file) -> copy.durable.put(name, copies.get(file)));
    for (Change change : unforced) {
      copy.unforced.add(
          new Change(change.number(), change.from(), change.to(), copies.get(change.file())));
    }
    return copy;
  }

  /** What a power cut may leave of it. */
  MemoryDirectory crash(CrashStrategy strategy, long seed) {
    MemoryDirectory image = emptyCopy();
    image.live.putAll(new CrashImage(this, strategy, seed).draw());
    image.settle();
    return image;
  }

  private MemoryDirectory emptyCopy() {
    MemoryDirectory copy = new MemoryDirectory();
    deleted.forEach(content -> copy.deleted.add(content.copy()));
    copy.fileCount = fileCount;
    return copy;
  }
}

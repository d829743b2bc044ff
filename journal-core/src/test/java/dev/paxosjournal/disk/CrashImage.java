package dev.paxosjournal.disk;

import static dev.paxosjournal.disk.Sectors.SECTOR_BYTES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Draws what one power cut leaves of a {@link MemoryDisk}. Depends on the disk, the strategy and
 * the seed only. Reads the disk, so the disk's lock must be held.
 */
final class CrashImage {
  private static final int BLOCK_SECTORS = 4096 / SECTOR_BYTES;

  private static final CrashStrategy[] FOR_ONE_FILE = {
    CrashStrategy.NOTHING,
    CrashStrategy.EVERYTHING,
    CrashStrategy.PREFIX,
    CrashStrategy.SUBSET,
    CrashStrategy.TORN,
    CrashStrategy.SIZE_AHEAD,
    CrashStrategy.SIZE_BEHIND,
    CrashStrategy.BLOCK_DESTROYED,
    CrashStrategy.STALE
  };

  private final MemoryDirectory directory;
  private final CrashStrategy strategy;
  private final SplittableRandom random;

  /** A crash still to be drawn. */
  CrashImage(MemoryDirectory directory, CrashStrategy strategy, long seed) {
    this.directory = directory;
    this.strategy = strategy;
    this.random = new SplittableRandom(31 * seed + strategy.name().hashCode());
  }

  /** The files by their names, each with all its content durable. */
  Map<String, MemoryFile> draw() {
    long last = strategy == CrashStrategy.PREFIX ? randomOperation() : Long.MAX_VALUE;
    Map<String, MemoryFile> image = new TreeMap<>();
    namesAfter(last)
        .forEach(
            (name, file) ->
                image.put(
                    name, MemoryFile.settled(file.id, name, contentAfter(strategy, file, last))));
    return image;
  }

  private Map<String, MemoryFile> namesAfter(long last) {
    return switch (strategy) {
      case NOTHING -> directory.durable;
      case EVERYTHING, PREFIX -> directory.durableAnd(change -> change.number() <= last);
      default -> directory.durableAndRandom(random);
    };
  }

  private Sectors contentAfter(CrashStrategy fileStrategy, MemoryFile file, long last) {
    if (file.unforced.isEmpty() && file.lost.isEmpty()) {
      return file.durable.copy();
    }
    Sectors content =
        switch (fileStrategy) {
          case NOTHING -> file.durable.copy();
          case EVERYTHING, PREFIX, NAMES_LOST -> upTo(file, last);
          case SUBSET -> withRandomSize(file, subset(file));
          case TORN -> withRandomSize(file, torn(file));
          case SIZE_AHEAD -> sizeAhead(file);
          case SIZE_BEHIND -> sizeBehind(file);
          case BLOCK_DESTROYED -> blocksDestroyed(file, withRandomSize(file, subset(file)));
          case STALE -> withRandomSize(file, stale(file));
          case MIXED -> mixed(file);
        };
    content.trim();
    return content;
  }

  private Sectors mixed(MemoryFile file) {
    CrashStrategy fileStrategy = FOR_ONE_FILE[random.nextInt(FOR_ONE_FILE.length)];
    long last = Long.MAX_VALUE;
    if (fileStrategy == CrashStrategy.PREFIX) {
      List<Long> numbers = new ArrayList<>(List.of(0L));
      file.unforced.forEach(change -> numbers.add(change.number()));
      last = pick(numbers);
    }
    return contentAfter(fileStrategy, file, last);
  }

  private long randomOperation() {
    List<Long> numbers = new ArrayList<>(List.of(0L));
    directory.unforced.forEach(change -> numbers.add(change.number()));
    for (MemoryFile file : directory.reachable()) {
      file.unforced.forEach(change -> numbers.add(change.number()));
    }
    return pick(numbers);
  }

  private static Sectors upTo(MemoryFile file, long last) {
    Sectors content = file.durable.copy();
    for (FileChange change : file.unforced) {
      if (change.number() <= last) {
        change.applyTo(content);
      }
    }
    return content;
  }

  private Sectors subset(MemoryFile file) {
    Sectors content = file.durable.copy();
    double chance = chance();
    versions(file)
        .forEach((index, versions) -> content.set(index, survivor(file, index, versions, chance)));
    return content;
  }

  private byte[] survivor(MemoryFile file, int index, List<byte[]> versions, double chance) {
    if (random.nextDouble() >= chance) {
      return file.durable.get(index);
    }
    return random.nextInt(8) == 0 ? pick(versions) : versions.get(versions.size() - 1);
  }

  private Sectors torn(MemoryFile file) {
    Sectors content = subset(file);
    versions(file)
        .forEach(
            (index, versions) -> {
              if (random.nextBoolean()) {
                content.set(index, tear(file.durable.bytes(index), pick(versions)));
              }
            });
    return content;
  }

  // From one random byte to another it is the one, around them the other.
  private byte[] tear(byte[] oldSector, byte[] newSector) {
    boolean newInside = random.nextBoolean();
    byte[] inside = newSector == null ? new byte[SECTOR_BYTES] : newSector;
    byte[] result = (newInside ? oldSector : inside).clone();
    int from = random.nextBoolean() ? 0 : random.nextInt(SECTOR_BYTES);
    int before = from + random.nextInt(SECTOR_BYTES - from + 1);
    System.arraycopy(newInside ? inside : oldSector, from, result, from, before - from);
    return result;
  }

  private Sectors sizeAhead(MemoryFile file) {
    Sectors content = subset(file);
    long oldSizeBytes = file.durable.sizeBytes();
    int filling = random.nextInt(4);
    for (int index : versions(file).keySet()) {
      int keep = (int) Math.min(SECTOR_BYTES, oldSizeBytes - (long) index * SECTOR_BYTES);
      if (keep == SECTOR_BYTES) {
        continue;
      }
      int kind = filling < 3 ? filling : random.nextInt(4);
      if (kind == 3) {
        continue;
      }
      byte[] sector = filler(kind, file, index);
      if (keep > 0) {
        sector = sector.clone();
        System.arraycopy(content.bytes(index), 0, sector, 0, keep);
      }
      content.set(index, sector);
    }
    for (FileChange change : file.unforced) {
      content.setSizeBytes(Math.max(content.sizeBytes(), change.sizeBytes()));
    }
    return content;
  }

  private byte[] filler(int kind, MemoryFile file, int index) {
    return switch (kind) {
      case 0 -> new byte[SECTOR_BYTES];
      case 1 -> garbage();
      default ->
          foreign(file, directory.deleted.isEmpty() ? others(file) : directory.deleted, index);
    };
  }

  private Sectors sizeBehind(MemoryFile file) {
    Sectors content = upTo(file, Long.MAX_VALUE);
    List<Long> earlier = sizes(file);
    earlier.remove(earlier.size() - 1);
    content.setSizeBytes(
        earlier.isEmpty() ? content.sizeBytes() : Math.min(content.sizeBytes(), pick(earlier)));
    return content;
  }

  private Sectors blocksDestroyed(MemoryFile file, Sectors content) {
    BitSet atRisk = (BitSet) file.lost.clone();
    versions(file).keySet().forEach(atRisk::set);
    double chance = chance();
    for (int sector = atRisk.nextSetBit(0); sector >= 0; ) {
      int first = sector - sector % BLOCK_SECTORS;
      int before = first + BLOCK_SECTORS;
      if (random.nextDouble() < chance) {
        int end = Math.min(before, Sectors.sectorAfter(content.sizeBytes()));
        for (int index = first; index < end; index++) {
          content.set(index, garbage());
        }
      }
      sector = atRisk.nextSetBit(before);
    }
    return content;
  }

  private Sectors stale(MemoryFile file) {
    Sectors content = subset(file);
    List<Sectors> foreign = others(file);
    foreign.addAll(directory.deleted);
    if (!foreign.isEmpty() && random.nextBoolean()) {
      staleBlocks(file, content, foreign);
      return content;
    }
    double chance = chance();
    versions(file)
        .forEach(
            (index, versions) -> {
              if (random.nextDouble() < chance) {
                boolean own = random.nextInt(4) == 0;
                content.set(index, own ? pick(versions) : foreign(file, foreign, index));
              }
            });
    return content;
  }

  /** Whole blocks at the same place of one other file, as of an earlier use of the same blocks. */
  private void staleBlocks(MemoryFile file, Sectors content, List<Sectors> foreign) {
    Sectors other = pick(foreign);
    double chance = chance();
    BitSet blocks = new BitSet();
    versions(file).keySet().forEach(index -> blocks.set(index / BLOCK_SECTORS));
    for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
      if (random.nextDouble() < chance) {
        int end = Math.min((block + 1) * BLOCK_SECTORS, Sectors.sectorAfter(content.sizeBytes()));
        for (int index = block * BLOCK_SECTORS; index < end; index++) {
          content.set(index, other.bytes(index));
        }
      }
    }
  }

  // The same place of the other file is the worst: a valid old group at just the right offset.
  private byte[] foreign(MemoryFile file, List<Sectors> from, int index) {
    if (from.isEmpty()) {
      return file.durable.bytes(index);
    }
    Sectors other = pick(from);
    int count = Sectors.sectorAfter(other.sizeBytes());
    boolean samePlace = count == 0 || (index < count && random.nextBoolean());
    return other.bytes(samePlace ? index : random.nextInt(count));
  }

  private List<Sectors> others(MemoryFile file) {
    Collection<MemoryFile> files = directory.reachable();
    List<Sectors> others = new ArrayList<>();
    for (MemoryFile other : files) {
      if (other != file) {
        others.add(other.live);
      }
    }
    return others;
  }

  private Sectors withRandomSize(MemoryFile file, Sectors content) {
    content.setSizeBytes(pick(sizes(file)));
    return content;
  }

  private static List<Long> sizes(MemoryFile file) {
    List<Long> sizes = new ArrayList<>(List.of(file.durable.sizeBytes()));
    file.unforced.forEach(change -> sizes.add(change.sizeBytes()));
    return sizes;
  }

  /** What each unforced sector was, from one change to the next; null for a hole. */
  private static Map<Integer, List<byte[]>> versions(MemoryFile file) {
    Map<Integer, List<byte[]>> versions = new TreeMap<>();
    for (FileChange change : file.unforced) {
      for (int index = change.first(); index < change.before(); index++) {
        versions.computeIfAbsent(index, key -> new ArrayList<>()).add(change.sector(index));
      }
    }
    return versions;
  }

  private byte[] garbage() {
    byte[] bytes = new byte[SECTOR_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Few, half or most: a fair coin for each sector would almost never lose only one of many. */
  private double chance() {
    return Arrays.asList(0.1, 0.5, 0.9).get(random.nextInt(3));
  }

  private <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }
}

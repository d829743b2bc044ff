package dev.paxosjournal.samples.benchmark.stores;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Who takes part, by the name on the command line. */
public enum Contestant {
  /** The journal with its defaults. */
  JOURNAL,
  /** The journal with {@code directIo}. */
  JOURNAL_DIRECT,
  /** The journal, with one slot pending at the very start: matters for opening only. */
  JOURNAL_PENDING,
  /** The journal, its checkpoint and positions removed before it is opened. */
  JOURNAL_NO_CHECKPOINT,
  /** The limit behind a plain leader/follower group commit. */
  RAW,
  /** The limit behind an adaptive group commit. */
  RAW_ADAPTIVE,
  /** The same with O_DIRECT. */
  RAW_DIRECT,
  /** RocksDB. */
  ROCKSDB,
  /** LevelDB in Java. */
  LEVELDB,
  /** SQLite. */
  SQLITE,
  /** H2's MVStore. */
  MVSTORE,
  /** LMDB. */
  LMDB,
  /** Artemis' journal. */
  ARTEMIS,
  /** The file log of jgroups-raft. */
  JGROUPS_RAFT,
  /** The log of Apache Ratis. */
  RATIS;

  /** The name on the command line and in the results. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The contestant of a name. */
  public static Contestant of(String label) {
    return Arrays.stream(values())
        .filter(one -> one.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no contestant \""
                        + label
                        + "\"; there are "
                        + Arrays.stream(values())
                            .map(Contestant::label)
                            .collect(Collectors.joining(", "))));
  }

  /** Whether it is one of ours. */
  public boolean isJournal() {
    return name().startsWith("JOURNAL");
  }

  /** Whether it is the limit and no store. */
  public boolean isRaw() {
    return name().startsWith("RAW");
  }

  /** Whether it differs from another one in appending. */
  public boolean appends() {
    return this != JOURNAL_PENDING && this != JOURNAL_NO_CHECKPOINT;
  }

  /** Whether it differs from another one in opening. */
  public boolean opens() {
    return this != JOURNAL_DIRECT && this != RAW_ADAPTIVE && this != RAW_DIRECT;
  }

  /** Whether it can look up one value, and differs from another one in that. */
  public boolean reads() {
    return appends() && opens() && this != ARTEMIS;
  }

  /** Opens its store in a directory, which is made if need be. */
  public Store open(Path directory) throws Exception {
    Files.createDirectories(directory);
    return switch (this) {
      case JOURNAL, JOURNAL_PENDING, JOURNAL_NO_CHECKPOINT -> new JournalStore(directory, false);
      case JOURNAL_DIRECT -> new JournalStore(directory, true);
      case RAW -> new RawStore(directory, RawStore.Mode.PLAIN);
      case RAW_ADAPTIVE -> new RawStore(directory, RawStore.Mode.ADAPTIVE);
      case RAW_DIRECT -> new RawStore(directory, RawStore.Mode.DIRECT);
      case ROCKSDB -> new RocksStore(directory);
      case LEVELDB -> new LevelStore(directory);
      case SQLITE -> new SqliteStore(directory);
      case MVSTORE -> new MvStoreStore(directory);
      case LMDB -> new LmdbStore(directory);
      case ARTEMIS -> new ArtemisStore(directory);
      case JGROUPS_RAFT -> new JGroupsRaftStore(directory);
      case RATIS -> new RatisStore(directory);
    };
  }

  /** Loads values; of the variant with a pending slot, the first one stays pending. */
  public void load(Store store, long count, Store.Source source) throws Exception {
    if (this == JOURNAL_PENDING && store instanceof JournalStore journal) {
      journal.load(count, source, 0);
    } else {
      store.load(count, source);
    }
  }

  /** Sends everything in the bulk form; returns the bytes sent, or -1 if it has none. */
  public static long scanInBulk(Store store) throws Exception {
    return store instanceof JournalStore journal ? journal.scanInBulk() : -1;
  }
}

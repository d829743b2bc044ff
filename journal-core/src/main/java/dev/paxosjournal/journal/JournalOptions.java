package dev.paxosjournal.journal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where a journal lies, whose it is, and every limit and size; checked once, in {@link
 * Builder#build()}. Immutable.
 */
public final class JournalOptions {
  private final Path directory;
  private final String clusterId;
  private final int nodeId;
  private final boolean create;
  private final long segmentBytes;
  private final int maxValueBytes;
  private final int queueRequests;
  private final long queueBytes;
  private final int groupBytes;
  private final Duration commitDelay;
  private final boolean preallocate;
  private final boolean directIo;
  private final UndecidableTail undecidableTail;
  private final List<JournalListener> listeners;
  private final boolean scrub;
  private final long scrubBytesPerSecond;

  private JournalOptions(Builder from) {
    directory = from.directory;
    clusterId = from.clusterId;
    nodeId = from.nodeId;
    create = from.create;
    segmentBytes = from.segmentBytes;
    maxValueBytes = from.maxValueBytes;
    queueRequests = from.queueRequests;
    queueBytes = from.queueBytes;
    groupBytes = from.groupBytes;
    commitDelay = from.commitDelay;
    preallocate = from.preallocate;
    directIo = from.directIo;
    undecidableTail = from.undecidableTail;
    listeners = List.copyOf(from.listeners);
    scrub = from.scrub;
    scrubBytesPerSecond = from.scrubBytesPerSecond;
  }

  /** Starts with the defaults; the three values without a default are given here. */
  public static Builder builder(Path directory, String clusterId, int nodeId) {
    return new Builder(directory, clusterId, nodeId);
  }

  /** The directory that holds the journal and nothing else. */
  public Path directory() {
    return directory;
  }

  /** The cluster; 1 to 64 bytes of UTF-8. */
  public String clusterId() {
    return clusterId;
  }

  /** The node within the cluster. */
  public int nodeId() {
    return nodeId;
  }

  /** Whether to make a new journal in an empty or absent directory; default true. */
  public boolean create() {
    return create;
  }

  /** The length of a segment file in bytes, a multiple of 4096; default 64 MiB. */
  public long segmentBytes() {
    return segmentBytes;
  }

  /** The largest value taken, in bytes; default 16 MiB. */
  public int maxValueBytes() {
    return maxValueBytes;
  }

  /**
   * How many requests may wait before callers do, and how many futures may be durable but not yet
   * completed because callbacks lag; default 4096.
   */
  public int queueRequests() {
    return queueRequests;
  }

  /** The same in value bytes; default 64 MiB. */
  public long queueBytes() {
    return queueBytes;
  }

  /** No further request joins a group of this many value bytes; default 4 MiB. */
  public int groupBytes() {
    return groupBytes;
  }

  /** How long a commit waits for something to ride along with; default 5 ms. */
  public Duration commitDelay() {
    return commitDelay;
  }

  /** Whether segments are filled with zeros ahead of need; default true. */
  public boolean preallocate() {
    return preallocate;
  }

  /**
   * Whether the log is written past the page cache (O_DIRECT); false by default. Faster with many
   * writers, where the system and the file system allow it: opening fails with {@link
   * JournalException.Unusable} where they do not.
   */
  public boolean directIo() {
    return directIo;
  }

  /** What an unreadable end counts as; default {@link UndecidableTail#TORN}. */
  public UndecidableTail undecidableTail() {
    return undecidableTail;
  }

  /** Who hears of the journal's work; default nobody. */
  public List<JournalListener> listeners() {
    return listeners;
  }

  /** Whether the journal reads itself in the background, to find damage early; default false. */
  public boolean scrub() {
    return scrub;
  }

  /** How fast it does that, in bytes a second; default 1 MiB. */
  public long scrubBytesPerSecond() {
    return scrubBytesPerSecond;
  }

  /**
   * What to make of an unreadable end of the log when nothing tells whether it was ever forced, as
   * after a power cut: rot in the last group looks like a group that was never acknowledged.
   */
  public enum UndecidableTail {
    /** It was never acknowledged: the log ends before it. A power cut must not stop a cluster. */
    TORN,
    /** It may have been acknowledged: what it may have held is damaged until peers repair it. */
    DAMAGED;

    boolean countsAsLost() {
      return this == DAMAGED;
    }
  }

  /** Collects options. Each setter returns this builder. */
  public static final class Builder {
    private static final int MAX_CLUSTER_ID_BYTES = 64;

    private final Path directory;
    private final String clusterId;
    private final int nodeId;
    private boolean create = true;
    private long segmentBytes = 64L << 20;
    private int maxValueBytes = 16 << 20;
    private int queueRequests = 4096;
    private long queueBytes = 64L << 20;
    private int groupBytes = 4 << 20;
    private Duration commitDelay = Duration.ofMillis(5);
    private boolean preallocate = true;
    private boolean directIo;
    private UndecidableTail undecidableTail = UndecidableTail.TORN;
    private final List<JournalListener> listeners = new ArrayList<>();
    private boolean scrub;
    private long scrubBytesPerSecond = 1 << 20;

    private Builder(Path directory, String clusterId, int nodeId) {
      this.directory = Objects.requireNonNull(directory, "directory");
      this.clusterId = Objects.requireNonNull(clusterId, "clusterId");
      this.nodeId = nodeId;
    }

    /** See {@link JournalOptions#create()}. */
    public Builder create(boolean create) {
      this.create = create;
      return this;
    }

    /** See {@link JournalOptions#segmentBytes()}. */
    public Builder segmentBytes(long segmentBytes) {
      this.segmentBytes = segmentBytes;
      return this;
    }

    /** See {@link JournalOptions#maxValueBytes()}. */
    public Builder maxValueBytes(int maxValueBytes) {
      this.maxValueBytes = maxValueBytes;
      return this;
    }

    /** See {@link JournalOptions#queueRequests()}. */
    public Builder queueRequests(int queueRequests) {
      this.queueRequests = queueRequests;
      return this;
    }

    /** See {@link JournalOptions#queueBytes()}. */
    public Builder queueBytes(long queueBytes) {
      this.queueBytes = queueBytes;
      return this;
    }

    /** See {@link JournalOptions#groupBytes()}. */
    public Builder groupBytes(int groupBytes) {
      this.groupBytes = groupBytes;
      return this;
    }

    /** See {@link JournalOptions#commitDelay()}. */
    public Builder commitDelay(Duration commitDelay) {
      this.commitDelay = Objects.requireNonNull(commitDelay, "commitDelay");
      return this;
    }

    /** See {@link JournalOptions#preallocate()}. */
    public Builder preallocate(boolean preallocate) {
      this.preallocate = preallocate;
      return this;
    }

    /** See {@link JournalOptions#directIo()}. */
    public Builder directIo(boolean directIo) {
      this.directIo = directIo;
      return this;
    }

    /** See {@link JournalOptions#undecidableTail()}. */
    public Builder undecidableTail(UndecidableTail undecidableTail) {
      this.undecidableTail = Objects.requireNonNull(undecidableTail, "undecidableTail");
      return this;
    }

    /** Adds one to {@link JournalOptions#listeners()}. */
    public Builder listener(JournalListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /** See {@link JournalOptions#scrub()}. */
    public Builder scrub(boolean scrub) {
      this.scrub = scrub;
      return this;
    }

    /** See {@link JournalOptions#scrubBytesPerSecond()}. */
    public Builder scrubBytesPerSecond(long scrubBytesPerSecond) {
      this.scrubBytesPerSecond = scrubBytesPerSecond;
      return this;
    }

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException naming the option, its value and what is allowed
     */
    public JournalOptions build() {
      int idBytes = clusterId.getBytes(StandardCharsets.UTF_8).length;
      check(
          idBytes >= 1 && idBytes <= MAX_CLUSTER_ID_BYTES,
          "clusterId",
          "\"" + clusterId + "\"",
          "1 to " + MAX_CLUSTER_ID_BYTES + " bytes of UTF-8");
      check(maxValueBytes >= 1, "maxValueBytes", maxValueBytes, "at least 1");
      check(maxValueBytes <= 1 << 30, "maxValueBytes", maxValueBytes, "at most 1073741824 (1 GiB)");
      long least = JournalAssembly.leastSegmentBytes(maxValueBytes);
      check(
          segmentBytes >= least,
          "segmentBytes",
          segmentBytes,
          "at least " + least + ", so that a value of maxValueBytes=" + maxValueBytes + " fits");
      check(segmentBytes <= 1L << 40, "segmentBytes", segmentBytes, "at most 1 TiB");
      check(segmentBytes % 4096 == 0, "segmentBytes", segmentBytes, "a multiple of 4096");
      check(queueRequests >= 1, "queueRequests", queueRequests, "at least 1");
      check(queueBytes >= 1, "queueBytes", queueBytes, "at least 1");
      check(groupBytes >= 1 && groupBytes <= 1 << 30, "groupBytes", groupBytes, "1 to 1073741824");
      check(
          !commitDelay.isNegative() && commitDelay.compareTo(Duration.ofMinutes(1)) <= 0,
          "commitDelay",
          commitDelay,
          "between 0 and one minute");
      check(scrubBytesPerSecond >= 1, "scrubBytesPerSecond", scrubBytesPerSecond, "at least 1");
      return new JournalOptions(this);
    }

    private static void check(boolean holds, String name, Object value, String allowed) {
      if (!holds) {
        throw new IllegalArgumentException(name + " is " + value + "; must be " + allowed);
      }
    }
  }
}

package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code paxos.journal.*} that say how the journal is opened. A missing or wrong one
 * is refused with its name, its value and what to write.
 *
 * @param enabled Whether to open a journal at all.
 * @param directory Directory that holds the journal and nothing else; made if it is absent.
 * @param clusterId Name of the cluster that this node belongs to, 1 to 64 bytes of UTF-8; a journal
 *     of another cluster is refused.
 * @param nodeId Number of this node within its cluster, different from that of every other node; a
 *     journal of another node is refused.
 * @param segmentSize Length of one log file, a multiple of 4 KB; a value of the largest size must
 *     fit.
 * @param maxValueSize Largest value that is taken, 1 byte to 1 GB.
 * @param queue What may wait for the disk.
 * @param group What is written and forced together.
 * @param commitDelay How long a commit waits for another write to share its force; 0 to 1 minute.
 * @param preallocate Whether log files are filled with zeros ahead of need, which makes forces
 *     faster.
 * @param directIo Whether to write past the page cache, which needs a file system that can; faster
 *     with many writers.
 * @param create Whether to make a new journal if the directory is empty or absent; false protects
 *     against a volume that is not mounted.
 * @param recovery What to do with what a crash left.
 * @param scrub Reading everything again in the background, to find rot early.
 */
@ConfigurationProperties("paxos.journal")
public record JournalProperties(
    @DefaultValue("true") boolean enabled,
    String directory,
    String clusterId,
    Integer nodeId,
    @DefaultValue("64MB") DataSize segmentSize,
    @DefaultValue("16MB") DataSize maxValueSize,
    @DefaultValue Queue queue,
    @DefaultValue Group group,
    @DefaultValue("5ms") Duration commitDelay,
    @DefaultValue("true") boolean preallocate,
    @DefaultValue("false") boolean directIo,
    @DefaultValue("true") boolean create,
    @DefaultValue Recovery recovery,
    @DefaultValue Scrub scrub) {
  private static final int BLOCK_BYTES = 4096;
  private static final int MAX_CLUSTER_ID_BYTES = 64;
  private static final DataSize MAX_SEGMENT = DataSize.ofTerabytes(1);
  private static final DataSize ONE_GIGABYTE = DataSize.ofGigabytes(1);
  private static final Duration MAX_COMMIT_DELAY = Duration.ofMinutes(1);

  /**
   * What may wait for the disk; callers wait beyond that.
   *
   * @param maxSize How many bytes of values may wait for the disk before callers do.
   * @param maxRequests How many requests may wait for the disk before callers do.
   */
  public record Queue(
      @DefaultValue("64MB") DataSize maxSize, @DefaultValue("4096") int maxRequests) {

    /** Refuses wrong values. */
    public Queue {
      check(maxSize.toBytes() >= 1, "queue.max-size", maxSize, "must be at least 1B");
      check(maxRequests >= 1, "queue.max-requests", maxRequests, "must be at least 1");
    }
  }

  /**
   * What is written and forced together.
   *
   * @param maxSize How many bytes of values a group holds before it is closed, 1 byte to 1 GB.
   */
  public record Group(@DefaultValue("4MB") DataSize maxSize) {

    /** Refuses wrong values. */
    public Group {
      check(
          maxSize.toBytes() >= 1 && maxSize.compareTo(ONE_GIGABYTE) <= 0,
          "group.max-size",
          maxSize,
          "must be between 1B and 1GB");
    }
  }

  /**
   * What to do with what a crash left.
   *
   * @param undecidableTail What an unreadable end of the log counts as when nothing tells whether
   *     it was ever acknowledged. "torn": it was not, the log ends before it. "damaged": it may
   *     have been, peers must repair it.
   */
  public record Recovery(@DefaultValue("torn") JournalOptions.UndecidableTail undecidableTail) {}

  /**
   * Reading everything again in the background, to find rot early.
   *
   * @param enabled Whether to read and check the whole journal again and again, slowly.
   * @param rate How many bytes a second that reads, at least 1 byte.
   */
  public record Scrub(@DefaultValue("false") boolean enabled, @DefaultValue("1MB") DataSize rate) {

    /** Refuses wrong values. */
    public Scrub {
      check(rate.toBytes() >= 1, "scrub.rate", rate, "must be at least 1B");
    }
  }

  /** Refuses missing and wrong values; the binder passes null for what nobody wrote. */
  public JournalProperties {
    List<String> missing = new ArrayList<>();
    @Nullable String named = directory == null || directory.isBlank() ? null : directory;
    require(named, "directory", "./data/journal", "the directory of this journal", missing);
    require(clusterId, "cluster-id", "orders", "the name of the cluster", missing);
    require(nodeId, "node-id", "1", "the number of this node, its own in the cluster", missing);
    if (!missing.isEmpty()) {
      throw new MissingPropertyException(missing);
    }
    path(directory);
    int idBytes = clusterId.getBytes(StandardCharsets.UTF_8).length;
    check(
        idBytes >= 1 && idBytes <= MAX_CLUSTER_ID_BYTES,
        "cluster-id",
        clusterId,
        "must be 1 to " + MAX_CLUSTER_ID_BYTES + " bytes of UTF-8, has " + idBytes);
    check(
        maxValueSize.toBytes() >= 1 && maxValueSize.compareTo(ONE_GIGABYTE) <= 0,
        "max-value-size",
        maxValueSize,
        "must be between 1B and 1GB");
    check(
        segmentSize.toBytes() >= BLOCK_BYTES
            && segmentSize.toBytes() % BLOCK_BYTES == 0
            && segmentSize.compareTo(MAX_SEGMENT) <= 0,
        "segment-size",
        segmentSize,
        "must be a multiple of 4KB, at most 1TB");
    check(
        !commitDelay.isNegative() && commitDelay.compareTo(MAX_COMMIT_DELAY) <= 0,
        "commit-delay",
        commitDelay,
        "must be between 0 and 1m");
  }

  /** Options with all of these values. */
  JournalOptions.Builder toOptions() {
    JournalOptions.Builder options =
        JournalOptions.builder(path(directory), clusterId, nodeId)
            .create(create)
            .segmentBytes(segmentSize.toBytes())
            .maxValueBytes((int) maxValueSize.toBytes())
            .queueBytes(queue.maxSize().toBytes())
            .queueRequests(queue.maxRequests())
            .groupBytes((int) group.maxSize().toBytes())
            .commitDelay(commitDelay)
            .preallocate(preallocate)
            .directIo(directIo)
            .scrub(scrub.enabled())
            .scrubBytesPerSecond(scrub.rate().toBytes())
            .undecidableTail(recovery.undecidableTail());
    try {
      options.build();
    } catch (IllegalArgumentException e) {
      // Everything else was checked above: what can be left is a segment too small for a value.
      throw invalid(
          "segment-size",
          segmentSize,
          "with max-value-size " + maxValueSize + ": " + e.getMessage(),
          e);
    }
    return options;
  }

  /** Not left to the binder: in a web application it takes "../x" for a resource of its own. */
  private static Path path(String directory) {
    try {
      return Path.of(directory);
    } catch (InvalidPathException e) {
      throw invalid("directory", directory, "must be a path: " + e.getReason(), e);
    }
  }

  private static void require(
      @Nullable Object value, String name, String example, String meaning, List<String> missing) {
    if (value == null) {
      String property = "paxos.journal." + name;
      missing.add(
          property
              + " is missing; write for example "
              + property
              + "="
              + example
              + " ("
              + meaning
              + ")");
    }
  }

  private static void check(boolean holds, String name, Object value, String reason) {
    if (!holds) {
      throw invalid(name, value, reason, null);
    }
  }

  private static InvalidConfigurationPropertyValueException invalid(
      String name, Object value, String reason, @Nullable Throwable cause) {
    return new InvalidConfigurationPropertyValueException(
        "paxos.journal." + name, value, reason, cause);
  }

  /** Required properties that nobody wrote. */
  static final class MissingPropertyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private MissingPropertyException(List<String> missing) {
      super(String.join("\n", missing));
    }
  }
}

package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code paxos.journal.*}. A missing or wrong one is refused with its name, its
 * value and what to write.
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
 */
@ConfigurationProperties("paxos.journal")
public record JournalProperties(
    @DefaultValue("true") boolean enabled,
    Path directory,
    String clusterId,
    Integer nodeId,
    @DefaultValue("64MB") DataSize segmentSize,
    @DefaultValue("16MB") DataSize maxValueSize) {
  private static final int BLOCK_BYTES = 4096;
  private static final int MAX_CLUSTER_ID_BYTES = 64;
  private static final DataSize MAX_SEGMENT = DataSize.ofTerabytes(1);
  private static final DataSize MAX_VALUE = DataSize.ofGigabytes(1);

  /** Refuses missing and wrong values; the binder passes null for what nobody wrote. */
  public JournalProperties {
    List<String> missing = new ArrayList<>();
    require(directory, "directory", "./data/journal", "the directory of this journal", missing);
    require(clusterId, "cluster-id", "orders", "the name of the cluster", missing);
    require(nodeId, "node-id", "1", "the number of this node, its own in the cluster", missing);
    if (!missing.isEmpty()) {
      throw new MissingPropertyException(missing);
    }
    int idBytes = clusterId.getBytes(StandardCharsets.UTF_8).length;
    check(
        idBytes >= 1 && idBytes <= MAX_CLUSTER_ID_BYTES,
        "cluster-id",
        clusterId,
        "must be 1 to " + MAX_CLUSTER_ID_BYTES + " bytes of UTF-8, has " + idBytes);
    check(
        maxValueSize.toBytes() >= 1 && maxValueSize.compareTo(MAX_VALUE) <= 0,
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
  }

  /** Options with all of these values. */
  JournalOptions.Builder toOptions() {
    JournalOptions.Builder options =
        JournalOptions.builder(directory, clusterId, nodeId)
            .segmentBytes(segmentSize.toBytes())
            .maxValueBytes((int) maxValueSize.toBytes());
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

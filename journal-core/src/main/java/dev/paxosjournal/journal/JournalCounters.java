package dev.paxosjournal.journal;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a journal object did since it was made, over all its lives; and how much waits right now.
 * Each number is exact; one read while writes go on may be a group ahead of another.
 *
 * @param groups how many groups were forced
 * @param records how many records they held
 * @param recordBytes bytes of these records, values included
 * @param groupBytes bytes of the groups on disk
 * @param forces how often a group of the log was forced, counted where it is forced
 * @param otherForces how often anything else was forced: the beginning of a segment, a file of
 *     zeros, positions, a checkpoint, a report, and for each the directory
 * @param forceNanos how long the forces of groups took in all
 * @param forceBuckets how many forces took at most as long as each of {@link #FORCE_BUCKET_NANOS}
 *     and longer than the bound before; one count more than bounds, for those that took longer
 * @param lastForce when the last one ended
 * @param slowestForceNanos how long the slowest took
 * @param positionsBytes written to positions files
 * @param checkpointBytes written to checkpoints
 * @param zeroBytes zeros written ahead of need, to files that become segments
 * @param queuedRequests how many requests wait
 * @param queuedBytes bytes of their values
 * @param safetyViolations how many requests contradicted what is committed
 * @param forceFailures how many forces failed
 * @param corruptions how many damaged slots were found, when opening and by reading
 * @param tornTails how many openings found a torn tail
 * @param repaired how many damaged slots were healed by a repair
 * @param requests how many requests were told each outcome
 */
public record JournalCounters(
    long groups,
    long records,
    long recordBytes,
    long groupBytes,
    long forces,
    long otherForces,
    long forceNanos,
    List<Long> forceBuckets,
    Optional<Instant> lastForce,
    long slowestForceNanos,
    long positionsBytes,
    long checkpointBytes,
    long zeroBytes,
    long queuedRequests,
    long queuedBytes,
    long safetyViolations,
    long forceFailures,
    long corruptions,
    long tornTails,
    long repaired,
    Map<RequestKind, Map<Outcome, Long>> requests) {

  /** Upper bounds of the force buckets: 100 µs, 250 µs, 500 µs, 1 ms, and doubled up to 8.192 s. */
  public static final List<Long> FORCE_BUCKET_NANOS = bounds();

  /** Copies the collections. */
  public JournalCounters {
    forceBuckets = List.copyOf(forceBuckets);
    if (forceBuckets.size() != FORCE_BUCKET_NANOS.size() + 1) {
      throw new IllegalArgumentException(
          "forceBuckets has "
              + forceBuckets.size()
              + " counts; must have "
              + (FORCE_BUCKET_NANOS.size() + 1));
    }
    Map<RequestKind, Map<Outcome, Long>> copy = new EnumMap<>(RequestKind.class);
    requests.forEach((kind, outcomes) -> copy.put(kind, Map.copyOf(outcomes)));
    requests = Map.copyOf(copy);
  }

  private static List<Long> bounds() {
    Long[] bounds = new Long[17];
    bounds[0] = 100_000L;
    bounds[1] = 250_000L;
    bounds[2] = 500_000L;
    for (int i = 3; i < bounds.length; i++) {
      bounds[i] = 1_000_000L << (i - 3);
    }
    return List.of(bounds);
  }

  /** How many requests of a kind were told an outcome. */
  public long requests(RequestKind kind, Outcome outcome) {
    return requests.getOrDefault(kind, Map.of()).getOrDefault(outcome, 0L);
  }

  /**
   * A quantile of the forces between two readings, from the buckets.
   *
   * @param before the earlier reading
   * @param after the later one, of the same journal object
   * @param q between 0 and 1
   * @return the upper bound of the bucket that holds it, or the slowest force if that is less; 0 if
   *     there was no force
   */
  public static long quantileNanos(JournalCounters before, JournalCounters after, double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("q is " + q + "; must be between 0 and 1");
    }
    long count = 0;
    for (int i = 0; i < after.forceBuckets.size(); i++) {
      count += after.forceBuckets.get(i) - before.forceBuckets.get(i);
    }
    if (count <= 0) {
      return 0;
    }
    long rank = Math.max(1, (long) Math.ceil(q * count));
    long seen = 0;
    for (int i = 0; i < FORCE_BUCKET_NANOS.size(); i++) {
      seen += after.forceBuckets.get(i) - before.forceBuckets.get(i);
      if (seen >= rank) {
        return Math.min(FORCE_BUCKET_NANOS.get(i), after.slowestForceNanos);
      }
    }
    return after.slowestForceNanos;
  }
}

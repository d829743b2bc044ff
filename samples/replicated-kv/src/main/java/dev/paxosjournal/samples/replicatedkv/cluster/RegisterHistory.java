package dev.paxosjournal.samples.replicatedkv.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What clients saw of one key, and whether one register could have answered all of it.
 *
 * <p>Each write has a value of its own, so each read tells which write it saw. All operations on
 * one value form a cluster. If its first end lies before its last begin, the register must have
 * held the value from the one to the other: a <em>forward zone</em>; else its operations share a
 * moment, and it is enough that the register held it for an instant somewhere in between, a
 * <em>backward zone</em>. The history is linearizable exactly if no read ends before its write
 * begins, no two forward zones overlap, and no backward zone lies within a forward zone (Gibbons
 * and Korach, "Testing Shared Memories", 1997).
 *
 * <p>A write without an answer may have happened at any later time: it never ends, and counts only
 * if somebody read it.
 */
final class RegisterHistory {
  private static final long NEVER = Long.MAX_VALUE;

  /** The value before the first write. */
  private static final String NOTHING = "";

  /** One operation; times are those of one clock. */
  private record Operation(boolean write, long begun, long ended) {}

  private final String key;
  private final Map<String, List<Operation>> clusters = new HashMap<>();

  RegisterHistory(String key) {
    this.key = key;
    add(NOTHING, new Operation(true, Long.MIN_VALUE, Long.MIN_VALUE));
  }

  private synchronized void add(String value, Operation operation) {
    clusters.computeIfAbsent(value, unused -> new ArrayList<>()).add(operation);
  }

  void wrote(String value, long begun, long ended) {
    add(value, new Operation(true, begun, ended));
  }

  void mayHaveWritten(String value, long begun) {
    add(value, new Operation(true, begun, NEVER));
  }

  void read(Optional<String> value, long begun, long ended) {
    add(value.orElse(NOTHING), new Operation(false, begun, ended));
  }

  /** Where the register must have held a value, or may have for an instant. */
  private record Zone(String value, long from, long to, boolean forward) {}

  /** Each thing that no register could have done, for people; empty if there is none. */
  synchronized List<String> violations() {
    List<String> found = new ArrayList<>();
    List<Zone> zones = new ArrayList<>();
    for (Map.Entry<String, List<Operation>> cluster : clusters.entrySet()) {
      zone(cluster.getKey(), cluster.getValue(), found).ifPresent(zones::add);
    }
    List<Zone> forward =
        zones.stream()
            .filter(Zone::forward)
            .sorted((one, other) -> Long.compare(one.from(), other.from()))
            .toList();
    for (int i = 1; i < forward.size(); i++) {
      Zone before = forward.get(i - 1);
      if (forward.get(i).from() < before.to()) {
        found.add(describe("was read after it had been overwritten", before, forward.get(i)));
      }
    }
    for (Zone instant : zones) {
      for (Zone held : forward) {
        if (!instant.forward() && held.from() < instant.from() && instant.to() < held.to()) {
          found.add(describe("was lost or never seen", instant, held));
        }
      }
    }
    return found;
  }

  private Optional<Zone> zone(String value, List<Operation> cluster, List<String> found) {
    Optional<Operation> write = cluster.stream().filter(Operation::write).findAny();
    if (write.isEmpty()) {
      found.add("key " + key + ": nobody wrote " + value);
      return Optional.empty();
    }
    boolean seen = cluster.size() > 1;
    if (write.get().ended() == NEVER && !seen) {
      return Optional.empty();
    }
    long firstEnd = cluster.stream().mapToLong(Operation::ended).min().orElseThrow();
    long lastBegin = cluster.stream().mapToLong(Operation::begun).max().orElseThrow();
    if (firstEnd < write.get().begun()) {
      found.add("key " + key + ": " + value + " was read before it was written");
    }
    return Optional.of(
        firstEnd < lastBegin
            ? new Zone(value, firstEnd, lastBegin, true)
            : new Zone(value, lastBegin, firstEnd, false));
  }

  private String describe(String what, Zone one, Zone other) {
    return "key " + key + ": " + one.value() + " " + what + "; " + other.value() + " was there";
  }
}

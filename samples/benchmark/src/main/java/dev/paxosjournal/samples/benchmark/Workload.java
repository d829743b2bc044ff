package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Contestant;

/**
 * What is measured.
 *
 * @param kind of work
 * @param label on the command line and in the results
 * @param valueBytes length of a value
 * @param writers threads that write
 * @param count how many values are loaded before
 */
record Workload(Kind kind, String label, int valueBytes, int writers, long count) {

  enum Kind {
    /** Durable appends. */
    ACCEPT,
    /** A promise now and then, accept, commit. */
    MIX,
    /** Opening in a new process after the one before was killed. */
    OPEN,
    /** Everything read in order. */
    RETRANSMIT,
    /** Single values read at random. */
    RANDOM
  }

  /** {@code accept:BYTES:WRITERS}, {@code mix:BYTES:WRITERS}, or {@code open|…:COUNT[:BYTES]}. */
  static Workload of(String label) {
    String[] parts = label.split(":", -1);
    try {
      Kind kind = Kind.valueOf(parts[0].toUpperCase(java.util.Locale.ROOT));
      if (kind == Kind.ACCEPT || kind == Kind.MIX) {
        return new Workload(kind, label, atLeast(8, parts[1]), atLeast(1, parts[2]), 0);
      }
      int valueBytes = parts.length > 2 ? atLeast(8, parts[2]) : 256;
      return new Workload(kind, label, valueBytes, 1, atLeast(1, parts[1]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException wrong) {
      throw new IllegalArgumentException(
          "no workload \""
              + label
              + "\"; there are accept:BYTES:WRITERS, mix:BYTES:WRITERS, open:COUNT,"
              + " retransmit:COUNT and random:COUNT",
          wrong);
    }
  }

  private static int atLeast(int least, String number) {
    int value = Integer.parseInt(number);
    if (value < least) {
      throw new IllegalArgumentException(number + " is less than " + least);
    }
    return value;
  }

  /** Whether a contestant has anything to show here. */
  boolean isFor(Contestant one) {
    return switch (kind) {
      case ACCEPT -> one.appends() && (writers > 1 || one != Contestant.RAW_ADAPTIVE);
      case MIX -> one.appends() && one != Contestant.RAW_ADAPTIVE && one != Contestant.RAW_DIRECT;
      case OPEN -> one.opens();
      case RETRANSMIT -> one.reads() || one == Contestant.ARTEMIS;
      case RANDOM -> one.reads();
    };
  }
}

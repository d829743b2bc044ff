package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * The log of a Raft node, one step after another: entries that replace a suffix, or a commit. Each
 * entry carries the number of the step that wrote it, so that no two logs look the same.
 */
final class SuffixLog {
  private static final int NODE = 3;
  private static final int MOST_VALUE_BYTES = 40_000;

  /** One entry; its bytes follow from slot and step. */
  record Entry(long round, long step, boolean committed) {}

  /**
   * What is done next.
   *
   * @param from the slot of a commit; else the first one that is dropped
   * @param first the first one that is written then, of so many
   */
  record Step(long number, boolean commits, long from, long first, int count, long round) {

    static Step parse(String line) {
      String[] words = line.split(" ", -1);
      return new Step(
          Long.parseLong(words[1]),
          words[2].equals("commit"),
          Long.parseLong(words[3]),
          Long.parseLong(words[4]),
          Integer.parseInt(words[5]),
          Long.parseLong(words[6]));
    }

    String line() {
      String kind = commits ? "commit" : "replace";
      return "? " + number + " " + kind + " " + from + " " + first + " " + count + " " + round;
    }

    /** Returns when it is acknowledged. */
    void carryOut(PaxosJournal journal) {
      Ballot ballot = new Ballot(round, NODE);
      if (commits) {
        journal.blocking().commit(from, ballot);
        return;
      }
      List<Accept> suffix = new ArrayList<>();
      for (long slot = first; slot < first + count; slot++) {
        suffix.add(new Accept(slot, ballot, value(slot, number)));
      }
      journal.raft().replaceSuffixNow(from, suffix);
    }
  }

  private final TreeMap<Long, Entry> entries = new TreeMap<>();

  static JournalOptions options(Path directory) {
    return JournalOptions.builder(directory, "suffix", NODE)
        .segmentBytes(4 << 20)
        .maxValueBytes(MOST_VALUE_BYTES)
        .build();
  }

  private static Value value(long slot, long step) {
    Random random = new Random(slot * 31 + step);
    // Large ones too: a kill can come in the middle of a group of many blocks.
    byte[] bytes =
        new byte[Long.BYTES + random.nextInt(random.nextInt(4) == 0 ? MOST_VALUE_BYTES - 8 : 300)];
    random.nextBytes(bytes);
    ByteBuffer.wrap(bytes).putLong(step);
    return Value.copyOf(bytes);
  }

  /** What a journal holds. */
  static SuffixLog of(PaxosJournal journal) {
    JournalStatus status = journal.status();
    if (status.damaged() > 0 || status.state() != JournalStatus.State.OPEN) {
      throw new AssertionError("a killed process leaves no damage: " + status);
    }
    SuffixLog log = new SuffixLog();
    for (long slot = 0; slot <= status.highestSlot() + 20; slot++) {
      SlotState state = journal.slot(slot);
      if (state instanceof SlotState.Pending pending) {
        log.entries.put(slot, entry(slot, pending.ballot(), pending.value(), false));
      } else if (state instanceof SlotState.Committed committed) {
        log.entries.put(slot, entry(slot, committed.ballot(), committed.value(), true));
      } else if (!(state instanceof SlotState.Unknown)) {
        throw new AssertionError(state.toString());
      }
    }
    return log;
  }

  private static Entry entry(long slot, Ballot ballot, Value value, boolean committed) {
    long step = ByteBuffer.wrap(value.toByteArray()).getLong();
    if (!value.equals(value(slot, step))) {
      throw new AssertionError("slot " + slot + " holds what no step wrote");
    }
    return new Entry(ballot.round(), step, committed);
  }

  /** The log after one more step. */
  SuffixLog after(Step step) {
    SuffixLog next = new SuffixLog();
    next.entries.putAll(entries);
    if (step.commits()) {
      next.entries.computeIfPresent(
          step.from(), (slot, entry) -> new Entry(entry.round(), entry.step(), true));
    } else {
      next.entries.tailMap(step.from(), true).clear();
      for (long slot = step.first(); slot < step.first() + step.count(); slot++) {
        next.entries.put(slot, new Entry(step.round(), step.number(), false));
      }
    }
    return next;
  }

  /** Any step that is allowed now, in a round that was promised or the next one. */
  Step next(long number, long promised, Random random) {
    long last = entries.isEmpty() ? -1 : entries.lastKey();
    long committed = committedThrough();
    Entry pending = entries.get(committed + 1);
    if (pending != null && random.nextInt(8) == 0) {
      return new Step(number, true, committed + 1, 0, 0, pending.round());
    }
    boolean appends = random.nextInt(4) == 0;
    long from = appends ? last + 1 : committed + 1 + random.nextLong(last - committed + 1);
    // A slot that is dropped and not written again is told by nothing else.
    long first = from + (random.nextInt(4) == 0 ? 1 : 0);
    int count = last - committed > 30 ? random.nextInt(4) : 1 + random.nextInt(12);
    return new Step(number, false, from, first, count, promised + random.nextInt(2));
  }

  /** Every lower slot is committed, and it. */
  long committedThrough() {
    long through = -1;
    for (Entry entry = entries.get(0L); entry != null && entry.committed(); ) {
      through++;
      entry = entries.get(through + 1);
    }
    return through;
  }

  /** The same for no two logs that differ, or as good as. */
  int digest() {
    return entries.toString().hashCode();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SuffixLog log && entries.equals(log.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  /** The end of it, which alone may change. */
  @Override
  public String toString() {
    return entries.size() + " entries, the last: " + entries.tailMap(committedThrough(), true);
  }
}

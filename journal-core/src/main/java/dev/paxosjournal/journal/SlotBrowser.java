package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.DamagedSlot;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.slots.SlotSearch;
import dev.paxosjournal.wal.Segment;
import dev.paxosjournal.wal.WalPointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Lists slots and finds the next one of a kind, from memory and the positions files; never reads
 * the log, and holds the state's lock for a thousand slots at a time and never during I/O.
 */
final class SlotBrowser {
  private static final int CHUNK_SLOTS = 1024;

  private final Life life;

  SlotBrowser(Life life) {
    this.life = life;
  }

  /** What the state says of neighbouring slots. */
  private static final class Chunk {
    private final long first;
    private final long highest;
    private final SlotSummary.Kind[] kinds;
    private final @Nullable Object[] known;

    Chunk(long first, long highest, int count) {
      this.first = first;
      this.highest = highest;
      this.kinds = new SlotSummary.Kind[count];
      this.known = new @Nullable Object[count];
    }

    long last() {
      return first + kinds.length - 1;
    }
  }

  SlotPage page(long from, int limit) {
    List<SlotSummary> found = new ArrayList<>(Math.min(limit, CHUNK_SLOTS));
    long next = from;
    while (found.size() < limit) {
      long wanted = next;
      int count = Math.min(CHUNK_SLOTS, limit - found.size());
      Chunk chunk = life.use(state -> look(state, wanted, count));
      if (chunk.first > wanted) {
        // Given up while this was reading.
        found.clear();
      }
      if (chunk.kinds.length == 0) {
        return new SlotPage(found, OptionalLong.empty());
      }
      summarise(chunk, found);
      if (chunk.last() >= chunk.highest) {
        return new SlotPage(found, OptionalLong.empty());
      }
      next = chunk.last() + 1;
    }
    return new SlotPage(found, OptionalLong.of(next));
  }

  private static Chunk look(AcceptorState state, long from, int most) {
    long first = Math.max(from, state.firstAvailable());
    long highest = state.highestSlot();
    int count = first > highest ? 0 : (int) Math.min(most, highest - first + 1);
    if (first <= highest && highest - first + 1 < 0) {
      count = most;
    }
    Chunk chunk = new Chunk(first, highest, count);
    SlotSummary.Kind[] kinds = chunk.kinds;
    @Nullable Object[] known = chunk.known;
    for (int i = 0; i < count; i++) {
      kinds[i] =
          state.isCommitted(first + i) ? SlotSummary.Kind.COMMITTED : SlotSummary.Kind.UNKNOWN;
    }
    if (count == 0) {
      return chunk;
    }
    long last = first + count - 1;
    for (Map.Entry<Long, SlotLocation> pending :
        state.pending().subMap(first, true, last, true).entrySet()) {
      int at = (int) (pending.getKey() - first);
      kinds[at] = SlotSummary.Kind.PENDING;
      known[at] = pending.getValue();
    }
    for (long slot = state.damage().ceiling(first);
        slot >= 0 && slot <= last;
        slot = slot == last ? -1 : state.damage().ceiling(slot + 1)) {
      int at = (int) (slot - first);
      kinds[at] = SlotSummary.Kind.DAMAGED;
      known[at] = state.damageOf(slot).orElse(null);
    }
    return chunk;
  }

  private void summarise(Chunk chunk, List<SlotSummary> found) {
    SlotSummary.Kind[] kinds = chunk.kinds;
    int firstCommitted = 0;
    while (firstCommitted < kinds.length && kinds[firstCommitted] != SlotSummary.Kind.COMMITTED) {
      firstCommitted++;
    }
    int lastCommitted = kinds.length - 1;
    while (lastCommitted >= 0 && kinds[lastCommitted] != SlotSummary.Kind.COMMITTED) {
      lastCommitted--;
    }
    List<Positions.Lookup> entries =
        firstCommitted > lastCommitted
            ? List.of()
            : life.positions.get(chunk.first + firstCommitted, lastCommitted - firstCommitted + 1);
    // What was given up since has no entry any more, and is not asked for.
    long firstAvailable = life.use(AcceptorState::firstAvailable);
    for (int i = 0; i < kinds.length; i++) {
      long slot = chunk.first + i;
      if (slot < firstAvailable) {
        found.clear();
        continue;
      }
      SlotSummary summary = SlotSummary.bare(slot, kinds[i]);
      if (chunk.known[i] instanceof SlotLocation location) {
        summary = at(slot, kinds[i], location);
      } else if (chunk.known[i] instanceof DamagedSlot damaged) {
        summary = damaged(damaged);
      } else if (kinds[i] == SlotSummary.Kind.COMMITTED
          && entries.get(i - firstCommitted) instanceof Positions.Entry entry) {
        summary = at(slot, kinds[i], entry.location());
      }
      found.add(summary);
    }
  }

  private SlotSummary at(long slot, SlotSummary.Kind kind, SlotLocation location) {
    WalPointer pointer = location.pointer();
    return placed(
        slot,
        kind,
        Optional.of(location.ballot()),
        OptionalInt.of(pointer.lengthBytes()),
        OptionalInt.of(pointer.checksum()),
        pointer.position());
  }

  private SlotSummary damaged(DamagedSlot slot) {
    boolean valueKnown = slot.lengthBytes() >= 0;
    return placed(
        slot.slot(),
        SlotSummary.Kind.DAMAGED,
        slot.ballot(),
        valueKnown ? OptionalInt.of(slot.lengthBytes()) : OptionalInt.empty(),
        valueKnown ? OptionalInt.of(slot.checksum()) : OptionalInt.empty(),
        slot.position());
  }

  private SlotSummary placed(
      long slot,
      SlotSummary.Kind kind,
      Optional<Ballot> ballot,
      OptionalInt lengthBytes,
      OptionalInt checksum,
      long position) {
    Segment segment = life.log.segmentAt(position);
    return new SlotSummary(
        slot,
        kind,
        ballot,
        lengthBytes,
        checksum,
        segment == null ? OptionalLong.empty() : OptionalLong.of(segment.header().sequence()),
        segment == null ? "" : segment.fileName(),
        segment == null ? -1 : segment.offsetOf(position));
  }

  OptionalLong next(long from, SlotSummary.Kind kind) {
    return optional(
        life.use(
            state -> {
              SlotSearch search = new SlotSearch(state);
              return switch (kind) {
                case PENDING -> search.nextPending(from);
                case DAMAGED -> search.nextDamaged(from);
                case COMMITTED -> search.nextCommitted(from);
                case COMPACTED -> from < state.firstAvailable() ? from : -1L;
                case UNKNOWN -> search.nextGap(from);
              };
            }));
  }

  OptionalLong previous(long from, SlotSummary.Kind kind) {
    return optional(
        life.use(
            state -> {
              SlotSearch search = new SlotSearch(state);
              return switch (kind) {
                case PENDING -> search.previousPending(from);
                case DAMAGED -> search.previousDamaged(from);
                case COMMITTED -> search.previousCommitted(from);
                case COMPACTED -> Math.min(from, state.firstAvailable() - 1);
                case UNKNOWN -> search.previousGap(from);
              };
            }));
  }

  private static OptionalLong optional(long slot) {
    return slot < 0 ? OptionalLong.empty() : OptionalLong.of(slot);
  }
}

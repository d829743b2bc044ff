package dev.paxosjournal.journal;

import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.AcceptorState;
import dev.paxosjournal.slots.DamagedSlot;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.LogOpening;
import dev.paxosjournal.wal.LogReader;
import dev.paxosjournal.wal.LogSnapshot;
import dev.paxosjournal.wal.LostStretch;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.RecordType;
import dev.paxosjournal.wal.WalPointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is known of a slot, from any thread: the state tells where its record should lie,
 * the record is read and verified, and if the log moved on meanwhile the question is asked again.
 */
final class SlotReader implements ValueSource {
  private static final int MOST_TRIES = 8;

  private final Life life;

  SlotReader(Life life) {
    this.life = life;
  }

  /** Where the state says that a slot's record lies. */
  private sealed interface Place {
    record Answer(SlotState state) implements Place {}

    record Lost(DamagedSlot damage) implements Place {}

    record Pending(SlotLocation location) implements Place {}

    record Committed() implements Place {}
  }

  /**
   * What a read found.
   *
   * @param isSure false if too many files are open to look wherever the record may lie: then it is
   *     not known to be damaged
   */
  record Answer(SlotState state, boolean isSure) {
    /** Whether the slot is damaged beyond doubt. */
    boolean isLost() {
      return isSure && state instanceof SlotState.Damaged;
    }
  }

  Answer answer(long slot) {
    SlotState last = null;
    boolean sure = true;
    Optional<SlotLocation> before = Optional.empty();
    for (int i = 0; i < MOST_TRIES; i++) {
      Place place = life.use(state -> place(state, slot));
      if (place instanceof Place.Answer answer) {
        return new Answer(answer.state(), true);
      }
      if (place instanceof Place.Lost lost) {
        return new Answer(withRemains(lost.damage()), true);
      }
      boolean committed = place instanceof Place.Committed;
      Optional<SlotLocation> location;
      boolean looked = true;
      try {
        location =
            place instanceof Place.Pending pending
                ? Optional.of(pending.location())
                : committedLocation(slot);
      } catch (NoSpaceException tooManyOpenFiles) {
        location = Optional.empty();
        looked = false;
      }
      if (last != null && location.equals(before)) {
        // Nothing moved meanwhile.
        return new Answer(last, sure && looked);
      }
      before = location;
      sure = looked;
      if (location.isEmpty()) {
        last = describe(new DamagedSlot(slot, committed, Optional.empty(), -1, 0, -1));
        continue;
      }
      SlotLocation found = location.get();
      LogReader.Read read = life.log.reader().read(found.pointer(), slot, found.ballot());
      if (read instanceof LogReader.Found value) {
        return new Answer(shown(slot, found, committed, value.value()), true);
      }
      if (read instanceof LogReader.Retired) {
        WalPointer pointer = found.pointer();
        last =
            describe(
                new DamagedSlot(
                    slot,
                    committed,
                    Optional.of(found.ballot()),
                    pointer.lengthBytes(),
                    pointer.checksum(),
                    pointer.position()));
      } else if (read instanceof LogReader.Unreadable unreadable) {
        last = damaged(slot, committed, found, unreadable);
        sure = !unreadable.tooManyOpenFiles();
        if (committed) {
          // Perhaps it is only the derived entry that is wrong: the log decides.
          Answer elsewhere = readElsewhere(slot, found, last);
          if (elsewhere.state() instanceof SlotState.Committed) {
            return elsewhere;
          }
          sure &= elsewhere.isSure();
        }
      }
      // Compacted or written anew meanwhile? Then the state says so now.
    }
    if (last == null) {
      last = describe(new DamagedSlot(slot, false, Optional.empty(), -1, 0, -1));
    }
    return new Answer(last, sure);
  }

  private static SlotState shown(long slot, SlotLocation at, boolean committed, Value value) {
    return committed
        ? new SlotState.Committed(slot, at.ballot(), value)
        : new SlotState.Pending(slot, at.ballot(), value);
  }

  /** Where the log says that a committed slot lies whose entry leads to no such record. */
  private Answer readElsewhere(long slot, SlotLocation entry, SlotState otherwise) {
    try {
      Optional<SlotLocation> searched = search(slot).filter(found -> !found.equals(entry));
      if (searched.isEmpty()) {
        return new Answer(otherwise, true);
      }
      SlotLocation better = searched.get();
      LogReader.Read read = life.log.reader().read(better.pointer(), slot, better.ballot());
      return read instanceof LogReader.Found value
          ? new Answer(shown(slot, better, true, value.value()), true)
          : new Answer(otherwise, !isNotNow(read));
    } catch (NoSpaceException tooManyOpenFiles) {
      return new Answer(otherwise, false);
    } catch (IOException failure) {
      return new Answer(otherwise, true);
    }
  }

  private static boolean isNotNow(LogReader.Read read) {
    return read instanceof LogReader.Unreadable unreadable && unreadable.tooManyOpenFiles();
  }

  private static Place place(AcceptorState state, long slot) {
    if (slot < state.firstAvailable()) {
      return new Place.Answer(new SlotState.Compacted(slot, state.firstAvailable()));
    }
    Optional<DamagedSlot> damage = state.damageOf(slot);
    if (damage.isPresent()) {
      return new Place.Lost(damage.get());
    }
    if (state.isCommitted(slot)) {
      return new Place.Committed();
    }
    SlotLocation pending = state.pending().get(slot);
    return pending == null
        ? new Place.Answer(new SlotState.Unknown(slot))
        : new Place.Pending(pending);
  }

  /** Damage that was written down, and what lies at its place now: only the log has that. */
  private SlotState.Damaged withRemains(DamagedSlot damage) {
    if (damage.position() >= 0 && damage.lengthBytes() >= 0 && damage.ballot().isPresent()) {
      WalPointer pointer =
          new WalPointer(damage.position(), damage.lengthBytes(), damage.checksum());
      SlotLocation location = new SlotLocation(damage.ballot().get(), pointer);
      if (life.log.reader().read(pointer, damage.slot(), location.ballot())
          instanceof LogReader.Unreadable unreadable) {
        return damaged(damage.slot(), damage.committed(), location, unreadable);
      }
    }
    return describe(damage);
  }

  private static SlotState.Damaged damaged(
      long slot, boolean committed, SlotLocation location, LogReader.Unreadable found) {
    return new SlotState.Damaged(
        slot,
        committed,
        Optional.of(location.ballot()),
        OptionalInt.of(location.pointer().lengthBytes()),
        OptionalInt.of(location.pointer().checksum()),
        found.foundChecksum(),
        found.file(),
        found.offset(),
        found.reason());
  }

  static SlotState.Damaged describe(DamagedSlot damage) {
    boolean valueKnown = damage.lengthBytes() >= 0;
    return new SlotState.Damaged(
        damage.slot(),
        damage.committed(),
        damage.ballot(),
        valueKnown ? OptionalInt.of(damage.lengthBytes()) : OptionalInt.empty(),
        valueKnown ? OptionalInt.of(damage.checksum()) : OptionalInt.empty(),
        OptionalInt.empty(),
        "",
        -1,
        "its record cannot be read");
  }

  @Override
  public Optional<SlotLocation> committedLocation(long slot) throws NoSpaceException {
    Positions.Lookup entry = life.positions.get(slot);
    if (entry instanceof Positions.Entry known) {
      return Optional.of(known.location());
    }
    Optional<SlotLocation> searched;
    try {
      searched = search(slot);
    } catch (NoSpaceException tooManyOpenFiles) {
      throw tooManyOpenFiles;
    } catch (IOException failure) {
      searched = Optional.empty();
    }
    if (searched.isEmpty() && entry instanceof Positions.NotNow notNow) {
      // The entry may know what the log does not lead to any more.
      throw notNow.why();
    }
    return searched;
  }

  @Override
  public Optional<Value> read(long slot, SlotLocation location) {
    return life.log.reader().read(location.pointer(), slot, location.ballot())
            instanceof LogReader.Found found
        ? Optional.of(found.value())
        : Optional.empty();
  }

  @Override
  public boolean isLost(long slot, Optional<SlotLocation> location) {
    if (location.isPresent()) {
      LogReader.Read read =
          life.log.reader().read(location.get().pointer(), slot, location.get().ballot());
      return !isNotNow(read) && !(read instanceof LogReader.Found);
    }
    try {
      return search(slot).isEmpty();
    } catch (NoSpaceException tooManyOpenFiles) {
      return false;
    } catch (IOException failure) {
      return true;
    }
  }

  /** Finds a committed slot by reading the whole log: slow, and needed only for damaged entries. */
  private Optional<SlotLocation> search(long slot) throws IOException {
    Search search = new Search(slot, life.use(AcceptorState::truncated));
    try (LogSnapshot log = life.log.snapshot()) {
      log.read(search);
    }
    return Optional.ofNullable(search.committed);
  }

  private static final class Search implements LogOpening.Visitor {
    private final long slot;
    private final Map<Ballot, SlotLocation> accepted = new HashMap<>();
    private final boolean truncated;
    private @Nullable SlotLocation committed;

    Search(long slot, boolean truncated) {
      this.slot = slot;
      this.truncated = truncated;
    }

    @Override
    public void lost(LostStretch stretch) {
      if (truncated) {
        // What was accepted may have been dropped there, and another value accepted at its ballot.
        accepted.clear();
      }
    }

    @Override
    public void record(RecordHeader header, long position, ByteBuffer value) {
      if (header.slot() != slot) {
        return;
      }
      SlotLocation here =
          new SlotLocation(
              header.ballot(),
              new WalPointer(position, header.valueBytes(), header.valueChecksum()));
      if (header.type() == RecordType.ACCEPT && committed == null) {
        accepted.put(header.ballot(), here);
      } else if (header.type() == RecordType.LEARN) {
        committed = here;
      } else if (header.type() == RecordType.COMMIT && committed == null) {
        committed = accepted.get(header.ballot());
      } else if (header.type() == RecordType.DAMAGE) {
        // An earlier opening knew where it lies, although the log alone does not lead there.
        Verdicts.keptCommitted(header, value).ifPresent(kept -> committed = kept);
      }
    }
  }
}

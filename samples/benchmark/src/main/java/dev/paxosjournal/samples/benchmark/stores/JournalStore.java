package dev.paxosjournal.samples.benchmark.stores;

import dev.paxosjournal.journal.ForcedGroup;
import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalListener;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.Retransmission;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Our journal. Now and then the floor is raised, as a node does that installs snapshots: so log
 * segments are freed and used again, and what that costs is part of what is measured.
 */
final class JournalStore implements Store {
  /** The floor is raised every so many slots, and every so many bytes. */
  private static final long FLOOR_EVERY_SLOTS = 4096;

  private static final long FLOOR_EVERY_BYTES = 16L << 20;

  private static final int WINDOW = 4096;

  private final PaxosJournal journal;
  private final LongAdder forces = new LongAdder();
  private final LongAdder groupBytes = new LongAdder();
  private final AtomicLong nextSlot = new AtomicLong();
  private volatile Ballot ballot = new Ballot(1, 1);

  JournalStore(Path directory, boolean directIo) {
    JournalListener listener =
        new JournalListener() {
          @Override
          public void groupForced(ForcedGroup group) {
            forces.increment();
            groupBytes.add(group.groupBytes());
          }
        };
    journal =
        PaxosJournal.open(
            JournalOptions.builder(directory, "benchmark", 1)
                .directIo(directIo)
                .listener(listener)
                .build());
    nextSlot.set(journal.status().highestSlot() + 1);
  }

  PaxosJournal journal() {
    return journal;
  }

  @Override
  public void prepare() {
    // Three segments' worth, so that two of them are freed: from here on segments are used again.
    Value filler = Value.copyOf(new byte[1 << 20]);
    for (int i = 0; i < 200; i++) {
      journal.blocking().accept(new Accept(nextSlot.getAndIncrement(), ballot, filler));
    }
    journal.blocking().advanceFloor(nextSlot.get());
    forces.reset();
    groupBytes.reset();
  }

  @Override
  public long append(byte[] value) {
    long slot = nextSlot.getAndIncrement();
    Value stored = Value.copyOf(value);
    while (true) {
      try {
        journal.blocking().accept(new Accept(slot, ballot, stored));
        break;
      } catch (JournalException.StaleBallot promisedMeanwhile) {
        // Another thread promised: again, at the ballot that is current now.
      }
    }
    long every = Math.min(FLOOR_EVERY_SLOTS, FLOOR_EVERY_BYTES / value.length);
    if (slot % every == 0) {
      CompletableFuture<Long> unused = journal.advanceFloor(Math.max(0, slot - 2 * every));
    }
    return slot;
  }

  @Override
  public void promise(long number) {
    Ballot next = new Ballot(1 + number, 1);
    ballot = next;
    journal.blocking().promise(next);
  }

  @Override
  public void commit(long key) {
    if (journal.slot(key) instanceof SlotState.Pending pending) {
      CompletableFuture<Void> unused = journal.commit(key, pending.ballot());
    }
  }

  @Override
  public byte @Nullable [] read(long key) {
    SlotState state = journal.slot(key);
    if (state instanceof SlotState.Committed committed) {
      return committed.value().toByteArray();
    }
    return state instanceof SlotState.Pending pending ? pending.value().toByteArray() : null;
  }

  @Override
  public void load(long count, Source source) {
    load(count, source, -1);
  }

  /** The same, leaving one slot pending. */
  void load(long count, Source source, long pendingSlot) {
    CompletableFuture<?> window = CompletableFuture.completedFuture(null);
    for (long slot = 0; slot < count; slot++) {
      CompletableFuture<Void> unused =
          journal.accept(new Accept(slot, ballot, Value.copyOf(source.value(slot))));
      if (slot != pendingSlot) {
        unused = journal.commit(slot, ballot);
      }
      if (slot % WINDOW == WINDOW - 1) {
        window.join();
        window = unused;
      }
    }
    journal.sync().join();
  }

  @Override
  public void scan(Values values) throws Exception {
    long next = journal.status().firstAvailable();
    while (true) {
      try (Retransmission walk = journal.retransmit(next, Long.MAX_VALUE)) {
        for (Optional<SlotState> found = walk.next(); found.isPresent(); found = walk.next()) {
          if (!(found.get() instanceof SlotState.Committed committed)) {
            throw new IllegalStateException("not committed: " + found.get());
          }
          values.value(committed.slot(), committed.value().asReadOnlyBuffer());
        }
        if (walk.end().reason() == Retransmission.Reason.END) {
          return;
        }
        next = walk.end().nextSlot();
      }
    }
  }

  /** The bulk form of the same; returns the bytes sent. */
  long scanInBulk() throws Exception {
    Counting target = new Counting();
    journal.retransmit(journal.status().firstAvailable(), Long.MAX_VALUE, target);
    return target.bytes;
  }

  private static final class Counting implements WritableByteChannel {
    private long bytes;

    @Override
    public int write(ByteBuffer source) {
      int count = source.remaining();
      source.position(source.limit());
      bytes += count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Override
  public OptionalLong logForces() {
    return OptionalLong.of(forces.sum());
  }

  @Override
  public OptionalLong logBytes() {
    return OptionalLong.of(groupBytes.sum());
  }

  @Override
  public void close() {
    journal.close();
  }
}

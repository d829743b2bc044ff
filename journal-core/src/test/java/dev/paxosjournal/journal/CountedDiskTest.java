package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the counters say, against what the disk saw. */
@ExtendWith(QuietLogs.class)
class CountedDiskTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final int SLOTS = 700;

  private final List<Operation> seen = new CopyOnWriteArrayList<>();
  private final MemoryDisk disk = new MemoryDisk();

  @BeforeEach
  void watch() {
    disk.setHook(
        new MemoryDisk.Hook() {
          @Override
          public void before(Operation operation) {}

          @Override
          public void after(Operation operation) {
            seen.add(operation);
          }
        });
  }

  private JournalCounters countersOfALife() {
    PaxosJournal journal = JournalOnDisk.open(Campaigns.options(4096, 1 << 20).build(), disk);
    for (long slot = 0; slot < SLOTS; slot++) {
      journal.blocking().accept(new Accept(slot, BALLOT, Value.utf8("value " + slot)));
      journal.blocking().commit(slot, BALLOT);
    }
    journal.blocking().advanceFloor(SLOTS / 2);
    journal.close();
    return journal.counters();
  }

  private long forces() {
    return seen.stream()
        .filter(
            one ->
                one.kind() == Operation.Kind.FORCE || one.kind() == Operation.Kind.FORCE_DIRECTORY)
        .count();
  }

  private long written(Predicate<Operation> which) {
    return seen.stream()
        .filter(one -> one.kind() == Operation.Kind.WRITE)
        .filter(which)
        .mapToLong(Operation::length)
        .sum();
  }

  @Test
  void everyForceIsThatOfAGroupOrAnother() {
    JournalCounters counters = countersOfALife();

    assertThat(counters.forces()).isEqualTo(counters.groups()).isGreaterThanOrEqualTo(SLOTS);
    // More than one segment, its file of zeros, positions and a checkpoint.
    assertThat(counters.otherForces()).isGreaterThan(8);
    assertThat(counters.forces() + counters.otherForces()).isEqualTo(forces());
  }

  @Test
  void bytesBesidesTheLogAreCountedByWhatTheyAreFor() {
    JournalCounters counters = countersOfALife();

    assertThat(counters.positionsBytes())
        .isEqualTo(written(one -> one.file().startsWith("positions-")))
        .isPositive();
    assertThat(counters.checkpointBytes())
        .isEqualTo(written(one -> one.file().startsWith("checkpoint")))
        .isPositive();
    // The header of a segment is written under this name too, in one piece of 8192 bytes.
    assertThat(counters.zeroBytes())
        .isEqualTo(written(one -> one.file().startsWith("spare-") && one.length() <= 4096))
        .isGreaterThanOrEqualTo(1 << 20);
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A retransmission reads ahead, and must still say of each slot what a single read says. */
@ExtendWith(QuietLogs.class)
class ReadAheadTest {
  private static final long SEED = Long.getLong("ahead.seed", 1);
  private static final int SLOTS = 2_000;
  private static final Ballot BALLOT = new Ballot(1, 1);

  private final MemoryDisk disk = new MemoryDisk();
  private final PaxosJournal journal =
      JournalOnDisk.open(Campaigns.options(4096, 256 * 1024).build(), disk);

  @AfterEach
  void close() {
    journal.close();
  }

  private static String textOf(long slot) {
    return "[" + slot + "]" + "x".repeat((int) (slot * 31 % 700));
  }

  private void commit(long slot, Ballot ballot) {
    Accept accept = new Accept(slot, ballot, Value.utf8(textOf(slot)));
    if (slot % 3 == 0) {
      journal.blocking().learn(accept);
    } else {
      journal.blocking().accept(accept);
      CompletableFuture<Void> unused = journal.commit(slot, ballot);
    }
  }

  private void commitInOrder() {
    for (long slot = 0; slot < SLOTS; slot++) {
      commit(slot, BALLOT);
    }
    journal.blocking().sync();
  }

  private void damage(long slot) throws IOException {
    byte[] text = ("[" + slot + "]").getBytes(StandardCharsets.ISO_8859_1);
    // Only segments: a spare may be given its name meanwhile.
    for (String name : disk.names().stream().filter(file -> file.startsWith("wal-")).toList()) {
      String content = new String(disk.read(name), StandardCharsets.ISO_8859_1);
      int at = content.indexOf(new String(text, StandardCharsets.ISO_8859_1));
      if (at >= 0) {
        disk.flipBit(name, at * 8L + 1);
      }
    }
  }

  private List<SlotState> retransmitted(long from) {
    List<SlotState> found = new ArrayList<>();
    try (Retransmission walk = journal.retransmit(from, Long.MAX_VALUE)) {
      for (Optional<SlotState> next = walk.next(); next.isPresent(); next = walk.next()) {
        found.add(next.get());
      }
    }
    return found;
  }

  private List<SlotState> readOneByOne(long from) {
    List<SlotState> found = new ArrayList<>();
    for (long slot = from; slot <= journal.status().highestSlot(); slot++) {
      SlotState state = journal.slot(slot);
      if (state instanceof SlotState.Committed || state instanceof SlotState.Damaged) {
        found.add(state);
      }
    }
    return found;
  }

  @Test
  void valuesInTheOrderOfTheLogAreThoseOfSingleReads() {
    commitInOrder();

    assertThat(retransmitted(0)).hasSize(SLOTS).isEqualTo(readOneByOne(0));
    assertThat(retransmitted(1_234)).hasSize(SLOTS - 1_234).isEqualTo(readOneByOne(1_234));
  }

  @Test
  void valuesInAnyOrderWithGapsAndSeveralBallotsAreThoseOfSingleReads() {
    Random random = new Random(SEED);
    List<Long> slots = new ArrayList<>();
    for (long slot = 0; slot < SLOTS; slot++) {
      if (random.nextInt(10) > 0) {
        slots.add(slot);
      }
    }
    for (int i = 0; i + 50 <= slots.size(); i += 50) {
      Collections.shuffle(slots.subList(i, i + 50), random);
    }
    for (int i = 0; i < slots.size(); i++) {
      commit(slots.get(i), new Ballot(1 + i / 300, i / 100 % 3));
    }
    journal.blocking().sync();

    assertThat(retransmitted(0))
        .as("-Dahead.seed=" + SEED)
        .hasSize(slots.size())
        .isEqualTo(readOneByOne(0));
  }

  @Test
  void damageAmongNeighboursIsNamedAndTheyAreServed() throws IOException {
    commitInOrder();
    damage(700);
    damage(701);
    damage(SLOTS - 1);

    List<SlotState> found = retransmitted(0);
    assertThat(found).hasSize(SLOTS);
    for (SlotState state : found) {
      long slot = state.slot();
      if (slot == 700 || slot == 701 || slot == SLOTS - 1) {
        assertThat(state).isInstanceOf(SlotState.Damaged.class);
      } else {
        assertThat(state)
            .isEqualTo(new SlotState.Committed(slot, BALLOT, Value.utf8(textOf(slot))));
      }
    }
  }

  /** What was read ahead is right; but a slot found damaged is served by nobody until healed. */
  @Test
  void damageFoundMeanwhileByAnotherReaderCounts() throws IOException {
    commitInOrder();
    try (Retransmission walk = journal.retransmit(0, Long.MAX_VALUE)) {
      SlotState first = walk.next().orElseThrow();
      assertThat(first).isInstanceOf(SlotState.Committed.class);
      damage(2);
      assertThat(journal.slot(2)).isInstanceOf(SlotState.Damaged.class);
      journal.blocking().sync();

      assertThat(walk.next().orElseThrow()).isInstanceOf(SlotState.Committed.class);
      assertThat(walk.next().orElseThrow()).isInstanceOf(SlotState.Damaged.class);
      assertThat(walk.next().orElseThrow()).isInstanceOf(SlotState.Committed.class);
    }
  }

  @Test
  void whatIsCompactedMeanwhileEndsTheWalk() {
    commitInOrder();
    try (Retransmission walk = journal.retransmit(0, Long.MAX_VALUE)) {
      assertThat(walk.next().orElseThrow().slot()).isZero();
      journal.blocking().compact(1_000);

      assertThat(walk.next()).isEmpty();
      assertThat(walk.end()).isEqualTo(new Retransmission.End(1, Retransmission.Reason.LIMIT));
    }
  }

  @Test
  void whatIsCommittedMeanwhileIsFound() {
    commitInOrder();
    try (Retransmission walk = journal.retransmit(SLOTS - 2, Long.MAX_VALUE)) {
      assertThat(walk.next().orElseThrow().slot()).isEqualTo(SLOTS - 2);
      commit(SLOTS, BALLOT);
      commit(SLOTS + 1, BALLOT);
      journal.blocking().sync();

      assertThat(walk.next().orElseThrow().slot()).isEqualTo(SLOTS - 1);
      assertThat(walk.next().orElseThrow().slot()).isEqualTo(SLOTS);
      assertThat(walk.next().orElseThrow().slot()).isEqualTo(SLOTS + 1);
      assertThat(walk.next()).isEmpty();
    }
  }
}

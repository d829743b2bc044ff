package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Compaction and reuse of segment files, on a real directory, while others read. */
@ExtendWith(QuietLogs.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompactionTest {
  private static final long SEED = Long.getLong("compaction.seed", 1);
  private static final int SLOTS = Integer.getInteger("compaction.slots", 2_000);
  private static final int KEPT = 60;
  private static final int READERS = 4;
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final long SEGMENT_BYTES = 64 * 1024;

  @TempDir Path directory;

  private final AtomicLong committedThrough = new AtomicLong(-1);

  private JournalOptions options() {
    return JournalOptions.builder(directory.resolve("journal"), "compaction", 1)
        .segmentBytes(SEGMENT_BYTES)
        .maxValueBytes(4096)
        .build();
  }

  /** Different for each slot, so that another slot's bytes are noticed. */
  private static Value valueOf(long slot) {
    byte[] bytes = new byte[(int) (slot * 37 % 4000)];
    Arrays.fill(bytes, (byte) slot);
    for (int i = 0; i < bytes.length && i < 8; i++) {
      bytes[i] = (byte) (slot >> (8 * i));
    }
    return Value.copyOf(bytes);
  }

  @Test
  void readersNeverMistakeReuseForDamage() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(READERS);
    try (PaxosJournal journal = PaxosJournal.open(options())) {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(SEED + i);
        boolean walks = i % 2 == 0;
        readers.add(threads.submit(() -> walks ? walk(journal, random) : ask(journal, random)));
      }
      for (long slot = 0; slot < SLOTS; slot++) {
        journal.blocking().learn(new Accept(slot, BALLOT, valueOf(slot)));
        committedThrough.set(slot);
        if (slot % 20 == 19) {
          journal.blocking().compact(Math.max(0, slot - KEPT));
        }
      }
      for (Future<Long> reader : readers) {
        assertThat(reader.get()).as("answers of one reader").isPositive();
      }
      assertThat(journal.status().damaged()).isZero();
      assertThat(bytesOnDisk()).isLessThan(16 * SEGMENT_BYTES);
    } finally {
      threads.shutdownNow();
    }
  }

  private long ask(PaxosJournal journal, Random random) {
    long answers = 0;
    while (committedThrough.get() < SLOTS - 1) {
      long through = committedThrough.get();
      if (through >= 0) {
        long slot = Math.max(0, through - random.nextInt(KEPT + 40));
        verify(journal.slot(slot), slot, journal);
        answers++;
      }
    }
    return answers;
  }

  private long walk(PaxosJournal journal, Random random) {
    long answers = 0;
    while (committedThrough.get() < SLOTS - 1) {
      long from = Math.max(0, committedThrough.get() - random.nextInt(KEPT));
      try (Retransmission walk = journal.retransmit(from, 100_000)) {
        long expected = from;
        for (var slot = walk.next(); slot.isPresent(); slot = walk.next()) {
          verify(slot.get(), expected, journal);
          expected++;
          answers++;
        }
      } catch (JournalException.Compacted overtaken) {
        assertThat(overtaken.firstAvailable()).isGreaterThan(from);
      }
    }
    return answers;
  }

  private static void verify(SlotState state, long slot, PaxosJournal journal) {
    if (state instanceof SlotState.Compacted compacted) {
      assertThat(compacted.firstAvailable()).isGreaterThan(slot);
    } else {
      assertThat(state)
          .as("-Dcompaction.seed=" + SEED + ": " + journal.status())
          .isEqualTo(new SlotState.Committed(slot, BALLOT, valueOf(slot)));
    }
  }

  private long bytesOnDisk() {
    File[] files = directory.resolve("journal").toFile().listFiles();
    return Arrays.stream(files == null ? new File[0] : files).mapToLong(File::length).sum();
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.wal.LogOpening;
import dev.paxosjournal.wal.LogSnapshot;
import dev.paxosjournal.wal.LostStretch;
import dev.paxosjournal.wal.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whoever reads the whole log reads the log that was there when the reading began. */
@ExtendWith(QuietLogs.class)
class LogSnapshotTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final Value VALUE = Value.copyOf(new byte[3000]);
  private static final int SLOTS = 60;

  private final MemoryDisk disk = new MemoryDisk();

  private static final class Learned implements LogOpening.Visitor {
    private final List<Long> slots = new ArrayList<>();
    private final List<LostStretch> lost = new ArrayList<>();

    @Override
    public void record(RecordHeader header, long position, ByteBuffer value) {
      if (header.valueBytes() > 0) {
        slots.add(header.slot());
      }
    }

    @Override
    public void lost(LostStretch stretch) {
      lost.add(stretch);
    }
  }

  private long segments() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).count();
  }

  @Test
  void noSegmentIsFreedAndUsedAgainUnderAReaderOfTheWholeLog() throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk, Campaigns.options(4096, 64 * 1024).build());
    for (long slot = 0; slot < SLOTS; slot++) {
      journal.submit(List.of(Call.learn(slot, BALLOT, VALUE)));
    }
    long before = segments();
    assertThat(before).isGreaterThan(3);
    Learned learned = new Learned();
    try (LogSnapshot log = journal.life().log.snapshot()) {
      journal.submit(List.of(Call.compact(SLOTS)));
      for (long slot = SLOTS; slot < 2 * SLOTS; slot++) {
        journal.submit(List.of(Call.learn(slot, BALLOT, VALUE)));
      }
      assertThat(segments()).isGreaterThan(before);
      log.read(learned);
    }
    assertThat(learned.lost).isEmpty();
    assertThat(learned.slots)
        .containsExactlyElementsOf(LongStream.range(0, SLOTS).boxed().toList());
    assertThat(segments()).as("freed when the reader is done").isLessThanOrEqualTo(before + 1);
    journal.abandon();
  }
}

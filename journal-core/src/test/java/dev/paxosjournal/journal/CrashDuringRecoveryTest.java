package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.PowerCut;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An opening that has everything to do: a group without proof to write again, damage to write down,
 * a torn end to set aside, positions to make anew. Whenever it is cut short, the next one says the
 * same, and so does the one after.
 */
@ExtendWith(QuietLogs.class)
class CrashDuringRecoveryTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int SLOTS = 6;
  private static final int ROTTEN = 2;

  private static Value value(long slot) {
    return Value.utf8("value of slot " + slot);
  }

  private static MemoryDisk harmed() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    for (long slot = 0; slot < SLOTS; slot++) {
      journal.submit(
          List.of(
              slot % 2 == 0
                  ? Call.learn(slot, BALLOT, value(slot))
                  : Call.accept(slot, BALLOT, value(slot))));
    }
    journal.submit(List.of(Call.promise(new Ballot(5, 2))));
    journal.close();
    String segment =
        disk.names().stream().filter(n -> n.startsWith("wal-")).findFirst().orElseThrow();
    byte[] log = disk.read(segment);
    byte[] torn = Arrays.copyOf(log, log.length + 4096);
    Arrays.fill(torn, log.length, torn.length, (byte) 7);
    String text = new String(log, StandardCharsets.ISO_8859_1);
    torn[text.indexOf(value(ROTTEN).toUtf8())] ^= 1;
    disk.put(segment, torn);
    for (String derived :
        List.of("hint", "checkpoint", "positions-00000-0000000000000000000.pos")) {
      disk.deleteNow(derived);
    }
    return disk;
  }

  private static List<String> shown(MemoryDisk disk) throws IOException {
    SteppedJournal journal = SteppedJournal.open(disk, OPTIONS);
    List<String> shown = new ArrayList<>();
    shown.add(journal.status().state() + " " + journal.status().promised());
    for (long slot = 0; slot <= SLOTS; slot++) {
      SlotState state = journal.slot(slot);
      shown.add(
          state instanceof SlotState.Damaged damaged
              ? "damaged, " + damaged.committed() + " " + damaged.ballot()
              : state.toString());
    }
    journal.abandon();
    return shown;
  }

  @Test
  void row8WheneverARecoveryIsCutShortTheNextTwoSayTheSame() throws IOException {
    MemoryDisk disk = harmed();
    MemoryDisk uncut = disk.copyOf();
    List<String> expected = shown(uncut);
    assertThat(expected).filteredOn(each -> each.startsWith("damaged")).hasSize(1);
    assertThat(shown(uncut)).isEqualTo(expected);

    for (long operation = disk.operations() + 1; operation <= uncut.operations(); operation++) {
      MemoryDisk cut = disk.copyOf();
      cut.cutPowerAt(operation);
      try {
        shown(cut);
      } catch (PowerCut expectedCut) {
        // Of this the next opening is to show nothing.
      }
      for (CrashStrategy strategy : CrashStrategy.values()) {
        String what = "cut before operation " + operation + ", " + strategy;
        MemoryDisk image = cut.crash(strategy, operation);
        assertThat(shown(image)).as(what).isEqualTo(expected);
        MemoryDisk again = image.crash(CrashStrategy.NOTHING, operation);
        assertThat(shown(again)).as(what + ", twice").isEqualTo(expected);
      }
    }
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.MemoryDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Positions, checkpoint and hint are derived from the log: without them, or with others in their
 * place, a journal shows the same status and retransmits the same bytes.
 */
@ExtendWith(QuietLogs.class)
class DerivedFilesTest {
  private static final int SEEDS = Integer.getInteger("derived.seeds", 5);
  private static final long FIRST_SEED = Long.getLong("derived.seed", 1);
  private static final int MAX_VALUE_BYTES = 512;

  private final List<String> cases = new ArrayList<>();

  /** What a journal shows to the outside. */
  private record Shown(List<Object> status, List<Object> slots, ByteBuffer retransmission) {}

  /** A directory with a journal in it, and how it was some groups earlier. */
  private record Written(
      JournalOptions options, MemoryDisk disk, MemoryDisk earlier, Shown shown) {}

  private interface Ending {
    MemoryDisk end(SteppedJournal journal, MemoryDisk disk) throws IOException;
  }

  private static final Ending CLOSED =
      (journal, disk) -> {
        journal.close();
        return disk.copyOf();
      };

  private static final Ending KILLED =
      (journal, disk) -> {
        journal.abandon();
        return disk.processCrash();
      };

  @Test
  void deletedOnesAreMadeAgain() throws IOException {
    forEachJournal(
        written -> {
          List<String> derived = derived(written.disk());
          for (int chosen = 1; chosen < 1 << derived.size(); chosen++) {
            int these = chosen;
            check(
                written,
                "deleted " + Integer.toBinaryString(chosen) + " of " + derived,
                disk -> {
                  for (int i = 0; i < derived.size(); i++) {
                    if ((these & (1 << i)) != 0) {
                      disk.deleteNow(derived.get(i));
                    }
                  }
                });
          }
        });
  }

  @Test
  void truncatedOnesAreNotBelieved() throws IOException {
    forEachJournal(
        written -> {
          for (String name : derived(written.disk())) {
            long size = written.disk().sizeOf(name);
            for (long length : lengths(size)) {
              check(
                  written,
                  name + " cut from " + size + " to " + length,
                  disk -> disk.truncateNow(name, length));
            }
          }
        });
  }

  @Test
  void olderOnesLagBehindAndAreNotBelievedForMore() throws IOException {
    forEachJournal(
        written -> {
          List<String> derived = derived(written.earlier());
          for (int chosen = 1; chosen < 1 << derived.size(); chosen++) {
            int these = chosen;
            check(
                written,
                "older " + Integer.toBinaryString(chosen) + " of " + derived,
                disk -> {
                  for (int i = 0; i < derived.size(); i++) {
                    if ((these & (1 << i)) != 0) {
                      disk.put(derived.get(i), written.earlier().read(derived.get(i)));
                    }
                  }
                });
          }
        });
  }

  @Test
  void flippedBitsInThemAreNoticed() throws IOException {
    forEachJournal(
        written -> {
          for (String name : derived(written.disk())) {
            long bits = written.disk().sizeOf(name) * 8;
            long step = Math.max(1, bits / 150);
            for (long bit = 0; bit < bits; bit += step) {
              long flipped = bit;
              check(written, "bit " + bit + " of " + name, disk -> disk.flipBit(name, flipped));
            }
          }
        });
  }

  @Test
  void strangeBytesInTheirPlaceAreNoticed() throws IOException {
    forEachJournal(
        written -> {
          List<String> derived = derived(written.disk());
          for (String name : derived) {
            byte[] content = written.disk().read(name);
            check(written, name + " zeroed", disk -> disk.put(name, new byte[content.length]));
            check(written, name + " longer", disk -> disk.put(name, longer(content)));
            for (String other : derived) {
              check(
                  written,
                  other + " under the name " + name,
                  disk -> disk.put(name, written.disk().read(other)));
            }
          }
        });
  }

  private static byte[] longer(byte[] content) {
    byte[] longer = Arrays.copyOf(content, content.length + 5000);
    Arrays.fill(longer, content.length, longer.length, (byte) 0xA5);
    return longer;
  }

  private static List<Long> lengths(long size) {
    List<Long> lengths = new ArrayList<>();
    for (long length :
        new long[] {0, 1, 4, 31, 32, 33, 63, 511, 512, 4095, 4096, 8191, 8192, size / 2}) {
      if (length < size) {
        lengths.add(length);
      }
    }
    for (int less = 1; less <= 48 && less < size; less += less < 5 ? 1 : 7) {
      lengths.add(size - less);
    }
    return lengths;
  }

  private static List<String> derived(MemoryDisk disk) {
    return disk.names().stream()
        .filter(n -> n.startsWith("positions-") || n.equals("checkpoint") || n.equals("hint"))
        .toList();
  }

  private void forEachJournal(Consumer<Written> test) throws IOException {
    long begun = System.nanoTime();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      for (Ending ending : List.of(CLOSED, KILLED)) {
        String which = ending == CLOSED ? "closed" : "killed";
        try {
          test.accept(write(new SplittableRandom(seed), ending));
        } catch (RuntimeException | AssertionError failure) {
          String last = cases.isEmpty() ? "opening" : cases.get(cases.size() - 1);
          throw new AssertionError(
              "-Dderived.seed=" + seed + " -Dderived.seeds=1: " + which + ", " + last, failure);
        }
      }
    }
    System.out.printf(
        "derived files: %,d cases in %,d ms%n",
        cases.size(), (System.nanoTime() - begun) / 1_000_000);
  }

  /** A journal of several lives and segments, with gaps, pending slots and a floor. */
  private static Written write(SplittableRandom random, Ending ending) throws IOException {
    JournalOptions options =
        Campaigns.options(MAX_VALUE_BYTES, Campaigns.segmentBytes(random, MAX_VALUE_BYTES))
            .commitDelay(Duration.ZERO)
            .build();
    CallGenerator calls = new CallGenerator(random, MAX_VALUE_BYTES, 40);
    ModelState model = new ModelState();
    MemoryDisk disk = new MemoryDisk();
    MemoryDisk earlier = disk;
    for (int life = 0; life < 3; life++) {
      SteppedJournal journal =
          SteppedJournal.open(
              disk, options, SteppedJournal.Upkeep.AFTER_GROUP, (2 + random.nextInt(6)) * 4096L);
      for (int i = 0; i < 12; i++) {
        List<Call> group = calls.group(model, 6);
        group.forEach(model::submit);
        journal.submit(group);
        if (life == 2 && i == 6) {
          earlier = disk.copyOf();
        }
      }
      disk = ending.end(journal, disk);
    }
    return new Written(options, disk, earlier, shown(options, disk.copyOf()));
  }

  private void check(Written written, String what, Consumer<MemoryDisk> change) {
    cases.add(what);
    MemoryDisk changed = written.disk().copyOf();
    change.accept(changed);
    assertThat(shown(written.options(), changed)).as(what).isEqualTo(written.shown());
    if (cases.size() % 8 == 0) {
      assertThat(shown(written.options(), changed))
          .as(what + ", opened again")
          .isEqualTo(written.shown());
    }
  }

  private static Shown shown(JournalOptions options, MemoryDisk disk) {
    try (PaxosJournal journal =
        JournalAssembly.open(options, () -> disk, Executors::newSingleThreadExecutor)) {
      JournalStatus status = journal.status();
      List<Object> numbers =
          List.of(
              status.state(),
              status.promised(),
              status.committedThrough(),
              status.firstGap(),
              status.highestSlot(),
              status.pending(),
              status.damaged(),
              status.firstAvailable(),
              status.logBytes(),
              status.liveBytes());
      List<Object> slots = new ArrayList<>();
      for (long slot = 0; slot <= status.highestSlot() + 2; slot++) {
        slots.add(journal.slot(slot));
      }
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      journal.retransmit(status.firstAvailable(), Long.MAX_VALUE, Channels.newChannel(sent));
      return new Shown(numbers, slots, ByteBuffer.wrap(sent.toByteArray()));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}

package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.fail;

import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What must be forced before what. Reading forgives some of these mistakes, because it verifies
 * everything; then no crash shows them, only the order of the operations does.
 */
@ExtendWith(QuietLogs.class)
class OperationOrderTest {
  private static final int SEEDS = Integer.getInteger("order.seeds", 200);
  private static final long FIRST_SEED = Long.getLong("order.seed", 1);
  private static final int MAX_VALUE_BYTES = 512;
  private static final int HEADER_BYTES = 8192;

  @Test
  void nothingIsClaimedBeforeItIsForced() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Case each = new Case(new SplittableRandom(seed));
      each.run();
      if (!each.mistakes.isEmpty()) {
        fail("-Dorder.seed=" + seed + " -Dorder.seeds=1: " + each.mistakes);
      }
    }
  }

  private static final class Case {
    private final SplittableRandom random;
    private final Set<String> mistakes = new HashSet<>();

    /** Files with bytes that were not forced. */
    private final Set<String> unforced = new HashSet<>();

    /** Names that were given and not forced. */
    private final Set<String> newNames = new HashSet<>();

    /** Of these, the ones of files that were segments before. */
    private final Set<String> recycled = new HashSet<>();

    private final MemoryDisk disk = new MemoryDisk();
    private Set<String> namesBefore = Set.of();
    private List<Request> onTheirWay = List.of();

    Case(SplittableRandom random) {
      this.random = random;
    }

    void run() throws IOException {
      JournalOptions options =
          Campaigns.options(MAX_VALUE_BYTES, Campaigns.segmentBytes(random, MAX_VALUE_BYTES))
              .preallocate(random.nextInt(4) > 0)
              .build();
      CallGenerator calls = new CallGenerator(random, MAX_VALUE_BYTES, 40);
      ModelState model = new ModelState();
      for (int life = 0; life < 3; life++) {
        disk.setHook(new Watch());
        SteppedJournal journal =
            SteppedJournal.open(
                disk,
                options,
                Campaigns.pick(random, SteppedJournal.Upkeep.values()),
                Campaigns.checkpointBytes(random));
        for (int i = 0; i < 25; i++) {
          List<Call> group = calls.group(model, 6);
          group.forEach(model::submit);
          onTheirWay = SteppedJournal.requests(group);
          journal.process(onTheirWay);
          onTheirWay = List.of();
          if (random.nextInt(4) == 0) {
            journal.runUpkeep();
          }
        }
        if (random.nextBoolean()) {
          journal.close();
        } else {
          journal.abandon();
        }
      }
    }

    private final class Watch implements MemoryDisk.Hook {
      @Override
      public void before(Operation operation) {
        String file = operation.file();
        if (logIsUnforced() && onTheirWay.stream().anyMatch(SteppedJournal::isTold)) {
          mistakes.add("told before " + operation);
        }
        switch (operation.kind()) {
          case WRITE -> beforeWrite(operation, file);
          case RENAME -> {
            namesBefore = Set.copyOf(disk.names());
            check(!unforced.contains(file), "bytes of a renamed file", operation);
            if (file.startsWith("checkpoint")) {
              check(noneUnforced("positions-"), "positions of a checkpoint", operation);
            } else if (isSegment(file)) {
              check(!logIsUnforced(), "the record that frees a segment", operation);
            }
          }
          case DELETE -> {
            if (isSegment(file)) {
              check(!logIsUnforced(), "the record that frees a segment", operation);
            }
          }
          default -> {}
        }
      }

      private void beforeWrite(Operation operation, String file) {
        if (file.startsWith("positions-") || file.equals("hint")) {
          check(!logIsUnforced(), "the log", operation);
        } else if (isSegment(file) && operation.offset() >= HEADER_BYTES) {
          check(!logIsUnforced(), "the group before, or the header", operation);
          check(!newNames.contains(file), "the segment's name", operation);
        } else if (file.startsWith("spare-") && operation.offset() == 0) {
          // A name that can still come back would have another segment's header in it.
          check(!recycled.contains(file), "the spare's name", operation);
        }
      }

      @Override
      public void after(Operation operation) {
        String file = operation.file();
        switch (operation.kind()) {
          case WRITE -> unforced.add(file);
          case FORCE -> unforced.remove(file);
          case CREATE -> newNames.add(file);
          case RENAME -> afterRename(file);
          case FORCE_DIRECTORY -> {
            newNames.clear();
            recycled.clear();
          }
          default -> {}
        }
      }
    }

    private void afterRename(String from) {
      Set<String> given = new HashSet<>(disk.names());
      given.removeAll(namesBefore);
      newNames.addAll(given);
      if (isSegment(from)) {
        recycled.addAll(given);
      }
    }

    private void check(boolean holds, String what, Operation operation) {
      if (!holds) {
        mistakes.add(what + " not forced before " + operation);
      }
    }

    private boolean logIsUnforced() {
      return !noneUnforced("wal-");
    }

    private boolean noneUnforced(String prefix) {
      return unforced.stream().noneMatch(name -> name.startsWith(prefix));
    }

    private static boolean isSegment(String file) {
      return file.startsWith("wal-");
    }
  }
}

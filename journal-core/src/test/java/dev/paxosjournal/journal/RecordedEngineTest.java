package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.journal.EngineJournal.BallotNumber;
import dev.paxosjournal.journal.EngineJournal.Progress;
import dev.paxosjournal.journal.EngineJournal.Written;
import dev.paxosjournal.paxos.Ballot;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/**
 * Recorded calls of a real engine on its journal, with the power cut before and after every {@code
 * sync}; the engine goes on with what the second cut left. The folder of recordings comes from the
 * environment variable {@code PAXOS_TRACES}; without it there is nothing to play.
 */
@ExtendWith(QuietLogs.class)
class RecordedEngineTest {
  private static final String FOLDER = "PAXOS_TRACES";
  private static final JournalOptions OPTIONS = Campaigns.options(4096, 256 * 1024).build();

  private static final String NUMBER =
      "\\{\"era\":(-?\\d+),\"counter\":(-?\\d+),\"node\":(-?\\d+)}";
  private static final Pattern PROGRESS =
      Pattern.compile("\\{\"op\":\"progress\",\"promised\":" + NUMBER + ",\"fixed\":(-?\\d+)}");
  private static final Pattern ACCEPT =
      Pattern.compile(
          "\\{\"op\":\"accept\",\"from\":-?\\d+,\"slot\":(\\d+),\"ballot\":"
              + NUMBER
              + ",\"command\":(.*)}");
  private static final Pattern READ =
      Pattern.compile("\\{\"op\":\"read\",\"slot\":(\\d+),\"found\":(?:null|" + NUMBER + ")}");

  @BeforeAll
  static void thereAreRecordings() {
    String absent = "recorded calls are not played: " + FOLDER + " names no folder of recordings";
    String folder = System.getenv(FOLDER);
    boolean present = folder != null && !folder.isBlank();
    if (!present) {
      LoggerFactory.getLogger(RecordedEngineTest.class).warn(absent);
    }
    assumeTrue(present, absent);
  }

  @TestFactory
  List<DynamicTest> whatWasWrittenBeforeASyncIsThereAfterEveryPowerCut() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of(System.getenv(FOLDER)), "*.jsonl")) {
      for (Path file : files) {
        tests.add(
            DynamicTest.dynamicTest(
                String.valueOf(file.getFileName()),
                () -> {
                  try (Played played = new Played()) {
                    played.play(Files.readAllLines(file));
                  }
                }));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  /** The same in plain maps: what is written, and what a crash may leave. */
  private static final class Memory {
    private final TreeMap<Long, Written> slots = new TreeMap<>();
    private final Set<Long> committed = new HashSet<>();
    private Optional<BallotNumber> promised = Optional.empty();
    private long fixed = -1;

    void progress(Progress progress) {
      promise(progress.promised());
      fixed = Math.max(fixed, progress.fixed());
      committed.addAll(slots.headMap(fixed, true).keySet());
    }

    void accept(Written accept) {
      long slot = accept.slot();
      Written held = slots.get(slot);
      boolean decided =
          promised.filter(number -> isBelow(accept.number(), number)).isPresent()
              || (held != null && isBelow(accept.number(), held.number()));
      if (!committed.contains(slot)) {
        slots.put(slot, accept);
      }
      if (decided) {
        committed.add(slot);
      } else {
        promise(accept.number());
      }
      committed.addAll(slots.headMap(fixed, true).keySet());
    }

    private void promise(BallotNumber number) {
      if (promised.isEmpty() || isBelow(promised.get(), number)) {
        promised = Optional.of(number);
      }
    }

    Progress readProgress() {
      long through = -1;
      while (committed.contains(through + 1)) {
        through++;
      }
      return new Progress(promised.orElseThrow(), through);
    }

    static boolean isBelow(BallotNumber one, BallotNumber other) {
      Ballot left = EngineAdapter.ballot(one);
      return left.isBelow(EngineAdapter.ballot(other));
    }
  }

  /** One recording on its way. */
  private static final class Played implements AutoCloseable {
    private final Memory memory = new Memory();
    // Of each slot: what was in it at the last sync, and all that was written since.
    private final Map<Long, Set<Optional<Written>>> possible = new TreeMap<>();
    private Optional<Progress> synced = Optional.empty();
    private MemoryDisk disk = new MemoryDisk();
    private PaxosJournal journal = open(disk);
    private EngineJournal engine = new EngineAdapter(journal);
    private String where = "";

    private static PaxosJournal open(MemoryDisk disk) {
      return JournalAssembly.open(OPTIONS, () -> disk, Executors::newSingleThreadExecutor);
    }

    void play(List<String> lines) {
      for (int number = 1; number <= lines.size(); number++) {
        String line = lines.get(number - 1);
        where = "line " + number;
        Matcher progress = PROGRESS.matcher(line);
        Matcher accept = ACCEPT.matcher(line);
        Matcher read = READ.matcher(line);
        if (progress.matches()) {
          Progress written = new Progress(number(progress, 1), Long.parseLong(progress.group(4)));
          engine.writeProgress(written);
          memory.progress(written);
        } else if (accept.matches()) {
          long slot = Long.parseLong(accept.group(1));
          write(new Written(slot, number(accept, 2), accept.group(5)));
        } else if (read.matches()) {
          long slot = Long.parseLong(read.group(1));
          Optional<BallotNumber> found =
              read.group(2) == null ? Optional.empty() : Optional.of(number(read, 2));
          assertThat(engine.readAccept(slot).map(Written::number)).as(where).isEqualTo(found);
        } else if (line.contains("\"sync\"")) {
          sync();
        } else {
          assertThat(line).as(where).startsWith("{\"op\":\"open\"");
        }
      }
      sync();
    }

    private static BallotNumber number(Matcher matcher, int first) {
      return new BallotNumber(
          Short.parseShort(matcher.group(first)),
          Integer.parseInt(matcher.group(first + 1)),
          Short.parseShort(matcher.group(first + 2)));
    }

    private void write(Written accept) {
      engine.writeAccept(accept);
      possible
          .computeIfAbsent(
              accept.slot(),
              slot -> new HashSet<>(Set.of(Optional.ofNullable(memory.slots.get(slot)))))
          .add(Optional.of(accept));
      memory.accept(accept);
    }

    private void sync() {
      where += ", power cut before the sync";
      try (PaxosJournal left = open(disk.crash(CrashStrategy.NOTHING, 1))) {
        checkNothingSyncedIsGone(new EngineAdapter(left));
      }
      engine.sync();
      where += " and after it";
      disk = disk.crash(CrashStrategy.NOTHING, 1);
      journal.close();
      journal = open(disk);
      engine = new EngineAdapter(journal);
      checkEverythingIsThere();
      possible.clear();
      synced = engine.readProgress();
    }

    private void checkNothingSyncedIsGone(EngineJournal left) {
      for (Map.Entry<Long, Written> slot : memory.slots.entrySet()) {
        assertThat(left.readAccept(slot.getKey()))
            .as(where)
            .isIn(possible.getOrDefault(slot.getKey(), Set.of(Optional.of(slot.getValue()))));
      }
      synced.ifPresent(
          before -> {
            Progress now = left.readProgress().orElseThrow();
            assertThat(Memory.isBelow(now.promised(), before.promised())).as(where).isFalse();
            assertThat(now.fixed()).as(where).isGreaterThanOrEqualTo(before.fixed());
          });
    }

    private void checkEverythingIsThere() {
      for (long slot = 0; slot <= memory.slots.lastKey() + 1; slot++) {
        assertThat(engine.readAccept(slot))
            .as(where)
            .isEqualTo(Optional.ofNullable(memory.slots.get(slot)));
      }
      assertThat(engine.readProgress()).as(where).contains(memory.readProgress());
      assertThat(engine.highestLogIndex()).as(where).isEqualTo(memory.slots.lastKey());
    }

    @Override
    public void close() {
      journal.close();
    }
  }
}

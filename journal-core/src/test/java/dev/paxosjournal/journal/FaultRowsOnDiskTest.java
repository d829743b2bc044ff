package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.Mount;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the fault table in DESIGN.md that take a real file system, or a real process. */
@ExtendWith(QuietLogs.class)
class FaultRowsOnDiskTest {
  private static final Ballot BALLOT = new Ballot(3, 1);
  private static final int SLOTS = 12;

  @TempDir private Path temporary;

  private static JournalOptions options(Path directory) {
    return JournalOptions.builder(directory, "rows", 1)
        .maxValueBytes(100_000)
        .segmentBytes(1 << 20)
        .preallocate(false)
        .build();
  }

  private static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("value of slot " + slot));
  }

  private static SlotState committed(long slot) {
    return new SlotState.Committed(slot, BALLOT, accept(slot).value());
  }

  /** Four slots a life, a segment each. */
  private static Path write(Path directory) {
    for (int slot = 0; slot < SLOTS; slot += 4) {
      try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
        for (int i = slot; i < slot + 4; i++) {
          journal.learn(accept(i)).join();
        }
        journal.promise(new Ballot(10 + slot, 1)).join();
      }
    }
    return directory;
  }

  private static Path segment(Path directory, int index) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("wal-"))
          .sorted()
          .toList()
          .get(index);
    }
  }

  private static Map<String, Integer> content(Path directory) throws IOException {
    Map<String, Integer> content = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        content.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return content;
  }

  @Test
  void row28ADirectoryInASegmentsPlace() throws IOException {
    Path directory = write(temporary.resolve("journal"));
    Path inTheMiddle = segment(directory, 1);
    Files.delete(inTheMiddle);
    Files.createDirectory(inTheMiddle);

    for (int opening = 0; opening < 2; opening++) {
      try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
        for (int slot = 0; slot < SLOTS; slot++) {
          if (slot / 4 == 1) {
            assertThat(journal.slot(slot)).isInstanceOf(SlotState.Damaged.class);
          } else {
            assertThat(journal.slot(slot)).isEqualTo(committed(slot));
          }
        }
        assertThat(journal.status().promised()).contains(new Ballot(10 + SLOTS - 4, 1));
        journal.learn(accept(100 + opening)).join();
      }
    }
    assertThat(inTheMiddle).isDirectory();
  }

  @Test
  void row28AFolderWhereTheNextSegmentOrASpareWouldBeIsPassedOver() throws IOException {
    Path directory = write(temporary.resolve("journal"));
    JournalOptions options =
        JournalOptions.builder(directory, "rows", 1)
            .maxValueBytes(100_000)
            .segmentBytes(1 << 20)
            .build();
    long end;
    try (PaxosJournal journal = PaxosJournal.open(options)) {
      end = journal.status().logBytes();
    }
    List<Path> taken = new ArrayList<>();
    taken.add(directory.resolve(String.format("wal-%010d-%019d.seg", SLOTS / 4 + 1, end)));
    for (int number = 1; number < 6; number++) {
      taken.add(directory.resolve("spare-" + number + ".tmp"));
      taken.add(directory.resolve("spare-" + number + ".seg"));
    }
    for (Path folder : taken) {
      Files.createDirectories(folder.resolve("not the journal's"));
    }

    int slots = SLOTS + 30;
    try (PaxosJournal journal = PaxosJournal.open(options)) {
      for (int slot = SLOTS; slot < slots; slot++) {
        journal.learn(new Accept(slot, BALLOT, Value.copyOf(new byte[100_000]))).join();
      }
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
    }
    try (PaxosJournal journal = PaxosJournal.open(options)) {
      assertThat(journal.status().committedThrough()).isEqualTo(slots - 1);
      assertThat(journal.status().damaged()).isZero();
      assertThat(journal.slot(0)).isEqualTo(committed(0));
    }
    assertThat(taken).allSatisfy(folder -> assertThat(folder).isDirectory());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hint", "checkpoint", "checkpoint.tmp"})
  void row28AFolderOrALinkInPlaceOfADerivedFileIsReplacedAndNeverFollowed(String name)
      throws IOException {
    Path outside = Files.writeString(temporary.resolve("outside"), "not the journal's");
    Path directory = write(temporary.resolve("journal"));
    for (boolean link : new boolean[] {false, true}) {
      Path place = directory.resolve(name);
      Files.deleteIfExists(place);
      if (link) {
        Files.createSymbolicLink(place, outside);
      } else {
        Files.createDirectory(place);
      }
      try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
        assertThat(journal.status().damaged()).isZero();
        assertThat(journal.slot(SLOTS - 1)).isEqualTo(committed(SLOTS - 1));
        assertThat(journal.status().promised()).contains(new Ballot(10 + SLOTS - 4, 1));
      }
      assertThat(outside).hasContent("not the journal's");
    }
  }

  @Test
  void row24ARealReadOnlyFileSystemIsRefusedAndCanBeLookedAt() throws IOException {
    try (Mount mount = Mount.tmpfs(Files.createDirectory(temporary.resolve("mount")), "8m")) {
      Path directory = write(mount.directory().resolve("journal"));
      Map<String, Integer> before = content(directory);
      mount.setReadOnly(true);

      assertThatThrownBy(() -> PaxosJournal.open(options(directory)))
          .isInstanceOfSatisfying(
              JournalException.Unusable.class,
              refused ->
                  assertThat(refused.reason())
                      .isIn(
                          JournalException.Unusable.Reason.READ_ONLY,
                          JournalException.Unusable.Reason.NOT_WRITABLE));
      try (ReadOnlyJournal looked = PaxosJournal.openReadOnly(directory)) {
        assertThat(looked.slot(5)).isEqualTo(committed(5));
      }
      assertThat(content(directory)).isEqualTo(before);
      mount.setReadOnly(false);
      try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
        assertThat(journal.slot(5)).isEqualTo(committed(5));
      }
    }
  }

  /** Store faults would come as {@code InternalError}; writes are refused instead. */
  @Test
  void row22AFullTmpfsRefusesWritesKeepsPromisesAndResumes() throws IOException {
    try (Mount mount = Mount.tmpfs(Files.createDirectory(temporary.resolve("mount")), "6m")) {
      Path ballast = mount.directory().resolve("ballast");
      Files.write(ballast, new byte[2 << 20]);
      Path directory = mount.directory().resolve("journal");
      try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
        long slots = fill(journal);

        assertThat(journal.status().state()).isEqualTo(JournalStatus.State.FULL);
        assertThat(journal.slot(slots)).isEqualTo(new SlotState.Unknown(slots));
        for (long slot = 0; slot < slots; slot++) {
          assertThat(journal.slot(slot)).isInstanceOf(SlotState.Committed.class);
        }
        journal.promise(new Ballot(99, 1)).join();

        Files.delete(ballast);
        journal.learn(large(slots)).join();

        assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      }
      try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
        assertThat(journal.status().damaged()).isZero();
        assertThat(journal.status().promised()).contains(new Ballot(99, 1));
        assertThat(journal.status().firstGap()).isEmpty();
      }
    }
  }

  private static Accept large(long slot) {
    byte[] value = new byte[90_000];
    Arrays.fill(value, (byte) (slot + 1));
    return new Accept(slot, BALLOT, Value.copyOf(value));
  }

  /** Learns slots until one is refused; how many were taken. */
  private static long fill(PaxosJournal journal) {
    for (long slot = 0; slot < 1_000; slot++) {
      try {
        journal.learn(large(slot)).join();
      } catch (CompletionException refused) {
        assertThat(refused).hasCauseInstanceOf(JournalException.NoSpace.class);
        return slot;
      }
    }
    throw new AssertionError("it does not get full");
  }

  @Test
  void row30ARestoredBackupShowsAnOpenCounterThatWasSeenBefore() throws IOException {
    Path directory = write(temporary.resolve("journal"));
    Path backup = Files.createDirectory(temporary.resolve("backup"));
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, backup.resolve(file.getFileName()));
      }
    }
    JournalIdentity registered;
    try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
      journal.promise(new Ballot(50, 1)).join();
      registered = journal.identity();
    }

    try (PaxosJournal restored = PaxosJournal.open(options(backup))) {
      // From inside nothing is wrong; whoever kept the pair can tell.
      assertThat(restored.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(restored.identity().journalId()).isEqualTo(registered.journalId());
      assertThat(restored.identity().openCounter()).isLessThanOrEqualTo(registered.openCounter());
    }
    try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
      assertThat(journal.identity().openCounter()).isGreaterThan(registered.openCounter());
    }
  }

  @Test
  void row35AProcessThatIsStoppedForLongGoesOnAsIfNothingWas() throws Exception {
    KillModel model = new KillModel();
    model.nextTarget();
    try (ChildJvm child = ChildJvm.start(KillTarget.class, temporary, 35)) {
      child.line();
      for (int stop = 0; stop < 3; stop++) {
        hear(child, model, 200);
        signal(child, "STOP");
        // It must not end, and cannot say more than what it had said.
        assertThat(child.process.waitFor(1500, TimeUnit.MILLISECONDS)).isFalse();
        signal(child, "CONT");
      }
      hear(child, model, 2000);
      child.kill().forEach(model::hear);
    }
    try (PaxosJournal journal = PaxosJournal.open(KillTarget.options(temporary))) {
      model.check(journal);
    }
  }

  private static void hear(ChildJvm child, KillModel model, int lines) {
    for (int i = 0; i < lines; i++) {
      model.hear(child.line());
    }
  }

  private static void signal(ChildJvm child, String name) throws InterruptedException {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, String.valueOf(child.process.pid())).start();
      assertThat(kill.waitFor()).isZero();
    } catch (IOException absent) {
      throw new UncheckedIOException(absent);
    }
  }
}

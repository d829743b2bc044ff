package dev.paxosjournal.samples.replicatedkv.raftlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.raft.util.LogCache;
import org.jgroups.util.Util;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What jgroups-raft documents of its log, and what a journal adds to it. */
class JournalLogTest {
  @TempDir Path folder;

  private Log log;

  @BeforeEach
  void open() throws Exception {
    // As the engine makes it of the name of a class.
    log =
        Class.forName(JournalLog.class.getName())
            .asSubclass(Log.class)
            .getDeclaredConstructor()
            .newInstance();
    reopen();
  }

  private void reopen() throws Exception {
    log.init(
        folder.resolve("log").toString(),
        Map.of("segment_bytes", "1048576", "max_value_bytes", "65536"));
  }

  @AfterEach
  void close() throws Exception {
    log.close();
  }

  private static LogEntries entries(long... terms) {
    LogEntries entries = new LogEntries();
    for (long term : terms) {
      entries.add(new LogEntry(term, ("command of term " + term).getBytes(StandardCharsets.UTF_8)));
    }
    return entries;
  }

  private void shows(long first, long last, long commit, long term) {
    assertThat(
            List.of(log.firstAppended(), log.lastAppended(), log.commitIndex(), log.currentTerm()))
        .as("first, last, commit, term")
        .containsExactly(first, last, commit, term);
  }

  private static String command(LogEntry entry) {
    return new String(entry.command(), entry.offset(), entry.length(), StandardCharsets.UTF_8);
  }

  private long registeredTerm() throws Exception {
    log.close();
    try (PaxosJournal journal = openJournal()) {
      return journal.raft().registered().map(Registration::term).orElse(-1L);
    } finally {
      reopen();
    }
  }

  private PaxosJournal openJournal() {
    return PaxosJournal.open(
        JournalOptions.builder(folder.resolve("log/journal"), "jgroups-raft", 1)
            .segmentBytes(1 << 20)
            .maxValueBytes(1 << 16)
            .build());
  }

  /** The engine's cache is made around a log before it is opened, and asks it for all of this. */
  @Test
  void beforeItIsOpenItHoldsNothing() throws Exception {
    Log cached = new LogCache(new JournalLog().useFsync(true), 512);
    assertThat(cached.votedFor()).isNull();
    assertThat(cached.currentTerm()).isZero();
    assertThat(cached.lastAppended()).isZero();

    cached.init(folder.resolve("cached").toString(), null);
    cached.append(1, entries(3, 3));
    assertThat(cached.lastAppended()).isEqualTo(2);
    assertThat(cached.currentTerm()).isEqualTo(3);
    cached.close();
  }

  @Test
  void newLogIsEmpty() {
    shows(0, 0, 0, 0);
    assertThat(log.votedFor()).isNull();
    assertThat(log.get(0)).isNull();
    assertThat(log.get(1)).isNull();
    assertThat(log.getSnapshot()).isNull();
    assertThat(log.sizeInBytes()).isZero();
    assertThat(log.useFsync(false).useFsync()).isTrue();
  }

  @Test
  void entriesKeepTheirTermCommandAndMark() throws Exception {
    assertThat(log.append(1, entries(1, 1, 2))).isEqualTo(3);
    LogEntries internal = new LogEntries();
    internal.add(new LogEntry(2, new byte[] {1, 2, 3, 4}, 1, 2, true));
    assertThat(log.append(4, internal)).isEqualTo(4);
    shows(0, 4, 0, 2);

    for (int opening = 0; opening < 2; opening++) {
      assertThat(log.get(2).term()).isEqualTo(1);
      assertThat(command(log.get(3))).isEqualTo("command of term 2");
      LogEntry mark = log.get(4);
      assertThat(mark.internal()).isTrue();
      assertThat(command(mark)).isEqualTo("\u0002\u0003");
      assertThat(log.get(5)).isNull();
      log.close();
      reopen();
    }
    shows(0, 4, 0, 2);
    assertThat(log.size()).isEqualTo(4);
    assertThat(log.sizeInBytes()).isPositive();
  }

  @Test
  void termVoteAndCommitIndexSurviveReopening() throws Exception {
    Address candidate = Util.createRandomAddress("A");
    log.append(1, entries(1, 1, 1, 4, 4, 5));
    log.commitIndex(4);
    log.currentTerm(22);
    log.votedFor(candidate);
    log.close();
    reopen();

    shows(0, 6, 4, 22);
    assertThat(log.votedFor()).isEqualTo(candidate);
  }

  @Test
  void oneVoteInATermAndNoneThatIsForgotten() throws Exception {
    Address candidate = Util.createRandomAddress("A");
    log.currentTerm(3);
    log.votedFor(candidate);
    log.votedFor(candidate);
    log.votedFor(null);
    assertThat(log.votedFor()).isEqualTo(candidate);
    Address other = Util.createRandomAddress("B");
    assertThatThrownBy(() -> log.votedFor(other)).isInstanceOf(JournalException.AlreadyVoted.class);

    log.currentTerm(4);
    assertThat(log.votedFor()).isNull();
    log.currentTerm(3);
    assertThat(log.currentTerm()).isEqualTo(4);
  }

  @Test
  void deletedEntriesAreReplacedByOthers() throws Exception {
    log.append(1, entries(1, 1, 1, 2, 2, 2, 3, 3));
    log.commitIndex(5);

    log.deleteAllEntriesStartingFrom(6);
    shows(0, 5, 5, 2);
    assertThat(log.get(6)).isNull();
    assertThat(registeredTerm()).as("the register never falls").isEqualTo(3);

    log.append(6, entries(4));
    log.close();
    reopen();
    shows(0, 6, 5, 4);
    assertThat(log.get(6).term()).isEqualTo(4);
    assertThat(log.get(7)).isNull();
  }

  @Test
  void everythingUncommittedCanBeDeleted() {
    log.append(1, entries(1, 1, 2));
    log.deleteAllEntriesStartingFrom(1);
    shows(0, 0, 0, 0);
    log.append(1, entries(3));
    shows(0, 1, 0, 3);
  }

  @Test
  void committedEntriesAreNeverDeleted() {
    log.append(1, entries(1, 1, 1));
    log.commitIndex(2);
    assertThatIllegalArgumentException().isThrownBy(() -> log.deleteAllEntriesStartingFrom(2));
    shows(0, 3, 2, 1);
  }

  @Test
  void truncationDropsTheBeginningAndKeepsItsFirstEntry() throws Exception {
    log.append(1, entries(1, 1, 1, 2, 2, 2, 3, 3, 3, 3));
    log.commitIndex(8);

    log.truncate(6);
    shows(6, 10, 8, 3);
    log.truncate(10);
    shows(8, 10, 8, 3);
    assertThat(log.get(7)).isNull();
    assertThat(log.get(8)).isNotNull();
    assertThat(log.size()).isEqualTo(3);

    log.close();
    reopen();
    shows(8, 10, 8, 3);
    assertThat(log.get(7)).isNull();
    assertThat(log.get(8).term()).isEqualTo(3);
    List<Long> seen = new ArrayList<>();
    log.forEach((entry, index) -> seen.add(index));
    assertThat(seen).containsExactly(8L, 9L, 10L);
  }

  @Test
  void snapshotStandsForWhatIsTruncated() throws Exception {
    log.append(1, entries(1, 1, 1, 1));
    log.commitIndex(3);
    log.setSnapshot(ByteBuffer.wrap(new byte[] {7, 8, 9}));
    log.truncate(3);
    log.close();
    reopen();

    shows(3, 4, 3, 1);
    assertThat(log.getSnapshot()).isEqualTo(ByteBuffer.wrap(new byte[] {7, 8, 9}));
  }

  @Test
  void snapshotWhoseTruncationWasCutOffIsCompletedAtTheNextOpening() throws Exception {
    log.append(1, entries(1, 1, 1, 1));
    log.commitIndex(3);
    log.setSnapshot(ByteBuffer.wrap(new byte[] {7}));
    log.close();
    reopen();

    shows(3, 4, 3, 1);
  }

  @Test
  void installedSnapshotReplacesTheLog() throws Exception {
    log.append(1, entries(5, 5, 5, 5));
    log.setSnapshot(ByteBuffer.wrap(new byte[] {7}));
    log.reinitializeTo(20, new LogEntry(10, null));
    shows(20, 20, 20, 10);
    assertThat(log.size()).isEqualTo(1);
    assertThat(log.append(21, entries(15))).isEqualTo(21);

    for (int opening = 0; opening < 2; opening++) {
      shows(20, 21, 20, 15);
      assertThat(log.get(20).term()).isEqualTo(10);
      assertThat(log.get(20).command()).isNull();
      assertThat(log.get(4)).isNull();
      assertThat(log.getSnapshot()).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
      log.close();
      reopen();
    }
  }

  @Test
  void deletedLogBeginsAnew() throws Exception {
    log.append(1, entries(5, 5));
    log.votedFor(Util.createRandomAddress("A"));
    log.setSnapshot(ByteBuffer.wrap(new byte[] {7}));
    log.close();
    log.delete();
    assertThat(folder.resolve("log")).doesNotExist();

    reopen();
    newLogIsEmpty();
  }

  @Test
  void interruptedThreadLosesNothing() throws Exception {
    Thread.currentThread().interrupt();
    log.currentTerm(9);
    log.append(1, entries(9));
    assertThat(Thread.interrupted()).isTrue();
    log.close();
    reopen();
    shows(0, 1, 0, 9);
  }

  // Damage.

  /** Loses the bytes of one entry's command, and the checkpoint, on the disk of a closed log. */
  private void lose(String text) throws IOException {
    byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
    try (Stream<Path> files = Files.list(folder.resolve("log/journal"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".seg")).toList()) {
        byte[] content = Files.readAllBytes(file);
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(text);
        if (at >= 0) {
          content[at + wanted.length / 2] ^= 1;
          Files.write(file, content, StandardOpenOption.WRITE);
        }
      }
    }
    Files.deleteIfExists(folder.resolve("log/journal/checkpoint"));
  }

  private static LogEntries named(long term, String... commands) {
    LogEntries entries = new LogEntries();
    for (String command : commands) {
      entries.add(new LogEntry(term, command.getBytes(StandardCharsets.UTF_8)));
    }
    return entries;
  }

  @Test
  void damagedUncommittedEntryEndsTheLogAndSilencesTheVoterUntilItIsSentAgain() throws Exception {
    log.append(1, named(1, "first", "second", "third"));
    log.commitIndex(1);
    log.close();
    lose("second");
    reopen();

    assertThat(log.lastAppended()).isEqualTo(1);
    log.currentTerm(2);
    Address candidate = Util.createRandomAddress("A");
    assertThatThrownBy(() -> log.votedFor(candidate)).hasMessageContaining("no vote");

    log.append(2, named(1, "second"));
    log.votedFor(candidate);
    assertThat(log.lastAppended()).isEqualTo(2);
    log.append(3, named(1, "third"));
    log.close();
    reopen();
    assertThat(log.lastAppended()).isEqualTo(3);
    assertThat(command(log.get(3))).isEqualTo("third");
  }

  @Test
  void damagedCommittedEntryIsAnErrorUntilItIsRepaired() throws Exception {
    log.append(1, named(1, "first", "second", "third"));
    log.commitIndex(3);
    LogEntry second = log.get(2);
    log.close();
    lose("second");
    reopen();

    assertThatThrownBy(() -> log.get(2)).hasMessageContaining("cannot be read");
    assertThat(command(log.get(3))).isEqualTo("third");
    log.close();
    try (PaxosJournal journal = openJournal()) {
      Accept answer = new Accept(2, new Ballot(1, 0), EntryCodec.encode(second));
      journal.repair(slot -> Optional.of(answer)).join();
      assertThat(journal.slot(2)).isInstanceOf(SlotState.Committed.class);
    }
    reopen();
    assertThat(command(log.get(2))).isEqualTo("second");
  }

  // A snapshot of a peer.

  private static Snapshot through(long index, long term) {
    return new Snapshot(index, term, Value.utf8("state through " + index));
  }

  private void install(Snapshot snapshot) throws Exception {
    ((JournalLog) log).install(snapshot);
  }

  @Test
  void snapshotOfAPeerReplacesADamagedCommittedEntryAndNothingBehindIt() throws Exception {
    Address candidate = Util.createRandomAddress("A");
    log.append(1, named(1, "first", "second", "third", "fourth", "fifth"));
    log.commitIndex(4);
    log.currentTerm(3);
    log.votedFor(candidate);
    log.close();
    lose("second");
    reopen();

    install(through(3, 1));

    for (int opening = 0; opening < 2; opening++) {
      shows(3, 5, 4, 3);
      assertThat(log.votedFor()).isEqualTo(candidate);
      assertThat(log.get(2)).isNull();
      assertThat(command(log.get(3))).isEqualTo("third");
      assertThat(command(log.get(5))).isEqualTo("fifth");
      assertThat(log.getSnapshot()).isEqualTo(through(3, 1).state().asReadOnlyBuffer());
      log.close();
      reopen();
    }
  }

  @Test
  void snapshotThatEndsAtTheDamagedEntryStandsForIt() throws Exception {
    log.append(1, named(1, "first", "second", "third"));
    log.commitIndex(3);
    log.close();
    lose("second");
    reopen();

    install(through(2, 1));

    shows(2, 3, 3, 1);
    assertThat(log.get(2).command()).isNull();
    assertThat(command(log.get(3))).isEqualTo("third");
  }

  @Test
  void firstEntryThatIsDamagedIsIncludedInTheSnapshotOfItsOwn() throws Exception {
    log.append(1, named(1, "first", "second", "third"));
    log.commitIndex(2);
    log.setSnapshot(ByteBuffer.wrap(new byte[] {7}));
    log.truncate(2);
    log.close();
    lose("second");

    reopen();
    shows(2, 3, 2, 1);
    assertThat(log.get(2).command()).isNull();
    assertThat(command(log.get(3))).isEqualTo("third");
  }

  @Test
  void whatFollowsAnotherEntryThanThatOfTheSnapshotIsDropped() throws Exception {
    log.append(1, named(1, "first", "second", "third", "fourth"));
    log.commitIndex(1);

    install(through(3, 2));

    shows(3, 3, 3, 2);
    log.close();
    reopen();
    shows(3, 3, 3, 2);
    assertThat(log.get(4)).isNull();
  }

  @Test
  void behindADamagedEntryALowerTermIsDroppedAndAHigherOneKept() throws Exception {
    log.append(1, named(2, "first", "second", "third"));
    log.commitIndex(1);
    log.close();
    lose("second");
    reopen();
    install(through(2, 2));
    assertThat(log.lastAppended()).as("may have been acknowledged").isEqualTo(3);

    log.append(4, named(2, "fourth", "fifth"));
    log.close();
    lose("fourth");
    reopen();
    install(through(4, 3));
    assertThat(log.lastAppended()).as("of another history").isEqualTo(4);
  }

  @Test
  void installationThatWasCutOffIsCompletedAtTheNextOpening() throws Exception {
    log.append(1, named(1, "first", "second", "third"));
    log.commitIndex(3);
    log.close();
    lose("second");
    new SnapshotFile(folder.resolve("log")).write(through(2, 1));

    reopen();
    shows(2, 3, 3, 1);
  }

  @Test
  void snapshotThatDoesNotReachTheLogOrContradictsItIsRefused() throws Exception {
    log.append(1, named(1, "first", "second", "third", "fourth"));
    log.commitIndex(4);
    install(through(3, 1));

    assertThatIllegalArgumentException().isThrownBy(() -> install(through(1, 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> install(through(4, 2)))
        .withMessageContaining("committed here");
    shows(3, 4, 4, 1);
    assertThat(log.getSnapshot()).isEqualTo(through(3, 1).state().asReadOnlyBuffer());
  }

  @Test
  void damagedSnapshotIsAnErrorUnlessTheLogHasEverything() throws Exception {
    log.append(1, named(1, "first", "second", "third"));
    log.commitIndex(3);
    log.close();
    Path file = folder.resolve("log/snapshot");
    Files.writeString(file, "not a snapshot at all");

    reopen();
    shows(0, 3, 3, 1);
    assertThat(log.getSnapshot()).isNull();

    install(through(3, 1));
    log.close();
    Files.writeString(file, "not a snapshot at all");
    assertThatThrownBy(this::reopen).hasMessageContaining("the snapshot is damaged");
  }
}

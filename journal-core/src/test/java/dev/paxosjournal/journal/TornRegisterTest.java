package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.CrashStrategy;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A group at the end that nothing proves may have been acknowledged all the same: a vote in it is
 * never given twice as long as one copy of it can be read.
 */
@ExtendWith(QuietLogs.class)
class TornRegisterTest {
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();
  private static final int BLOCK = 4096;
  private static final Registration BEFORE = Registration.ofTerm(3);
  private static final Registration VOTE = Registration.ofVote(5, Value.utf8("candidate"));
  private static final Registration OTHER = Registration.ofVote(5, Value.utf8("another"));

  private MemoryDisk disk = new MemoryDisk();

  private SteppedJournal open() throws IOException {
    return SteppedJournal.open(disk, OPTIONS);
  }

  /** The vote is in the last group of a life, and the hint that covers it is gone. */
  private void vote(boolean promised) throws IOException {
    SteppedJournal journal = open();
    if (promised) {
      journal.submit(List.of(Call.promise(new Ballot(2, 1))));
    }
    journal.submit(List.of(Call.register(BEFORE)));
    journal.submit(List.of(Call.register(VOTE)));
    journal.abandon();
    disk.deleteNow("hint");
  }

  private String segment() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).findFirst().orElseThrow();
  }

  /** Where the last group begins in its file; it has two blocks. */
  private int lastGroup() throws IOException {
    SteppedJournal look = SteppedJournal.open(disk.copyOf(), OPTIONS);
    long position = look.life().log.end() - 2 * BLOCK;
    look.abandon();
    return (int) (8192 + position);
  }

  private void garble(int offset, int length) {
    byte[] garbage = new byte[length];
    Arrays.fill(garbage, (byte) 7);
    disk.overwrite(segment(), offset, garbage);
  }

  private void isNotGivenTwice() throws IOException {
    for (int opening = 0; opening < 3; opening++) {
      SteppedJournal journal = open();
      assertThat(journal.registered()).as("opening %d", opening).contains(VOTE);
      assertThat(journal.submit(List.of(Call.register(OTHER))).get(0).kind())
          .isEqualTo(Answer.Kind.ALREADY_VOTED);
      journal.abandon();
      disk = disk.crash(CrashStrategy.NOTHING, opening);
    }
  }

  @Test
  void theVoteOfAGroupThatLacksItsFirstBlockIsToldByTheCopyAtItsEnd() throws IOException {
    for (boolean promised : List.of(true, false)) {
      disk = new MemoryDisk();
      vote(promised);
      garble(lastGroup(), BLOCK);
      isNotGivenTwice();
    }
  }

  @Test
  void theVoteOfAGroupThatLacksItsLastBlockIsToldByItsRecord() throws IOException {
    vote(true);
    garble(lastGroup() + BLOCK, BLOCK);
    isNotGivenTwice();
  }

  @Test
  void nothingIsTakenOfAGroupWhoseRecordAndCopyAreBothGone() throws IOException {
    vote(true);
    garble(lastGroup() + 128, 2 * BLOCK - 128);
    SteppedJournal journal = open();
    assertThat(journal.registered()).contains(BEFORE);
    assertThat(journal.submit(List.of(Call.register(OTHER)))).containsExactly(Answer.DONE);
    journal.abandon();
  }

  /** What is written for a promise that only a torn group tells must tell the register as well. */
  @Test
  void aPromiseOfATornGroupIsWrittenAgainWithTheRegister() throws IOException {
    SteppedJournal journal = open();
    journal.submit(List.of(Call.register(VOTE)));
    // Its checkpoint proves this group, so that it is not written again.
    journal.close();
    SteppedJournal promising = open();
    promising.submit(List.of(Call.promise(new Ballot(9, 1))));
    promising.abandon();
    disk.deleteNow("hint");
    List<String> two = disk.names().stream().filter(name -> name.startsWith("wal-")).toList();
    byte[] garbage = new byte[BLOCK];
    Arrays.fill(garbage, (byte) 7);
    disk.overwrite(two.get(1), 8192, garbage);
    SteppedJournal torn = open();
    assertThat(torn.status().promised()).contains(new Ballot(9, 1));
    torn.close();
    // All but the last segment, which holds what that opening wrote, is lost.
    List<String> segments = disk.names().stream().filter(name -> name.startsWith("wal-")).toList();
    segments.subList(0, segments.size() - 1).forEach(disk::deleteNow);
    disk.deleteNow("checkpoint");
    SteppedJournal alone = open();
    assertThat(alone.registered()).contains(VOTE);
    assertThat(alone.registerLost()).isFalse();
    alone.abandon();
  }
}

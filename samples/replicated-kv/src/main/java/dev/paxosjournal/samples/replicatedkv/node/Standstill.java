package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import java.util.concurrent.TimeUnit;
import org.jgroups.View;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.raft.RaftHandle;

/**
 * Notices that the engine has come to a standstill that it does not end by itself. Its elections
 * begin when members come and go. A leader that was stopped, replaced and continued can come back
 * into a view of others who are ahead of its term: they take nothing from it, it does not hear of
 * their term, and nobody begins an election. The way out is to leave and to join again.
 */
final class Standstill {
  private static final long MOST_SECONDS_WITHOUT_COMMIT = 8;
  private static final long MOST_SECONDS_WITHOUT_LEADER = 20;

  private final RaftHandle node;
  private final JournalLog log;
  private long committed = -1;
  private long secondsWithoutCommit;
  private long secondsWithoutLeader;

  Standstill(RaftHandle node, JournalLog log) {
    this.node = node;
    this.log = log;
  }

  /** Returns when there is one, and says which. */
  String await() throws InterruptedException {
    while (true) {
      TimeUnit.SECONDS.sleep(1);
      look();
      if (secondsWithoutCommit >= MOST_SECONDS_WITHOUT_COMMIT) {
        return "it leads, but nothing was committed for " + secondsWithoutCommit + " s";
      }
      if (secondsWithoutLeader >= MOST_SECONDS_WITHOUT_LEADER) {
        return "a majority is here, but nobody has led for " + secondsWithoutLeader + " s";
      }
    }
  }

  private void look() {
    RAFT raft = node.raft();
    View view = node.channel().getView();
    boolean majority = view != null && view.size() >= raft.majority();
    secondsWithoutLeader = majority && raft.leader() == null ? secondsWithoutLeader + 1 : 0;
    boolean waits = raft.isLeader() && log.commitIndex() < log.lastAppended();
    secondsWithoutCommit = waits && log.commitIndex() == committed ? secondsWithoutCommit + 1 : 0;
    committed = log.commitIndex();
  }
}

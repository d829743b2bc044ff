package dev.paxosjournal.samples.quickstart.replay;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Plays one recording into a new journal and checks every recorded read on the way.
 *
 * <p>An engine's write does not say whether it accepts a value or learns it. One below the promise,
 * or below the ballot in its slot, would be refused as an accept; the engine may write it only
 * because the cluster has decided it, so it is learned. Everything else is accepted.
 */
final class Replay {
  private static final String CLUSTER = "replay";

  private final Recording recording;
  private final PaxosJournal journal;
  private final CallsUnderway calls = new CallsUnderway();

  // What the journal holds once all calls underway are done.
  private Optional<Ballot> promised = Optional.empty();
  private final Map<Long, Ballot> ballots = new HashMap<>();
  private final NavigableMap<Long, Ballot> uncommitted = new TreeMap<>();
  private long fixed = -1;

  private Replay(Recording recording, PaxosJournal journal) {
    this.recording = recording;
    this.journal = journal;
  }

  /**
   * Plays a recording, closes the journal, opens it again and says what it holds.
   *
   * @param file the recording
   * @param parent the directory in which the journal's directory is made, under the file's name
   */
  static FinalState run(Path file, Path parent) throws ReplayFailure {
    try (Recording recording = Recording.open(file)) {
      RecordedCall first =
          recording.next().orElseThrow(() -> new ReplayFailure("the file holds no calls"));
      if (!(first instanceof RecordedCall.Open open)) {
        throw ReplayFailure.at(recording.line(), "the first call is not \"open\"");
      }
      String name = String.valueOf(file.getFileName());
      JournalOptions options = options(newDirectory(parent.resolve(name)), open.node());
      try (PaxosJournal journal = PaxosJournal.open(options)) {
        new Replay(recording, journal).play(open.node());
      }
      try (PaxosJournal reopened = PaxosJournal.open(options)) {
        return FinalState.of(name, reopened);
      }
    } catch (JournalException e) {
      throw new ReplayFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private static Path newDirectory(Path directory) throws ReplayFailure {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new ReplayFailure(
          directory + " exists already; remove it, or name another --paxos.journal.directory");
    }
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new ReplayFailure("the directory " + directory + " cannot be made: " + e, e);
    }
  }

  private static JournalOptions options(Path directory, int node) {
    // Many small journals, none of them written to for long: zeros ahead of need would cost more
    // than they save.
    return JournalOptions.builder(directory, CLUSTER, node).preallocate(false).build();
  }

  private void play(int node) throws ReplayFailure {
    Optional<RecordedCall> next = recording.next();
    for (; next.isPresent(); next = recording.next()) {
      RecordedCall call = next.get();
      if (call instanceof RecordedCall.Progress progress) {
        progress(progress);
      } else if (call instanceof RecordedCall.Write write) {
        write(write);
      } else if (call instanceof RecordedCall.Read read) {
        read(read);
      } else if (call instanceof RecordedCall.Sync) {
        sync();
      } else if (call instanceof RecordedCall.Open open) {
        openAgain(open, node);
      }
    }
    calls.awaitAll();
  }

  private void progress(RecordedCall.Progress progress) throws ReplayFailure {
    if (isAbovePromise(progress.promised())) {
      promised = Optional.of(progress.promised());
      calls.add(recording.line(), "promise", journal.promise(progress.promised()));
    }
    fixed = Math.max(fixed, progress.fixed());
    commitFixed();
  }

  private void write(RecordedCall.Write write) throws ReplayFailure {
    Accept accept = new Accept(write.slot(), write.ballot(), write.value());
    if (isBelow(promised, write.ballot()) || isBelow(held(write.slot()), write.ballot())) {
      calls.add(recording.line(), "learn", write.slot(), journal.learn(accept));
      hold(write, true);
    } else {
      calls.add(recording.line(), "accept", write.slot(), journal.accept(accept));
      if (isAbovePromise(write.ballot())) {
        promised = Optional.of(write.ballot());
      }
      hold(write, false);
      // The engine may have told that the slot is fixed before it wrote the value.
      commitFixed();
    }
  }

  /** A committed slot stays as it is: the same value again changes nothing, another is refused. */
  private void hold(RecordedCall.Write write, boolean committed) {
    boolean wasCommitted =
        ballots.containsKey(write.slot()) && !uncommitted.containsKey(write.slot());
    if (wasCommitted) {
      return;
    }
    ballots.put(write.slot(), write.ballot());
    if (committed) {
      uncommitted.remove(write.slot());
    } else {
      uncommitted.put(write.slot(), write.ballot());
    }
  }

  private void commitFixed() throws ReplayFailure {
    Iterator<Map.Entry<Long, Ballot>> decided =
        uncommitted.headMap(fixed, true).entrySet().iterator();
    while (decided.hasNext()) {
      Map.Entry<Long, Ballot> slot = decided.next();
      calls.add(
          recording.line(),
          "commit",
          slot.getKey(),
          journal.commit(slot.getKey(), slot.getValue()));
      decided.remove();
    }
  }

  private void read(RecordedCall.Read read) throws ReplayFailure {
    calls.awaitSlot(read.slot());
    SlotState found = journal.slot(read.slot());
    if (!ballotIn(found).equals(read.found()) || found instanceof SlotState.Damaged) {
      throw ReplayFailure.at(
          recording.line(),
          "read of slot "
              + read.slot()
              + ": expected "
              + read.found().map(ballot -> "ballot " + ballot).orElse("nothing")
              + ", found "
              + describe(found));
    }
  }

  private void sync() throws ReplayFailure {
    calls.add(recording.line(), "sync", journal.sync());
    calls.awaitAll();
  }

  /** The engine was started again: so is the journal. */
  private void openAgain(RecordedCall.Open open, int node) throws ReplayFailure {
    if (open.node() != node) {
      throw ReplayFailure.at(
          recording.line(), "node " + open.node() + " in the recording of node " + node);
    }
    calls.awaitAll();
    journal.close();
    journal.reopen();
  }

  private boolean isAbovePromise(Ballot ballot) {
    return promised.isEmpty() || promised.get().isBelow(ballot);
  }

  private static boolean isBelow(Optional<Ballot> bound, Ballot ballot) {
    return bound.isPresent() && ballot.isBelow(bound.get());
  }

  private Optional<Ballot> held(long slot) {
    return Optional.ofNullable(ballots.get(slot));
  }

  private static Optional<Ballot> ballotIn(SlotState state) {
    if (state instanceof SlotState.Pending pending) {
      return Optional.of(pending.ballot());
    }
    if (state instanceof SlotState.Committed committed) {
      return Optional.of(committed.ballot());
    }
    return Optional.empty();
  }

  private static String describe(SlotState state) {
    if (state instanceof SlotState.Damaged damaged) {
      return "damage: " + damaged.reason();
    }
    return ballotIn(state).map(ballot -> "ballot " + ballot).orElse("nothing");
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.wal.ShardState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The checkpoint that an opening finds, and what it is good for: as a start of the scan it needs
 * the positions that it vouches for, as a proof of what was forced it needs nothing.
 */
final class FoundCheckpoint {
  private final Disk disk;
  private final List<String> findings = new ArrayList<>();
  private Optional<Checkpoint> read = Optional.empty();
  private boolean diskFailed;

  private FoundCheckpoint(Disk disk) {
    this.disk = disk;
  }

  /** Looks, and changes nothing. */
  static FoundCheckpoint read(Disk disk) throws IOException {
    FoundCheckpoint found = new FoundCheckpoint(disk);
    try {
      found.read = Checkpoint.readOrFail(disk);
    } catch (NoSpaceException tooManyOpenFiles) {
      throw tooManyOpenFiles;
    } catch (IOException failure) {
      found.diskFailed = true;
      found.findings.add("the disk cannot read the checkpoint: " + failure.getMessage());
    }
    return found;
  }

  /** Whether the disk failed to read it: that proves nothing, and may pass. */
  boolean diskFailed() {
    return diskFailed;
  }

  /** What was seen, for people. */
  List<String> findings() {
    return findings;
  }

  /** What it tells of a journal whose log begins at a position; empty if that is nothing. */
  Optional<Checkpoint> of(UUID journalId, long firstPosition) {
    Optional<Checkpoint> fitting =
        read.filter(each -> each.journalId().equals(journalId) && each.position() >= firstPosition);
    if (fitting.isEmpty()) {
      findings.add("no checkpoint fits the log: read it from its start and rebuilt the positions");
    }
    return fitting;
  }

  /** Whether the positions that it vouches for are there. */
  boolean isCovered(Positions positions) throws IOException {
    Checkpoint checkpoint = read.orElseThrow();
    ShardState state = checkpoint.state();
    List<SlotRange> ranges = new ArrayList<>(checkpoint.committedAbove());
    if (state.committedThrough() >= state.firstAvailable()) {
      ranges.add(new SlotRange(state.firstAvailable(), state.committedThrough()));
    }
    boolean covered;
    try {
      covered = ranges.stream().allMatch(positions::coversAll);
    } catch (UncheckedIOException tooManyOpenFiles) {
      throw tooManyOpenFiles.getCause();
    }
    if (!covered) {
      findings.add(
          "the checkpoint does not fit the positions: it proves what was forced, but the log was"
              + " read from its start and the positions rebuilt");
    }
    return covered;
  }

  /**
   * Removes one that did not serve as a start. Not before everything else is done: an opening that
   * is refused leaves what there is. But then, or it could fit again, now that the positions are
   * rebuilt, after a scan that could not read it.
   */
  void forget() throws IOException {
    if (!disk.list(Checkpoint.FILE::equals).isEmpty()) {
      disk.delete(Checkpoint.FILE);
      disk.forceDirectory();
    }
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.slots.Positions;
import dev.paxosjournal.wal.Hint;
import dev.paxosjournal.wal.LogIdentity;
import dev.paxosjournal.wal.LogOpening;
import dev.paxosjournal.wal.SegmentFile;
import dev.paxosjournal.wal.SegmentHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose files a directory holds: refuses those of another node or cluster, and of several journals'
 * files takes those of this one. Changes nothing.
 */
final class Ownership {
  // What a file's word counts. One file may have been copied here from elsewhere: no file decides
  // alone against hint and checkpoint, and these do not against two segments.
  private static final int SEGMENT = 3;
  private static final int MISNAMED_SEGMENT = 2;
  private static final int HINT = 3;
  private static final int CHECKPOINT = 2;

  private final Disk disk;
  private final JournalOptions options;
  private final LogOpening opening;
  private final List<String> findings = new ArrayList<>();
  private final List<SegmentFile> ours = new ArrayList<>();
  private final List<SegmentFile> headless = new ArrayList<>();
  private @Nullable UUID journalId;

  private Ownership(Disk disk, JournalOptions options, LogOpening opening) {
    this.disk = disk;
    this.options = options;
    this.opening = opening;
  }

  /**
   * Looks at what an opening found.
   *
   * @throws JournalException if the directory must not be used
   */
  static Ownership of(Disk disk, JournalOptions options, LogOpening opening) throws IOException {
    Ownership ownership = new Ownership(disk, options, opening);
    ownership.sort();
    return ownership;
  }

  /** The segments of this journal, those among them whose headers had to be inferred. */
  List<SegmentFile> segments() {
    return ours;
  }

  /** Files with a segment's name of which no header could be read or inferred. */
  List<SegmentFile> headless() {
    return headless;
  }

  /** One sentence for each file that is left alone. */
  List<String> findings() {
    return findings;
  }

  /** Which journal it is; empty if no header, hint or checkpoint tells. */
  Optional<UUID> journalId() {
    return Optional.ofNullable(journalId);
  }

  private void sort() throws IOException {
    List<SegmentFile> files = opening.segmentFiles();
    SegmentFile foreign = null;
    for (SegmentFile file : files) {
      if (file.verdict() == SegmentHeader.Verdict.NEWER) {
        throw new JournalException.UnsupportedVersion(
            disk.path(file.fileName()), file.version(), SegmentHeader.VERSION);
      }
      if (file.header().isEmpty()) {
        headless.add(file);
      } else if (isOurs(file.header().get().identity())) {
        ours.add(file);
      } else {
        foreign = file;
      }
    }
    if (foreign != null && ours.isEmpty()) {
      throw foreign(foreign.header().orElseThrow().identity());
    }
    chooseJournal();
    inferHeaders();
    Set<String> names = new HashSet<>();
    ours.forEach(one -> names.add(one.fileName()));
    for (SegmentFile file : files) {
      if (!names.contains(file.fileName())) {
        findings.add("left alone: " + file.fileName() + ", which is not a segment of this journal");
      }
    }
  }

  /** Whether segments were left, but nothing that tells whose they are. */
  boolean isUnknown() {
    return journalId == null && !ours.isEmpty();
  }

  private boolean isOurs(LogIdentity identity) {
    return identity.clusterId().equals(options.clusterId())
        && identity.nodeId() == options.nodeId();
  }

  private static UUID idOf(SegmentFile file) {
    return file.header().orElseThrow().identity().journalId();
  }

  /** Whose journal most files say it is: single files of another one may have been copied here. */
  private void chooseJournal() throws IOException {
    Map<UUID, Integer> votes = new HashMap<>();
    Optional<Hint> hint = opening.hint();
    Optional<Checkpoint> checkpoint = Checkpoint.read(disk);
    hint.ifPresent(found -> votes.merge(found.journalId(), HINT, Integer::sum));
    checkpoint.ifPresent(found -> votes.merge(found.journalId(), CHECKPOINT, Integer::sum));
    Set<UUID> told = new HashSet<>(votes.keySet());
    ours.forEach(file -> told.add(idOf(file)));
    if (told.size() > 1) {
      // A header that was written here by mistake says nothing of the groups behind it.
      for (SegmentFile file : List.copyOf(ours)) {
        if (file.groupsContradictHeader(disk)) {
          ours.remove(file);
          headless.add(file);
        }
      }
    }
    ours.forEach(file -> votes.merge(idOf(file), weightOf(file), Integer::sum));
    if (votes.isEmpty()) {
      return;
    }
    List<UUID> chosen = most(votes);
    if (chosen.size() > 1) {
      for (UUID id : chosen) {
        // Positions hold no id, but their checksums cover it.
        votes.merge(id, new Positions(disk, id).filesThatFit(), Integer::sum);
      }
      chosen = most(votes);
    }
    UUID first = chosen.get(0);
    boolean hasSegments = ours.stream().anyMatch(file -> idOf(file).equals(first));
    // Without a segment that agrees, hint and checkpoint must at least agree with each other.
    if (chosen.size() > 1 || (!hasSegments && votes.size() > 1)) {
      throw new JournalException.Unusable(
          JournalException.Unusable.Reason.DAMAGED,
          options.directory(),
          options.directory()
              + " holds files of "
              + votes.size()
              + " journals of this node, and nothing tells which is the right one: "
              + votes.keySet()
              + "; move the files of the others away");
    }
    journalId = first;
    ours.removeIf(file -> !idOf(file).equals(first));
  }

  private static int weightOf(SegmentFile file) {
    boolean named = file.header().orElseThrow().fileName().equals(file.fileName());
    return named ? SEGMENT : MISNAMED_SEGMENT;
  }

  private static List<UUID> most(Map<UUID, Integer> votes) {
    int most = Collections.max(votes.values());
    return votes.keySet().stream().filter(id -> votes.getOrDefault(id, 0) == most).toList();
  }

  /** Of files whose own headers are gone, name and groups tell what is needed. */
  private void inferHeaders() throws IOException {
    if (headless.isEmpty()) {
      return;
    }
    LogIdentity identity =
        ours.isEmpty()
            ? new LogIdentity(
                options.clusterId(),
                options.nodeId(),
                journalId().orElseGet(UUID::randomUUID),
                // Each life made a segment: there were no more lives than that.
                opening.highestSequence())
            : ours.get(0).header().orElseThrow().identity();
    for (SegmentFile file : List.copyOf(headless)) {
      Optional<SegmentHeader> inferred = file.inferHeader(disk, identity);
      if (inferred.isPresent()) {
        headless.remove(file);
        // A copy whose headers are gone must not pass for a segment that is here itself.
        inferred
            .filter(header -> ours.stream().noneMatch(one -> isSame(one, header)))
            .ifPresent(header -> ours.add(file.with(header)));
      }
    }
  }

  private static boolean isSame(SegmentFile known, SegmentHeader inferred) {
    SegmentHeader header = known.header().orElseThrow();
    return header.sequence() == inferred.sequence() || header.salt() == inferred.salt();
  }

  private JournalException.ForeignJournal foreign(LogIdentity owner) {
    boolean otherCluster = !owner.clusterId().equals(options.clusterId());
    return new JournalException.ForeignJournal(
        options.directory()
            + " belongs to "
            + (otherCluster ? "cluster \"" + owner.clusterId() + "\"" : "node " + owner.nodeId())
            + ", but this node is configured as "
            + (otherCluster
                ? "part of cluster \"" + options.clusterId() + "\""
                : "node " + options.nodeId())
            + "; point it at its own directory");
  }
}

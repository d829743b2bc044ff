package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.NioDisk;
import dev.paxosjournal.disk.ShadowDisk;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.wal.LogIdentity;
import dev.paxosjournal.wal.LogOpening;
import dev.paxosjournal.wal.SegmentFile;
import dev.paxosjournal.wal.SegmentHeader;
import dev.paxosjournal.wal.Upkeep;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A journal's directory, looked at: takes no lock and changes nothing on disk, and works beside the
 * node that owns it. Shows what an opening would find at the moment of the last look; {@link
 * #refresh()} looks again.
 *
 * <p>The owner may roll, compact and reuse files meanwhile. So what seems damaged is looked at anew
 * before it is called so.
 */
public final class ReadOnlyJournal extends JournalReads implements Closeable {
  private static final int MOST_LOOKS = 6;

  private final Path directory;
  private final DiskSource disks;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile @Nullable Life present;
  private volatile boolean closed;
  private List<String> seen = List.of();
  private Optional<Operation> verified = Optional.empty();

  /** Opens the directory anew for each look. */
  interface DiskSource {
    Disk open() throws IOException;
  }

  private ReadOnlyJournal(Path directory, DiskSource disks) {
    this.directory = directory;
    this.disks = disks;
  }

  static ReadOnlyJournal open(Path directory) {
    return open(directory, () -> NioDisk.openToRead(directory));
  }

  static ReadOnlyJournal open(Path directory, DiskSource disks) {
    ReadOnlyJournal journal = new ReadOnlyJournal(directory, disks);
    journal.refresh();
    return journal;
  }

  /** Looks again; answers rest on what is found now. */
  public void refresh() {
    looking.lock();
    try {
      if (closed) {
        throw closed();
      }
      Life before = present;
      present = look();
      if (before != null) {
        closeLife(before);
      }
    } finally {
      looking.unlock();
    }
  }

  /** What two looks in a row agree on, or what shows no damage. */
  private Life look() {
    List<Long> damaged = null;
    for (int i = 1; ; i++) {
      try {
        Life life = lookOnce();
        List<Long> now = life.use(state -> List.of(state.damage().count(), state.highestSlot()));
        boolean whole = now.get(0) == 0 && life.recovery.tornBytes() == 0;
        if (whole || now.equals(damaged) || i == MOST_LOOKS) {
          return life;
        }
        damaged = now;
        closeLife(life);
      } catch (IOException failure) {
        if (i == MOST_LOOKS || SegmentsOnly.isFinal(failure)) {
          throw JournalAssembly.unusable(directory, failure);
        }
      } catch (JournalException.Unusable failure) {
        if (i == MOST_LOOKS) {
          throw failure;
        }
      }
    }
  }

  private Life lookOnce() throws IOException {
    Disk real = disks.open();
    boolean opened = false;
    Disk shadow = new ShadowDisk(real);
    try {
      seen = fingerprint(real);
      LogIdentity identity = ownerOf(real);
      JournalOptions options =
          JournalOptions.builder(directory, identity.clusterId(), identity.nodeId())
              .create(false)
              .preallocate(false)
              .build();
      Life life = Recovery.look(shadow, options, SegmentsOnly.NO_UPKEEP);
      opened = true;
      return life;
    } finally {
      if (!opened) {
        shadow.close();
      }
    }
  }

  /** Whose journal most of its segments say it is. */
  private LogIdentity ownerOf(Disk disk) throws IOException {
    Map<String, Integer> votes = new HashMap<>();
    Map<String, LogIdentity> owners = new HashMap<>();
    try (LogOpening opening = LogOpening.look(disk)) {
      for (SegmentFile file : opening.segmentFiles()) {
        if (file.verdict() == SegmentHeader.Verdict.NEWER) {
          throw new JournalException.UnsupportedVersion(
              disk.path(file.fileName()), file.version(), SegmentHeader.VERSION);
        }
        file.header()
            .map(SegmentHeader::identity)
            .ifPresent(
                owner -> {
                  String name = owner.nodeId() + "@" + owner.clusterId();
                  votes.merge(name, 1, Integer::sum);
                  owners.put(name, owner);
                });
      }
    }
    if (votes.isEmpty()) {
      throw new JournalException.Unusable(
          JournalException.Unusable.Reason.MISSING,
          directory,
          directory + " holds no journal; name the directory that holds the files wal-….seg");
    }
    String most = Collections.max(votes.entrySet(), Map.Entry.comparingByValue()).getKey();
    return Objects.requireNonNull(owners.get(most));
  }

  private static List<String> fingerprint(Disk disk) throws IOException {
    return disk.list().stream().filter(name -> name.endsWith(".seg")).toList();
  }

  @Override
  <T> T read(Function<Life, T> question) {
    while (true) {
      Life life = present;
      if (life == null || closed) {
        throw closed();
      }
      T answer = question.apply(life);
      if (life == present) {
        return answer;
      }
    }
  }

  /** Damage that the last look did not know of may be the owner's work: looks once more. */
  @Override
  SlotReader.Answer readSlot(Life life, long slot) {
    SlotReader.Answer answer = life.answer(slot);
    if (!(answer.state() instanceof SlotState.Damaged)
        || life.use(known -> known.damageOf(slot)).isPresent()
        || !filesChanged()) {
      return answer;
    }
    refresh();
    Life next = present;
    return next == null ? answer : next.answer(slot);
  }

  private boolean filesChanged() {
    try (Disk disk = disks.open()) {
      return !fingerprint(disk).equals(seen);
    } catch (IOException cannotTell) {
      return true;
    }
  }

  @Override
  void foundDamaged(Life life, long slot) {
    // Nothing is written down here.
  }

  /**
   * Reads everything and checks it, on the caller's thread, as {@link PaxosJournal#verify} does.
   *
   * @param bytesPerSecond how fast to read; 0 for as fast as the disk
   */
  public Operation verify(long bytesPerSecond) {
    RunningOperation run = new RunningOperation(1, Operation.Kind.VERIFY, false);
    Operation.State end = Operation.State.DONE;
    try {
      read(
          life -> {
            new Verification(life, run, slot -> readSlot(life, slot), damaged -> {})
                .run(new Pace(bytesPerSecond));
            return true;
          });
    } catch (Verification.Ended ended) {
      end = ended.state();
      run.find(String.valueOf(ended.getMessage()));
    }
    run.end(end);
    verified = Optional.of(run.snapshot());
    return run.snapshot();
  }

  /**
   * Finds out, on the caller's thread, what {@link PaxosJournal#rebuild(boolean)} would put right,
   * and puts nothing right.
   */
  public Operation rebuildDryRun() {
    RunningOperation run = new RunningOperation(1, Operation.Kind.REBUILD, true);
    Operation.State end =
        read(
            life -> {
              try {
                Maintenance.wrongEntries(life, run);
                return Operation.State.DONE;
              } catch (IOException failure) {
                run.find("ended early: " + failure);
                return Operation.State.FAILED;
              }
            });
    run.end(end);
    return run.snapshot();
  }

  @Override
  public JournalStatus status() {
    return read(Life::status);
  }

  /** The last {@link #verify(long)}. */
  @Override
  public Optional<Operation> operation() {
    return verified;
  }

  @Override
  public List<Operation> operations() {
    return verified.stream().toList();
  }

  /** All zero: nothing is written here. */
  @Override
  public JournalCounters counters() {
    return new Telemetry(JournalOptions.builder(directory, "none", 0).build()).read(0, 0);
  }

  @Override
  public long diskFreeBytes() {
    try (Disk disk = disks.open()) {
      return disk.freeBytes();
    } catch (IOException cannotTell) {
      return -1;
    }
  }

  private JournalException.Closed closed() {
    return new JournalException.Closed(directory.toString());
  }

  private static void closeLife(Life life) {
    try {
      life.closeFiles();
      life.disk.close();
    } catch (IOException onlyRead) {
      // Nothing was written that could be lost.
    }
  }

  @Override
  public void close() {
    looking.lock();
    try {
      closed = true;
      Life last = present;
      present = null;
      if (last != null) {
        closeLife(last);
      }
    } finally {
      looking.unlock();
    }
  }

  /** What a look leaves out. */
  private static final class SegmentsOnly {
    static final Upkeep NO_UPKEEP =
        new Upkeep() {
          @Override
          public void execute(Runnable task) {
            // Tidying is the owner's business.
          }

          @Override
          public void executeLong(Runnable task) {
            // Nothing will be written.
          }
        };

    /** Whether looking again would not help. */
    static boolean isFinal(IOException failure) {
      return failure instanceof NotDirectoryException || failure instanceof AccessDeniedException;
    }
  }
}

package dev.paxosjournal.slots;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotRange;
import dev.paxosjournal.wal.Crc;
import dev.paxosjournal.wal.SegmentHeader;
import dev.paxosjournal.wal.WalPointer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where each committed slot lies in the log: files of fixed-width entries, found by slot at
 * constant cost (FORMAT.md, section 7). An entry is a claim that each use checks against the
 * record.
 *
 * <p>One thread writes; any thread reads.
 */
public final class Positions implements CommittedSlots, Closeable {
  /** How many slots one file holds. */
  static final long SLOTS_PER_FILE = 1 << 18;

  static final int ENTRY_BYTES = 32;
  private static final int CRC = 28;
  private static final int RUN_BYTES = 64 * 1024;
  private static final Pattern NAME = Pattern.compile("positions-00000-(\\d{19})\\.pos");

  private static final Logger log = LoggerFactory.getLogger(Positions.class);

  private final Disk disk;
  private final UUID journalId;
  private final PositionsFiles files;

  // A run of neighbouring entries, not yet written.
  private final ByteBuffer run = ByteBuffer.allocateDirect(RUN_BYTES);
  private long runFirst = -1;

  /** What could not be written; empty but for a full or failing disk. */
  private final ConcurrentSkipListMap<Long, SlotLocation> late = new ConcurrentSkipListMap<>();

  private final ByteBuffer scratch = ByteBuffer.allocate(24 + ENTRY_BYTES);
  private final Crc crc = new Crc();

  /** What a look-up found. */
  public sealed interface Lookup {}

  /** A valid entry. */
  public record Entry(SlotLocation location) implements Lookup {}

  /** No entry, or one that is not valid: derived data is damaged, the log knows better. */
  public record NoEntry(String reason) implements Lookup {}

  /** Too many files are open to look: that says nothing of the entry. */
  public record NotNow(NoSpaceException why) implements Lookup {}

  /** The positions files in a directory, for a journal with this id. */
  public Positions(Disk disk, UUID journalId) {
    this.disk = disk;
    this.journalId = journalId;
    this.files = new PositionsFiles(disk);
  }

  /** Whether a file name is one of a positions file. */
  public static boolean isPositions(String fileName) {
    return NAME.matcher(fileName).matches();
  }

  /** The name of the file that holds a slot's entry. */
  static String fileName(long slot) {
    long start = slot / SLOTS_PER_FILE * SLOTS_PER_FILE;
    return "positions-00000-" + SegmentHeader.padded(start, 19) + ".pos";
  }

  /** The first slot of each positions file in the directory, ascending. */
  public List<Long> fileStarts() throws IOException {
    List<Long> starts = new ArrayList<>();
    for (String name : disk.list(Positions::isPositions)) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        try {
          starts.add(Long.parseLong(matcher.group(1)));
        } catch (NumberFormatException beyondLong) {
          // Not a name that this class gives: somebody else's file.
        }
      }
    }
    return starts;
  }

  /** Whether the file of a slot is there and long enough to hold its entry. */
  boolean covers(long slot) {
    // Not kept open: there may be more of these files than a process may have open.
    try (DiskFile file = disk.open(fileName(slot), Disk.Access.READ)) {
      return file.size() >= offsetOf(slot) + ENTRY_BYTES;
    } catch (NoSpaceException tooManyOpenFiles) {
      throw new UncheckedIOException(tooManyOpenFiles);
    } catch (IOException unreadable) {
      return false;
    }
  }

  /**
   * Whether the files of all slots of a range are there and long enough.
   *
   * @throws UncheckedIOException if too many files are open to look: a checkpoint that vouches for
   *     them would be given up, and with it what it proves
   */
  public boolean coversAll(SlotRange range) {
    long last = range.last();
    for (long start = range.first() / SLOTS_PER_FILE * SLOTS_PER_FILE;
        start >= 0 && start <= last;
        start += SLOTS_PER_FILE) {
      if (!covers(Math.min(last, start + (SLOTS_PER_FILE - 1)))) {
        return false;
      }
    }
    return true;
  }

  /** Notes where a committed slot lies; written with its neighbours, at the latest by flush. */
  @Override
  public void put(long slot, SlotLocation location) {
    boolean joins =
        runFirst >= 0
            && slot == runFirst + run.position() / ENTRY_BYTES
            && slot % SLOTS_PER_FILE != 0
            && run.hasRemaining();
    if (!joins) {
      writeRun();
      runFirst = slot;
    }
    if (!late.isEmpty()) {
      late.remove(slot);
    }
    int at = run.position();
    WalPointer pointer = location.pointer();
    run.putLong(pointer.position());
    run.putLong(location.ballot().round());
    run.putInt(location.ballot().node());
    run.putInt(pointer.lengthBytes());
    run.putInt(pointer.checksum());
    run.putInt(checksum(slot, run, at));
  }

  /**
   * Hands what was put to the file system, so that readers find it; does not force. What cannot be
   * written, as on a full disk, is kept in memory and tried again with the next flush.
   */
  @Override
  public void flush() {
    writeRun();
    if (late.isEmpty()) {
      return;
    }
    for (Map.Entry<Long, SlotLocation> entry : List.copyOf(late.entrySet())) {
      put(entry.getKey(), entry.getValue());
      writeRun();
      if (late.containsKey(entry.getKey())) {
        return;
      }
    }
  }

  private void writeRun() {
    if (runFirst < 0) {
      return;
    }
    long first = runFirst;
    runFirst = -1;
    run.flip();
    int bytes = run.limit();
    try {
      files.write(fileName(first), run, offsetOf(first));
    } catch (IOException failure) {
      if (late.isEmpty()) {
        log.warn("positions cannot be written and are kept in memory: {}", failure.getMessage());
      }
      run.clear();
      for (int at = 0; at < bytes; at += ENTRY_BYTES) {
        late.put(first + at / ENTRY_BYTES, location(run, at));
      }
    } finally {
      run.clear();
    }
  }

  /** Makes everything flushed before this call durable. May be called from another thread. */
  public void force() throws IOException {
    if (!late.isEmpty()) {
      throw new IOException(late.size() + " positions could not be written yet");
    }
    files.force();
  }

  /** Where a committed slot lies. */
  @Override
  public Lookup get(long slot) {
    SlotLocation unwritten = late.get(slot);
    if (unwritten != null) {
      return new Entry(unwritten);
    }
    ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
    try {
      if (files.read(fileName(slot), entry, offsetOf(slot)) < ENTRY_BYTES) {
        return new NoEntry(fileName(slot) + " is too short");
      }
    } catch (NoSuchFileException missing) {
      return new NoEntry(fileName(slot) + " is missing");
    } catch (NoSpaceException tooManyOpenFiles) {
      return new NotNow(tooManyOpenFiles);
    } catch (IOException failure) {
      return new NoEntry(fileName(slot) + " cannot be read: " + failure.getMessage());
    }
    if (entry.getInt(CRC) != new Checksum(journalId).of(slot, entry, 0)) {
      return new NoEntry(fileName(slot) + " has no valid entry for the slot");
    }
    return new Entry(location(entry, 0));
  }

  /**
   * Where neighbouring committed slots lie, with one read for each file.
   *
   * @param first the lowest slot
   * @param count how many slots
   */
  @Override
  public List<Lookup> get(long first, int count) {
    List<Lookup> found = new ArrayList<>(count);
    while (found.size() < count) {
      long slot = first + found.size();
      long leftInFile = SLOTS_PER_FILE - slot % SLOTS_PER_FILE;
      readRun(slot, (int) Math.min(leftInFile, count - found.size()), found);
    }
    return found;
  }

  /** Reads entries that stand in one file. */
  private void readRun(long first, int count, List<Lookup> found) {
    String name = fileName(first);
    ByteBuffer entries = ByteBuffer.allocate(count * ENTRY_BYTES);
    Lookup trouble = new NoEntry(name + " is too short");
    int read = 0;
    try {
      read = files.read(name, entries, offsetOf(first));
    } catch (NoSuchFileException missing) {
      trouble = new NoEntry(name + " is missing");
    } catch (NoSpaceException tooManyOpenFiles) {
      trouble = new NotNow(tooManyOpenFiles);
    } catch (IOException failure) {
      trouble = new NoEntry(name + " cannot be read: " + failure.getMessage());
    }
    Checksum checksum = new Checksum(journalId);
    for (int i = 0; i < count; i++) {
      int at = i * ENTRY_BYTES;
      SlotLocation unwritten = late.get(first + i);
      if (unwritten != null) {
        found.add(new Entry(unwritten));
      } else if (at + ENTRY_BYTES > read) {
        found.add(trouble);
      } else if (entries.getInt(at + CRC) != checksum.of(first + i, entries, at)) {
        found.add(new NoEntry(name + " has no valid entry for the slot"));
      } else {
        found.add(new Entry(location(entries, at)));
      }
    }
  }

  /** Room for the entries of neighbouring slots; for one thread. */
  public PositionsRun run() {
    return new PositionsRun(journalId);
  }

  /** Reads as many entries from a slot to another one as can be had with one read. */
  public void read(long first, long last, PositionsRun run) {
    ByteBuffer target = run.begin(first, last);
    int read = 0;
    try {
      if (late.isEmpty()) {
        read = files.read(fileName(first), target, offsetOf(first));
      }
    } catch (IOException unreadable) {
      // Asked for one by one they tell why.
      read = 0;
    }
    run.end(read);
  }

  private static SlotLocation location(ByteBuffer entry, int at) {
    return new SlotLocation(
        new Ballot(entry.getLong(at + 8), entry.getInt(at + 16)),
        new WalPointer(entry.getLong(at), entry.getInt(at + 20), entry.getInt(at + 24)));
  }

  /** How many files end with an entry of this journal: an entry's checksum covers the id. */
  public int filesThatFit() throws IOException {
    int fitting = 0;
    for (long start : fileStarts()) {
      ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
      try (DiskFile file = disk.open(fileName(start), Disk.Access.READ)) {
        long last = file.size() / ENTRY_BYTES - 1;
        boolean whole = last >= 0 && file.read(entry, last * ENTRY_BYTES) == ENTRY_BYTES;
        if (whole && entry.getInt(CRC) == new Checksum(journalId).of(start + last, entry, 0)) {
          fitting++;
        }
      } catch (NoSpaceException tooManyOpenFiles) {
        throw tooManyOpenFiles;
      } catch (IOException unreadable) {
        log.debug("{} tells nothing", fileName(start), unreadable);
      }
    }
    return fitting;
  }

  /** Removes the files that hold only slots below a floor. */
  public void dropBefore(long firstAvailable) throws IOException {
    for (long start : fileStarts()) {
      if (start + (SLOTS_PER_FILE - 1) >= firstAvailable || start < 0) {
        continue;
      }
      files.delete(fileName(start));
    }
  }

  /** Removes all files, to make them again from the log. */
  public void deleteAll() throws IOException {
    runFirst = -1;
    run.clear();
    for (long start : fileStarts()) {
      files.delete(fileName(start));
    }
  }

  private int checksum(long slot, ByteBuffer buffer, int at) {
    scratch.clear();
    scratch.putLong(journalId.getMostSignificantBits());
    scratch.putLong(journalId.getLeastSignificantBits());
    scratch.putLong(slot);
    scratch.put(24, buffer, at, CRC);
    return crc.of(scratch, 0, 24 + CRC);
  }

  /** The same checksum for a reading thread. */
  static final class Checksum {
    private final ByteBuffer bytes = ByteBuffer.allocate(24 + CRC);
    private final Crc crc = new Crc();

    Checksum(UUID journalId) {
      bytes.putLong(0, journalId.getMostSignificantBits());
      bytes.putLong(8, journalId.getLeastSignificantBits());
    }

    int of(long slot, ByteBuffer entries, int at) {
      bytes.putLong(16, slot).put(24, entries, at, CRC);
      return crc.of(bytes, 0, 24 + CRC);
    }

    boolean matches(long slot, ByteBuffer entries, int at) {
      return entries.getInt(at + CRC) == of(slot, entries, at);
    }
  }

  private static long offsetOf(long slot) {
    return slot % SLOTS_PER_FILE * ENTRY_BYTES;
  }

  @Override
  public void close() throws IOException {
    runFirst = -1;
    run.clear();
    files.close();
  }
}

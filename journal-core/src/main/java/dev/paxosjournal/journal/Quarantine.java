package dev.paxosjournal.journal;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.DiskFile;
import dev.paxosjournal.disk.NoSpaceException;
import dev.paxosjournal.wal.Evidence;
import dev.paxosjournal.wal.Segment;
import dev.paxosjournal.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What recoveries set aside, kept for people: in place as long as the segment file is there, named
 * by the reports; copied to a file of its own (FORMAT.md, section 2) before the segment file is
 * used again, or the last report that names it goes, if there is room for that and the disk does
 * not make it wait for long.
 *
 * <p>Nothing of the log depends on it. Any thread may call it; one of them works at a time.
 */
final class Quarantine implements Evidence {
  private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

  /** The copies take no more than this together; the oldest go first. */
  static final long MOST_BYTES = 16 << 20;

  /** Of one piece no more than this is copied. */
  static final int MOST_PIECE_BYTES = 1 << 20;

  /** What tells people about a copy, in front of it. */
  static final int HEAD_BYTES = 4096;

  /** After so many blocks that the disk could not read, a life copies no more. */
  static final int MOST_UNREADABLE_BLOCKS = 4;

  /** After so long with calls that took longer than they should, likewise. */
  static final long MOST_SLOW_NANOS = 5_000_000_000L;

  private static final long SLOW_NANOS = 100_000_000L;
  private static final int BLOCK = 4096;
  private static final int MOST_SENTENCE = 500;
  private static final String UNFINISHED = "quarantine.tmp";
  private static final Pattern SEGMENT = Pattern.compile("wal-\\d{10}-\\d{19}\\.seg");
  private static final Pattern NAME =
      Pattern.compile("quarantine-wal-\\d{10}-\\d{19}-\\d{10,18}\\.bin");

  private final Disk disk;
  private final long keptFree;
  private final Instant opened;
  private final List<SetAside> now;
  private final LongSupplier nanoTime;
  private int unreadableBlocks;
  private long slowNanos;
  private @Nullable List<SetAside> before;
  private @Nullable SortedSet<String> copies;

  /**
   * A quarantine with what an opening found.
   *
   * @param keptFree so many bytes of the disk are left to the log
   */
  Quarantine(Disk disk, long keptFree, List<Evidence.Piece> found, Instant opened) {
    this(disk, keptFree, found, opened, System::nanoTime);
  }

  /** The same by another clock. */
  Quarantine(
      Disk disk, long keptFree, List<Evidence.Piece> found, Instant opened, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.opened = opened;
    this.disk = disk;
    this.keptFree = keptFree;
    this.now =
        found.stream()
            .map(each -> new SetAside(each.file(), each.offset(), each.bytes(), each.why(), opened))
            .toList();
  }

  /** Whether a file's name is that of a copy. */
  static boolean isCopy(String fileName) {
    return NAME.matcher(fileName).matches();
  }

  private static String copyOf(SetAside piece) {
    String segment = piece.file().substring(0, piece.file().length() - ".seg".length());
    return "quarantine-"
        + segment
        + "-"
        + String.format(Locale.ROOT, "%010d", piece.offset())
        + ".bin";
  }

  /** When the opening was. */
  Instant opened() {
    return opened;
  }

  /** What this opening set aside. */
  List<SetAside> ofThisOpening() {
    return now;
  }

  /** The pieces that reports tell of, newest first, each once. */
  private List<SetAside> told() {
    if (before == null) {
      List<SetAside> all = new ArrayList<>(now);
      RecoveryReports.read(disk).forEach(report -> all.addAll(report.setAside()));
      Set<String> seen = new HashSet<>();
      all.removeIf(
          piece -> !isSegment(piece.file()) || piece.offset() < 0 || !seen.add(copyOf(piece)));
      before = List.copyOf(all);
    }
    return before;
  }

  /**
   * The names of the copies, oldest first. Only this object makes them, so the directory, which
   * grows with the log, is listed once.
   */
  private SortedSet<String> copies() throws IOException {
    if (copies == null) {
      copies = new TreeSet<>(disk.list(Quarantine::isCopy));
    }
    return copies;
  }

  /** A report is trusted for nothing: it names no other files. */
  private static boolean isSegment(String fileName) {
    return SEGMENT.matcher(fileName).matches();
  }

  /** What is still there, in place or as a copy. */
  synchronized List<SetAside> list() {
    List<SetAside> all = new ArrayList<>();
    try {
      for (SetAside piece : told()) {
        if (!copies().contains(copyOf(piece))) {
          inPlace(piece).ifPresent(all::add);
        }
      }
      for (String copy : copies()) {
        all.add(describe(copy));
      }
    } catch (IOException failure) {
      log.warn("what was set aside cannot be listed", failure);
    }
    return all;
  }

  /** What of a piece the file still holds. */
  private Optional<SetAside> inPlace(SetAside piece) throws IOException {
    try (DiskFile file = disk.open(piece.file(), Disk.Access.READ)) {
      long bytes = Math.min(piece.lengthBytes(), file.size() - piece.offset());
      return bytes <= 0
          ? Optional.empty()
          : Optional.of(
              new SetAside(piece.file(), piece.offset(), bytes, piece.why(), piece.when()));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  private SetAside describe(String copy) throws IOException {
    long bytes = 0;
    try (DiskFile file = disk.open(copy, Disk.Access.READ)) {
      bytes = Math.max(0, file.size() - HEAD_BYTES);
      ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
      file.read(head, 0);
      Map<?, ?> told = Json.parse(StandardCharsets.US_ASCII.decode(head.flip()).toString().trim());
      String why = told.get("why") + "; copied from " + told.get("file");
      return new SetAside(
          copy, HEAD_BYTES, bytes, why, Instant.parse(String.valueOf(told.get("setAside"))));
    } catch (IllegalArgumentException | DateTimeException unreadable) {
      return new SetAside(copy, HEAD_BYTES, bytes, "its head cannot be read", Instant.EPOCH);
    }
  }

  /**
   * Removes the copies, and cuts off what lies behind the end of the log in a file, if the log goes
   * on in another one. What lies within the log stays until that is compacted.
   */
  synchronized void delete(WriteAheadLog wal) throws IOException {
    for (SetAside piece : told()) {
      for (Segment segment : wal.segments()) {
        if (segment.fileName().equals(piece.file())) {
          wal.cutOffBehind(segment, segment.positionOf(piece.offset()));
        }
      }
    }
    for (String copy : List.copyOf(copies())) {
      disk.delete(copy);
      copies().remove(copy);
    }
  }

  @Override
  public synchronized long endIn(String fileName) {
    return told().stream()
        .filter(piece -> piece.file().equals(fileName))
        .mapToLong(piece -> piece.offset() + piece.lengthBytes())
        .max()
        .orElse(0);
  }

  @Override
  public synchronized void beforeReuse(String fileName) {
    for (SetAside piece : told()) {
      if (piece.file().equals(fileName)) {
        copy(piece);
      }
    }
  }

  /** The report that names these pieces is to be deleted. */
  synchronized void beforeForgetting(List<SetAside> pieces) {
    pieces.stream().filter(piece -> isSegment(piece.file())).forEach(this::copy);
  }

  private void copy(SetAside piece) {
    String name = copyOf(piece);
    if (!isPatient()) {
      // Freeing, checkpoints and an orderly end wait for this.
      log.warn("what was set aside of {} is not copied: the disk makes it wait", piece.file());
      return;
    }
    try {
      Optional<SetAside> there = copies().contains(name) ? Optional.empty() : inPlace(piece);
      if (there.isPresent() && isCopy(name)) {
        copy(there.get(), name);
      }
    } catch (IOException failure) {
      log.warn("what was set aside of {} could not be copied", piece.file(), failure);
      deleteQuietly();
    }
  }

  private boolean isPatient() {
    return unreadableBlocks < MOST_UNREADABLE_BLOCKS && slowNanos < MOST_SLOW_NANOS;
  }

  private void took(long nanos) {
    if (nanos > SLOW_NANOS) {
      slowNanos += nanos;
    }
  }

  private void copy(SetAside piece, String name) throws IOException {
    int bytes = (int) Math.min(MOST_PIECE_BYTES, piece.lengthBytes());
    if (disk.freeBytes() - bytes - HEAD_BYTES < keptFree) {
      throw new NoSpaceException(
          "evidence takes no room that the log may need", new IOException("too little is free"));
    }
    makeRoom(bytes);
    disk.delete(UNFINISHED);
    try (DiskFile target = disk.open(UNFINISHED, Disk.Access.CREATE)) {
      long unread = 0;
      try (DiskFile source = disk.open(piece.file(), Disk.Access.READ)) {
        for (int done = 0; done < bytes; done += BLOCK) {
          if (!isPatient()) {
            unread += bytes - done;
            break;
          }
          ByteBuffer block = ByteBuffer.allocate(Math.min(BLOCK, bytes - done));
          long begun = nanoTime.getAsLong();
          try {
            source.read(block, piece.offset() + done);
          } catch (IOException unreadable) {
            unread += block.capacity();
            unreadableBlocks++;
          }
          target.write(block.clear(), HEAD_BYTES + (long) done);
          took(nanoTime.getAsLong() - begun);
        }
      }
      target.write(head(piece, unread), 0);
      long begun = nanoTime.getAsLong();
      target.force();
      took(nanoTime.getAsLong() - begun);
    }
    disk.rename(UNFINISHED, name);
    copies().add(name);
    // Before the segment file is used again: otherwise a power cut could take both.
    disk.forceDirectory();
  }

  private static ByteBuffer head(SetAside piece, long unreadBytes) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("file", piece.file());
    told.put("offset", piece.offset());
    told.put("bytes", piece.lengthBytes());
    told.put("unreadBytes", unreadBytes);
    told.put("why", ascii(piece.why()));
    told.put("setAside", piece.when());
    byte[] text = Json.write(told).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    head.put(text);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    return head.flip();
  }

  private static String ascii(String sentence) {
    String all = sentence.replaceAll("[^ -~]", "?");
    return all.length() <= MOST_SENTENCE ? all : all.substring(0, MOST_SENTENCE);
  }

  /** Removes the oldest copies, so that another one fits below the bound. */
  private void makeRoom(long bytes) throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String copy : copies()) {
      try (DiskFile file = disk.open(copy, Disk.Access.READ)) {
        sizes.put(copy, file.size());
      }
    }
    long all = sizes.values().stream().mapToLong(Long::longValue).sum();
    for (Map.Entry<String, Long> oldest : sizes.entrySet()) {
      if (all + bytes + HEAD_BYTES <= MOST_BYTES) {
        break;
      }
      disk.delete(oldest.getKey());
      copies().remove(oldest.getKey());
      all -= oldest.getValue();
    }
  }

  private void deleteQuietly() {
    try {
      disk.delete(UNFINISHED);
    } catch (IOException failure) {
      log.debug("{} is removed at the next start", UNFINISHED, failure);
    }
  }
}

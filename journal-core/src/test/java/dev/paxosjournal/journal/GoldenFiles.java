package dev.paxosjournal.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paxosjournal.disk.Disk;
import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.Checkpoint;
import dev.paxosjournal.wal.SegmentHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the golden directories of this release's format: what a journal leaves on disk, as a zip,
 * and what it answers then, as a text. Never run again for a version that was released; a new
 * version gets a folder of its own.
 */
final class GoldenFiles {
  static final Path FOLDER = Path.of("src", "test", "resources", "golden");
  static final String CLUSTER = "golden";
  static final int NODE = 3;

  private static final Ballot FIRST = new Ballot(-3, -1);
  private static final Ballot SECOND = new Ballot(3, 1);
  private static final Ballot THIRD = new Ballot(9, 2);
  private static final long IN_SECOND_POSITIONS_FILE = 262_150;
  private static final int BLOCK = 4096;
  private static final int MAX_VALUE_BYTES = 4096;

  private final Path folder;

  private GoldenFiles(Path folder) {
    this.folder = folder;
  }

  /** Writes the files of the present version; the argument is their folder, if not the usual. */
  public static void main(String... args) throws IOException {
    Path folder = args.length > 0 ? Path.of(args[0]) : FOLDER.resolve("v" + SegmentHeader.VERSION);
    Files.createDirectories(folder);
    new GoldenFiles(folder).write();
  }

  private void write() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    try (PaxosJournal journal = open(disk)) {
      fillSomeSegments(journal.blocking());
    }
    FailingDisk held = new FailingDisk(disk);
    try (PaxosJournal journal = open(held)) {
      leaveGapsAndPendingSlots(journal.blocking());
      acceptManyInOneGroup(journal, held);
      save("killed", disk.processCrash(), describe(journal));
      journal.blocking().compact(20);
    }
    saveClosed("closed", disk);
    loseTwoValuesAndAHeader(disk);
    open(disk).close();
    saveClosed("damaged", disk);
    MemoryDisk raft = new MemoryDisk();
    try (PaxosJournal journal = open(raft)) {
      followTwoLeaders(journal);
      save("raft", raft.processCrash(), describe(journal));
    }
  }

  /** Votes, appends, commits and replaces what the first leader could not commit. */
  private static void followTwoLeaders(PaxosJournal journal) {
    RaftRecords raft = journal.raft();
    raft.registerNow(Registration.ofTerm(1));
    raft.registerNow(Registration.ofVote(1, Value.utf8("node 1")));
    raft.replaceSuffixNow(0, suffix(0, 40, new Ballot(1, 0)));
    for (long slot = 0; slot < 30; slot++) {
      journal.blocking().commit(slot, new Ballot(1, 0));
    }
    raft.registerNow(Registration.ofVote(4, Value.utf8("node 2")));
    raft.replaceSuffixNow(33, suffix(33, 36, new Ballot(4, 0)));
    journal.blocking().compact(5);
    for (long slot = 45; slot < 50; slot++) {
      journal.blocking().accept(new Accept(slot, new Ballot(4, 0), value(slot)));
    }
  }

  private static List<Accept> suffix(long from, long before, Ballot ballot) {
    List<Accept> suffix = new ArrayList<>();
    for (long slot = from; slot < before; slot++) {
      suffix.add(new Accept(slot, ballot, value(slot)));
    }
    return suffix;
  }

  private static PaxosJournal open(Disk disk) {
    JournalOptions options =
        JournalOptions.builder(Path.of("golden"), CLUSTER, NODE)
            .maxValueBytes(MAX_VALUE_BYTES)
            .segmentBytes(64 * 1024)
            .build();
    return JournalAssembly.open(options, () -> disk, Executors::newSingleThreadExecutor);
  }

  /** Accepted and committed one after another, at two ballots; the beginning is compacted. */
  private static void fillSomeSegments(BlockingJournal journal) {
    for (long slot = 0; slot < 40; slot++) {
      Ballot ballot = slot < 30 ? FIRST : SECOND;
      journal.accept(new Accept(slot, ballot, value(slot)));
      journal.commit(slot, ballot);
    }
    journal.compact(10);
  }

  /** Committed in no order, learned, accepted anew, never committed. */
  private static void leaveGapsAndPendingSlots(BlockingJournal journal) {
    journal.promise(THIRD);
    journal.learn(new Accept(44, FIRST, value(44)));
    journal.accept(new Accept(47, THIRD, value(47)));
    journal.accept(new Accept(46, THIRD, value(46)));
    journal.commit(47, THIRD);
    journal.accept(new Accept(40, THIRD, Value.utf8("")));
    journal.commit(40, THIRD);
    journal.accept(new Accept(50, THIRD, value(50)));
    journal.accept(new Accept(50, new Ballot(9, 3), value(51)));
    journal.learn(new Accept(IN_SECOND_POSITIONS_FILE, FIRST, Value.utf8("last")));
  }

  /** More than 128 records wait while a force is held back, so the next group has its own table. */
  private static void acceptManyInOneGroup(PaxosJournal journal, FailingDisk disk) {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    disk.delay(Kind.FORCE, disk.calls(Kind.FORCE) + 1, begun, released);
    List<CompletableFuture<Void>> futures = new ArrayList<>();
    futures.add(journal.promise(new Ballot(10, 1)));
    awaitUninterruptibly(begun);
    for (long slot = 100; slot < 250; slot++) {
      futures.add(journal.accept(new Accept(slot, new Ballot(10, 1), Value.utf8("v" + slot))));
    }
    released.countDown();
    futures.forEach(CompletableFuture::join);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /** The checkpoint goes too, so that the next opening reads the log and writes its verdicts. */
  private static void loseTwoValuesAndAHeader(MemoryDisk disk) {
    Place value = find(disk, value(25));
    disk.flipBit(value.file(), value.offset() * 8);
    Place pending = find(disk, value(46));
    disk.flipBit(pending.file(), pending.offset() * 8);
    // The header of its group lies before it, in the same block.
    Place behindHeader = find(disk, value(32));
    disk.zero(behindHeader.file(), behindHeader.offset() / BLOCK * BLOCK, BLOCK);
    disk.deleteNow(Checkpoint.FILE);
  }

  private record Place(String file, long offset) {}

  private static Place find(MemoryDisk disk, Value value) {
    for (String name : disk.names()) {
      // One character for one byte.
      int at = new String(disk.read(name), ISO_8859_1).indexOf(value.toUtf8());
      if (name.endsWith(".seg") && at >= 0) {
        return new Place(name, at);
      }
    }
    throw new AssertionError("no segment holds " + value);
  }

  /** Of very different lengths; none is like another. */
  private static Value value(long slot) {
    String word = "value of slot " + slot + ". ";
    int length = (int) (slot * slot * 37 % MAX_VALUE_BYTES);
    return Value.utf8(word.repeat(length / word.length() + 1));
  }

  private void saveClosed(String name, MemoryDisk disk) throws IOException {
    MemoryDisk copy = disk.copyOf();
    try (PaxosJournal journal = open(copy)) {
      save(name, disk, describe(journal));
    }
  }

  private void save(String name, MemoryDisk disk, String description) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(name + ".zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String file : disk.names()) {
        if (file.endsWith(".tmp") || file.startsWith("spare-")) {
          continue;
        }
        ZipEntry entry = new ZipEntry(file);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(disk.read(file));
        zip.closeEntry();
      }
    }
    Files.write(folder.resolve(name + ".txt"), description.getBytes(UTF_8));
  }

  /** What a journal answers: its durable state, then every slot that is not unknown. */
  static String describe(PaxosJournal journal) {
    JournalStatus status = journal.status();
    StringBuilder text = new StringBuilder();
    text.append("promised ").append(status.promised().map(Ballot::toString).orElse("nothing"));
    text.append("\ncommitted through ").append(status.committedThrough());
    text.append("\nfirst available ").append(status.firstAvailable());
    text.append("\nfirst gap ")
        .append(status.firstGap().isPresent() ? status.firstGap().getAsLong() : "none");
    text.append("\nhighest slot ").append(status.highestSlot());
    text.append("\npending ").append(status.pending());
    text.append("\ndamaged ").append(status.damaged()).append('\n');
    journal.raft().registered().ifPresent(found -> text.append(found).append('\n'));
    for (long slot = 0; slot < 300; slot++) {
      text.append(describe(journal.slot(slot)));
    }
    return text.append(describe(journal.slot(status.highestSlot()))).toString();
  }

  private static String describe(SlotState state) {
    String slot = "slot " + state.slot() + " ";
    if (state instanceof SlotState.Committed committed) {
      return slot + "committed " + committed.ballot() + " " + committed.value() + "\n";
    }
    if (state instanceof SlotState.Pending pending) {
      return slot + "pending " + pending.ballot() + " " + pending.value() + "\n";
    }
    if (state instanceof SlotState.Compacted) {
      return slot + "compacted\n";
    }
    if (state instanceof SlotState.Damaged damaged) {
      return slot
          + (damaged.committed() ? "damaged, committed " : "damaged, pending ")
          + damaged.ballot().map(Ballot::toString).orElse("at no known ballot")
          + (damaged.lengthBytes().isPresent()
              ? " " + damaged.lengthBytes().getAsInt() + " bytes\n"
              : "\n");
    }
    return "";
  }
}

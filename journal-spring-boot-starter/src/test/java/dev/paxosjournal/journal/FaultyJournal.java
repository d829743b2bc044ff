package dev.paxosjournal.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** A journal in memory whose disk does what a test wants. */
public final class FaultyJournal implements AutoCloseable {
  private static final Ballot BALLOT = new Ballot(3, 1);

  private final MemoryDisk memory = new MemoryDisk();
  private final FailingDisk disk = new FailingDisk(memory);
  private final PaxosJournal journal;

  public FaultyJournal(JournalListener... listeners) {
    JournalOptions.Builder options =
        JournalOptions.builder(Path.of("unused"), "test", 1)
            .segmentBytes(1 << 20)
            .maxValueBytes(100_000)
            .preallocate(false);
    for (JournalListener listener : listeners) {
      options.listener(listener);
    }
    journal = JournalAssembly.open(options.build(), () -> disk, Executors::newSingleThreadExecutor);
  }

  public PaxosJournal journal() {
    return journal;
  }

  public static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8("value-" + slot));
  }

  /** Commits slot 0, leaves slot 2 pending and slot 1 empty. */
  public FaultyJournal withSlots() {
    journal.blocking().learn(accept(0));
    journal.blocking().accept(accept(2));
    return this;
  }

  /** Rots the value of a slot on the disk. */
  public void rot(long slot) {
    String value = accept(slot).value().toUtf8();
    for (String name : memory.names()) {
      String content = new String(memory.read(name), ISO_8859_1);
      for (int at = content.indexOf(value); at >= 0; at = content.indexOf(value, at + 1)) {
        memory.overwrite(name, at, new byte[] {'?'});
      }
    }
  }

  /** Lets the next write fail at its force. */
  public void fail() {
    disk.failFiles(Kind.FORCE, "wal-", FailingDisk::ioError);
    try {
      journal.blocking().learn(accept(500));
      throw new AssertionError("the force did not fail");
    } catch (JournalException.Failed expected) {
      disk.heal();
    }
  }

  /** Takes every copy of the promise from the disk, and opens what is left. */
  public void losePromise() {
    fail();
    for (String name : memory.names()) {
      if (name.startsWith("wal-") || name.equals("hint") || name.equals("checkpoint")) {
        memory.deleteNow(name);
      }
    }
    journal.reopen();
  }

  /** Fills the disk and lets a write be refused. */
  public void fill() {
    memory.setFreeBytes(0);
    try {
      for (long slot = 1000; slot < 2000; slot++) {
        journal.blocking().learn(new Accept(slot, BALLOT, Value.copyOf(new byte[90_000])));
      }
      throw new AssertionError("the disk was not full");
    } catch (JournalException.NoSpace expected) {
      // What was wanted.
    }
  }

  @Override
  public void close() {
    disk.heal();
    memory.setFreeBytes(1L << 30);
    journal.close();
  }
}

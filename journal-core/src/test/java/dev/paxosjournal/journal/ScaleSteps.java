package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The steps of {@link ScaleTest} that need a JVM of their own. */
final class ScaleSteps {
  static final Ballot BALLOT = new Ballot(1, 1);

  private ScaleSteps() {}

  /**
   * {@code fill DIRECTORY COUNT}, {@code restart DIRECTORY COUNT}; {@code open}, {@code close} and
   * {@code writeOnce} take a directory only.
   */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "fill" -> fill(directory, Long.parseLong(arguments[2]));
      case "open" -> open(directory);
      case "close" -> PaxosJournal.open(options(directory)).close();
      case "restart" -> restart(directory, Long.parseLong(arguments[2]));
      case "writeOnce" -> writeOnce(directory);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  static JournalOptions options(Path directory) {
    return JournalOptions.builder(directory, "scale", 1).build();
  }

  /** One slot left pending, and so many above it committed; then ends as if killed. */
  private static void fill(Path directory, long count) {
    PaxosJournal journal = PaxosJournal.open(options(directory));
    journal.blocking().accept(accept(0));
    CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    for (long slot = 1; slot <= count; slot++) {
      last = journal.learn(accept(slot));
    }
    last.join();
    System.out.println(journal.status());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  static Accept accept(long slot) {
    return new Accept(slot, BALLOT, value(slot));
  }

  static Value value(long slot) {
    return Value.copyOf(ByteBuffer.allocate(100).putLong(0, slot));
  }

  /** Tells how long opening took and what the heap holds after it; then ends as if killed. */
  private static void open(Path directory) {
    JournalOptions options = options(directory);
    long begun = System.nanoTime();
    PaxosJournal journal = PaxosJournal.open(options);
    long opened = System.nanoTime();
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    long heapBytes = runtime.totalMemory() - runtime.freeMemory();
    RecoveryReport report = journal.recovery();
    System.out.println(
        (opened - begun)
            + " "
            + heapBytes
            + " "
            + (report.scannedTo() - report.scannedFrom())
            + " "
            + report.groups()
            + " "
            + report.nanos());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  /** So many orderly lives with one write each. */
  private static void restart(Path directory, long count) {
    for (long i = 0; i < count; i++) {
      try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
        journal.blocking().learn(accept(journal.status().highestSlot() + 1));
      }
    }
  }

  /** One life with one write that ends as if killed. */
  private static void writeOnce(Path directory) {
    PaxosJournal journal = PaxosJournal.open(options(directory));
    journal.blocking().learn(accept(journal.status().highestSlot() + 1));
    Runtime.getRuntime().halt(0);
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A JVM that writes to a journal from several threads until it is killed, and says on its standard
 * output what it asks for and what was acknowledged, one line each: {@code ? id kind slot round}
 * before the call, {@code + id} or {@code - id} (refused) after it. {@code C slot} is a committed
 * floor that was shown.
 */
final class KillTarget {
  static final int NODE = 7;

  private static final int THREADS = 4;
  private static final int MOST_OUTSTANDING = 24;

  private final PaxosJournal journal;
  private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong round;
  private final AtomicLong term;

  /** Slots from here on were never touched by an earlier target. */
  private final long firstSlot;

  private KillTarget(PaxosJournal journal) {
    this.journal = journal;
    JournalStatus status = journal.status();
    this.round = new AtomicLong(status.promised().map(Ballot::round).orElse(0L) + 1);
    this.firstSlot = status.highestSlot() + 1;
    this.term = new AtomicLong(journal.raft().registered().map(Registration::term).orElse(0L));
  }

  /** {@code DIRECTORY SEED}. */
  public static void main(String[] arguments) {
    long seed = Long.parseLong(arguments[1]);
    System.out.println("opening");
    try (PaxosJournal journal = PaxosJournal.open(options(Path.of(arguments[0])))) {
      KillTarget target = new KillTarget(journal);
      target.say("C " + journal.status().committedThrough());
      target.settleEarlierSlots();
      for (int thread = 0; thread < THREADS; thread++) {
        int number = thread;
        new Thread(() -> target.write(number, new Random(seed + number))).start();
      }
      // Ends when it is killed.
      new CompletableFuture<Void>().join();
    }
  }

  static JournalOptions options(Path directory) {
    return JournalOptions.builder(directory, "kill", NODE)
        .segmentBytes(1 << 20)
        .maxValueBytes(64 * 1024)
        .build();
  }

  /** What every node would propose for a slot in a round; never twice the same. */
  static Value value(long slot, long round) {
    Random random = new Random(slot * 31 + round);
    byte[] bytes = new byte[random.nextInt(20) == 0 ? 30_000 : random.nextInt(600)];
    random.nextBytes(bytes);
    return Value.copyOf(bytes);
  }

  /** Each target votes for the same node in a term. */
  static Registration vote(long term) {
    return Registration.ofVote(term, Value.utf8("candidate of term " + term));
  }

  /** What an earlier target left pending or empty is committed, so that the floor moves on. */
  private void settleEarlierSlots() {
    for (long slot = journal.status().committedThrough() + 1; slot < firstSlot; slot++) {
      if (journal.slot(slot) instanceof SlotState.Pending pending) {
        askAndWait("commit", slot, pending.ballot().round());
      } else {
        askAndWait("learn", slot, round.get());
      }
    }
  }

  private void write(int thread, Random random) {
    ArrayDeque<CompletableFuture<?>> outstanding = new ArrayDeque<>();
    for (long slot = firstSlot + thread; ; slot += THREADS) {
      for (Write write : decide(slot, random)) {
        if (thread % 2 == 0) {
          askAndWait(write.kind, write.slot, write.inRound);
        } else {
          outstanding.add(ask(write.kind, write.slot, write.inRound));
        }
      }
      while (outstanding.size() > MOST_OUTSTANDING) {
        outstanding.remove().join();
      }
      if (slot % 20 == 0) {
        say("C " + journal.status().committedThrough());
      }
    }
  }

  private record Write(String kind, long slot, long inRound) {}

  private List<Write> decide(long slot, Random random) {
    long now = random.nextInt(40) == 0 ? round.incrementAndGet() : round.get();
    return switch (random.nextInt(9)) {
      case 0 -> List.of(new Write("learn", slot, random.nextLong(now + 3)));
      case 8 -> List.of(new Write("register", 0, term.addAndGet(random.nextInt(2))));
      case 1 -> List.of(new Write("promise", 0, now), new Write("learn", slot, now));
      case 2 -> {
        round.accumulateAndGet(now + 1, Math::max);
        yield List.of(
            new Write("accept", slot, now),
            new Write("accept", slot, now + 1),
            new Write("commit", slot, now + 1));
      }
      case 3 -> List.of(new Write("accept", slot, now));
      case 4 ->
          List.of(new Write("learn", slot, now), new Write("compact", Math.max(0, slot - 500), 0));
      default -> List.of(new Write("accept", slot, now), new Write("commit", slot, now));
    };
  }

  private CompletableFuture<?> ask(String kind, long slot, long inRound) {
    long id = ids.incrementAndGet();
    say("? " + id + " " + kind + " " + slot + " " + inRound);
    return call(kind, slot, new Ballot(inRound, NODE))
        .handle(
            (nothing, failure) -> {
              say((failure == null ? "+ " : "- ") + id);
              return nothing;
            });
  }

  private void askAndWait(String kind, long slot, long inRound) {
    long id = ids.incrementAndGet();
    say("? " + id + " " + kind + " " + slot + " " + inRound);
    try {
      callAndWait(kind, slot, new Ballot(inRound, NODE));
      say("+ " + id);
    } catch (JournalException.Refusal refused) {
      say("- " + id);
    }
  }

  private CompletableFuture<?> call(String kind, long slot, Ballot ballot) {
    return switch (kind) {
      case "promise" -> journal.promise(ballot);
      case "accept" -> journal.accept(new Accept(slot, ballot, value(slot, ballot.round())));
      case "learn" -> journal.learn(new Accept(slot, ballot, value(slot, ballot.round())));
      case "commit" -> journal.commit(slot, ballot);
      case "compact" -> journal.compact(slot);
      case "register" -> journal.raft().register(vote(ballot.round()));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private void callAndWait(String kind, long slot, Ballot ballot) {
    BlockingJournal blocking = journal.blocking();
    switch (kind) {
      case "promise" -> blocking.promise(ballot);
      case "accept" -> blocking.accept(new Accept(slot, ballot, value(slot, ballot.round())));
      case "learn" -> blocking.learn(new Accept(slot, ballot, value(slot, ballot.round())));
      case "commit" -> blocking.commit(slot, ballot);
      case "compact" -> blocking.compact(slot);
      case "register" -> journal.raft().registerNow(vote(ballot.round()));
      default -> throw new IllegalArgumentException(kind);
    }
  }

  /** One write of the system per line, so that no kill can cut one in two. */
  private synchronized void say(String line) {
    try {
      output.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

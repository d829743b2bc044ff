package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random calls, most of them sensible, some of them wrong in every way a call can be: what a
 * cluster with bad luck and a few faulty peers asks of an acceptor.
 */
final class CallGenerator {
  private final SplittableRandom random;
  private final int maxValueBytes;
  private final long farSlots;
  private long round;

  /** Whether the journal is that of a Raft node. */
  private final boolean raft;

  /**
   * A source of calls.
   *
   * @param farSlots how far above the committed floor a slot may lie now and then
   */
  CallGenerator(SplittableRandom random, int maxValueBytes, long farSlots) {
    this(random, maxValueBytes, farSlots, random.nextBoolean());
  }

  private CallGenerator(SplittableRandom random, int maxValueBytes, long farSlots, boolean raft) {
    this.random = random;
    this.maxValueBytes = maxValueBytes;
    this.farSlots = farSlots;
    this.round = random.nextInt(-4, 4);
    this.raft = raft;
  }

  /** A source of calls of which many are those of a Raft node. */
  static CallGenerator ofRaftNode(SplittableRandom random, int maxValueBytes) {
    return new CallGenerator(random, maxValueBytes, 40, true);
  }

  /** The calls of one group, made for a journal in this state. */
  List<Call> group(ModelState state, int mostCalls) {
    int count = 1 + random.nextInt(mostCalls);
    List<Call> calls = new ArrayList<>(count);
    // Each call is made for the state after the ones before it, as a busy proposer would.
    ModelState after = state.copy();
    for (int i = 0; i < count; i++) {
      Call call = call(after);
      after.submit(call);
      calls.add(call);
    }
    return calls;
  }

  private Call call(ModelState state) {
    if (raft && random.nextInt(6) == 0) {
      return random.nextInt(3) == 0 ? register(state) : replaceSuffix(state);
    }
    int dice = random.nextInt(100);
    if (dice < 34) {
      return Call.accept(openSlot(state), usualBallot(state), value());
    } else if (dice < 52) {
      return commit(state);
    } else if (dice < 62) {
      return learn(state);
    } else if (dice < 69) {
      return Call.promise(random.nextInt(3) == 0 ? anyBallot() : higherBallot(state));
    } else if (dice < 76) {
      return Call.compact(floorSlot(state));
    } else if (dice < 78) {
      return Call.advanceFloor(
          Math.max(0, state.committedThrough() + random.nextInt(-2, random.nextInt(2, 8))));
    } else if (dice < 80) {
      return Call.sync();
    } else if (dice < 90) {
      return heldAgain(state);
    } else {
      return anything(state);
    }
  }

  private Call register(ModelState state) {
    long term = state.registered().map(Registration::term).orElse(0L);
    long asked = Math.max(0, term + random.nextInt(-1, 3));
    return Call.register(
        switch (random.nextInt(4)) {
          case 0 -> Registration.ofTerm(asked);
          case 1 -> Registration.ofVote(asked, Value.utf8("v".repeat(random.nextInt(257))));
          default -> Registration.ofVote(asked, Value.utf8("node " + random.nextInt(3)));
        });
  }

  /** From a place above what is committed, mostly; with what a new leader has there. */
  private Call replaceSuffix(ModelState state) {
    long above = state.committedThrough() + 1;
    for (Map.Entry<Long, ModelState.Held> slot : state.slots().entrySet()) {
      above = slot.getValue().committed() ? Math.max(above, slot.getKey() + 1) : above;
    }
    long from = Math.max(0, above + random.nextInt(random.nextInt(8) == 0 ? -3 : 0, 5));
    List<Accept> suffix = new ArrayList<>();
    Ballot ballot = random.nextInt(8) == 0 ? anyBallot() : usualBallot(state);
    long slot = from;
    for (int i = random.nextInt(5); i > 0; i--) {
      slot += random.nextInt(8) == 0 ? 1 : 0;
      suffix.add(new Accept(slot++, ballot, value()));
      ballot = random.nextInt(8) == 0 ? anyBallot() : ballot;
    }
    return Call.replaceSuffix(from, suffix);
  }

  /** Commits what is pending, mostly the lowest, so that the floor moves. */
  private Call commit(ModelState state) {
    List<Map.Entry<Long, ModelState.Held>> pending =
        state.slots().entrySet().stream().filter(e -> !e.getValue().committed()).toList();
    if (pending.isEmpty()) {
      return learn(state);
    }
    Map.Entry<Long, ModelState.Held> chosen =
        pending.get(random.nextInt(3) > 0 ? 0 : random.nextInt(pending.size()));
    return Call.commit(chosen.getKey(), chosen.getValue().ballot());
  }

  private Call learn(ModelState state) {
    long slot =
        random.nextInt(3) > 0
            ? firstUncommitted(state)
            : firstUncommitted(state) + random.nextInt(8);
    ModelState.Held held = state.slots().get(slot);
    if (held != null && random.nextBoolean()) {
      return Call.learn(slot, random.nextBoolean() ? held.ballot() : anyBallot(), held.value());
    }
    return Call.learn(slot, random.nextBoolean() ? anyBallot() : usualBallot(state), value());
  }

  private static long firstUncommitted(ModelState state) {
    long slot = state.committedThrough() + 1;
    while (state.slots().containsKey(slot) && state.slots().get(slot).committed()) {
      slot++;
    }
    return slot;
  }

  /** Says something once more about a slot that holds something: the same, or almost. */
  private Call heldAgain(ModelState state) {
    if (state.slots().isEmpty()) {
      return Call.promise(anyBallot());
    }
    List<Long> slots = List.copyOf(state.slots().keySet());
    long slot = slots.get(random.nextInt(slots.size()));
    ModelState.Held held = state.slots().get(slot);
    Ballot ballot =
        switch (random.nextInt(4)) {
          case 0 -> anyBallot();
          case 1 -> higherBallot(state);
          default -> held.ballot();
        };
    Value value = random.nextInt(4) == 0 ? almost(held.value()) : held.value();
    return switch (random.nextInt(3)) {
      case 0 -> Call.accept(slot, ballot, value);
      case 1 -> Call.learn(slot, ballot, value);
      default -> Call.commit(slot, ballot);
    };
  }

  private Call anything(ModelState state) {
    long slot =
        switch (random.nextInt(4)) {
          case 0 -> Math.max(0, state.firstAvailable() - 1 - random.nextInt(3));
          case 1 -> state.committedThrough() + 2 + random.nextInt(6);
          case 2 -> state.committedThrough() + 1 + random.nextLong(farSlots);
          default -> openSlot(state);
        };
    return switch (random.nextInt(6)) {
      case 0 -> Call.accept(slot, anyBallot(), value());
      case 1 -> Call.learn(slot, anyBallot(), value());
      case 2 -> Call.commit(slot, anyBallot());
      case 3 -> Call.compact(state.committedThrough() + 2 + random.nextInt(3));
      case 4 -> Call.compact(Math.max(0, state.firstAvailable() - random.nextInt(2)));
      default -> Call.promise(anyBallot());
    };
  }

  private long openSlot(ModelState state) {
    return state.committedThrough() + 1 + random.nextInt(random.nextInt(1, 9));
  }

  /** Keeps the number of slots at hand small, so that segments become free. */
  private long floorSlot(ModelState state) {
    long most = state.committedThrough() + 1;
    long behind = random.nextInt(random.nextInt(1, 24));
    return Math.max(0, most - behind);
  }

  private Ballot usualBallot(ModelState state) {
    Ballot promised = state.promised();
    return promised != null && random.nextInt(8) > 0 ? promised : higherBallot(state);
  }

  private Ballot higherBallot(ModelState state) {
    Ballot promised = state.promised();
    if (promised == null) {
      return anyBallot();
    }
    round = Math.max(round, promised.round());
    return switch (random.nextInt(3)) {
      case 0 -> new Ballot(promised.round(), promised.node() + 1);
      case 1 -> new Ballot(++round, random.nextInt(-3, 3));
      default -> promised;
    };
  }

  private Ballot anyBallot() {
    return new Ballot(round + random.nextInt(-3, 2), random.nextInt(-3, 3));
  }

  private Value value() {
    int length =
        switch (random.nextInt(8)) {
          case 0 -> 0;
          case 1 -> maxValueBytes;
          case 2 -> random.nextInt(maxValueBytes + 1);
          default -> random.nextInt(Math.min(48, maxValueBytes) + 1);
        };
    byte[] bytes = new byte[length];
    if (random.nextInt(16) > 0) {
      random.nextBytes(bytes);
    }
    return Value.copyOf(bytes);
  }

  /** Another value that looks much like this one. */
  private Value almost(Value value) {
    byte[] bytes = value.toByteArray();
    if (bytes.length == 0) {
      return Value.copyOf(new byte[] {(byte) random.nextInt()});
    }
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return Value.copyOf(bytes);
  }
}

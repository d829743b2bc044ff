package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a test asks of a journal and of the model alike. */
record Call(
    Request.Kind kind,
    long slot,
    Ballot ballot,
    @Nullable Value value,
    @Nullable Registration registration,
    List<Accept> suffix) {

  private Call(Request.Kind kind, long slot, Ballot ballot, @Nullable Value value) {
    this(kind, slot, ballot, value, null, List.of());
  }

  static Call register(Registration registration) {
    return new Call(Request.Kind.REGISTER, 0, Request.NO_BALLOT, null, registration, List.of());
  }

  static Call replaceSuffix(long from, List<Accept> suffix) {
    return new Call(Request.Kind.REPLACE_SUFFIX, from, Request.NO_BALLOT, null, null, suffix);
  }

  /** The same as a request whose caller waits. */
  Request toRequest() {
    return switch (kind) {
      case REGISTER -> RaftRequest.register(requiredRegistration(), true);
      case REPLACE_SUFFIX -> RaftRequest.replaceSuffix(slot, suffix, true);
      default -> new Request(kind, slot, ballot, value, true);
    };
  }

  Registration requiredRegistration() {
    if (registration == null) {
      throw new AssertionError(kind + " registers nothing");
    }
    return registration;
  }

  static Call promise(Ballot ballot) {
    return new Call(Request.Kind.PROMISE, 0, ballot, null);
  }

  static Call accept(long slot, Ballot ballot, Value value) {
    return new Call(Request.Kind.ACCEPT, slot, ballot, value);
  }

  static Call learn(long slot, Ballot ballot, Value value) {
    return new Call(Request.Kind.LEARN, slot, ballot, value);
  }

  static Call commit(long slot, Ballot ballot) {
    return new Call(Request.Kind.COMMIT, slot, ballot, null);
  }

  static Call sync() {
    return new Call(Request.Kind.SYNC, 0, Request.NO_BALLOT, null);
  }

  static Call compact(long before) {
    return new Call(Request.Kind.COMPACT, before, Request.NO_BALLOT, null);
  }

  static Call advanceFloor(long slot) {
    return new Call(Request.Kind.ADVANCE_FLOOR, slot, Request.NO_BALLOT, null);
  }

  /** The value of an accept or learn. */
  Value requiredValue() {
    if (value == null) {
      throw new AssertionError(kind + " has no value");
    }
    return value;
  }

  boolean namesSlot() {
    return kind != Request.Kind.PROMISE
        && kind != Request.Kind.SYNC
        && kind != Request.Kind.REGISTER;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case PROMISE -> "promise(" + ballot + ")";
      case ACCEPT, LEARN -> kind + "(" + slot + ", " + ballot + ", " + value + ")";
      case COMMIT -> "commit(" + slot + ", " + ballot + ")";
      case SYNC -> "sync()";
      case REGISTER -> "register(" + registration + ")";
      case REPLACE_SUFFIX -> "replaceSuffix(" + slot + ", " + suffix + ")";
      default -> kind + "(" + slot + ")";
    };
  }
}

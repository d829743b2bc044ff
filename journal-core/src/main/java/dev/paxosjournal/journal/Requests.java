package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import java.util.List;
import java.util.Objects;

/** Makes requests of calls, after checking the arguments. */
final class Requests {
  /** A group is one write and one piece of memory. */
  static final long MOST_SUFFIX_BYTES = 64L << 20;

  private final int maxValueBytes;

  Requests(int maxValueBytes) {
    this.maxValueBytes = maxValueBytes;
  }

  Request promise(Ballot ballot, boolean waits) {
    Objects.requireNonNull(ballot, "ballot");
    return new Request(Request.Kind.PROMISE, 0, ballot, null, waits);
  }

  /** An accept or a learn; one whose value is too large is refused already. */
  Request value(Request.Kind kind, Accept accept, boolean waits) {
    Request request = new Request(kind, accept.slot(), accept.ballot(), accept.value(), waits);
    int lengthBytes = accept.value().length();
    if (lengthBytes > maxValueBytes) {
      request.fail(new JournalException.ValueTooLarge(accept.slot(), lengthBytes, maxValueBytes));
    }
    return request;
  }

  Request commit(long slot, Ballot ballot, boolean waits) {
    Objects.requireNonNull(ballot, "ballot");
    return new Request(Request.Kind.COMMIT, checkSlot(slot), ballot, null, waits);
  }

  Request slot(Request.Kind kind, long slot, boolean waits) {
    return new Request(kind, checkSlot(slot), Request.NO_BALLOT, null, waits);
  }

  RaftRequest register(Registration registration, boolean waits) {
    Objects.requireNonNull(registration, "registration");
    return RaftRequest.register(registration, waits);
  }

  RaftRequest replaceSuffix(long from, List<Accept> suffix, boolean waits) {
    checkSlot(from);
    List<Accept> accepts = List.copyOf(suffix);
    long previous = from - 1;
    long bytes = 0;
    for (Accept accept : accepts) {
      if (accept.slot() <= previous) {
        throw new IllegalArgumentException(
            "slot "
                + accept.slot()
                + " in a suffix from slot "
                + from
                + "; slots must ascend from there");
      }
      previous = accept.slot();
      bytes += accept.value().length();
    }
    if (bytes > MOST_SUFFIX_BYTES && accepts.size() > 1) {
      throw new IllegalArgumentException(
          "a suffix of " + bytes + " bytes; at most " + MOST_SUFFIX_BYTES + " go in one group");
    }
    RaftRequest request = RaftRequest.replaceSuffix(from, accepts, waits);
    for (Accept accept : accepts) {
      int lengthBytes = accept.value().length();
      if (lengthBytes > maxValueBytes) {
        request.fail(new JournalException.ValueTooLarge(accept.slot(), lengthBytes, maxValueBytes));
      }
    }
    return request;
  }

  static long checkSlot(long slot) {
    if (slot < 0) {
      throw new IllegalArgumentException("slot " + slot + " is negative; slots begin at 0");
    }
    return slot;
  }
}

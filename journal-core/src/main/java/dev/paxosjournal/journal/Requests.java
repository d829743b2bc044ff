package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import java.util.Objects;

/** Makes requests of calls, after checking the arguments. */
final class Requests {
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

  static long checkSlot(long slot) {
    if (slot < 0) {
      throw new IllegalArgumentException("slot " + slot + " is negative; slots begin at 0");
    }
    return slot;
  }
}

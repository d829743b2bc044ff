package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.Register;
import dev.paxosjournal.wal.GroupBuilder;
import dev.paxosjournal.wal.RecordHeader;
import dev.paxosjournal.wal.RecordType;
import java.nio.ByteBuffer;

/** Term and vote as a record of the log (FORMAT.md, section 6). */
final class RegisterRecord {
  private RegisterRecord() {}

  /** Every group begins with it, so that no other group is needed to know the register. */
  static void repeat(Register register, GroupBuilder group) {
    if (register.isLost()) {
      group.add(RecordType.REGISTER, RecordType.REGISTER_LOST, 0, Request.NO_BALLOT, null);
    } else {
      register
          .known()
          .ifPresent(
              known ->
                  group.add(
                      RecordType.REGISTER,
                      flags(known),
                      0,
                      term(known),
                      known.vote().orElse(null)));
    }
  }

  static byte flags(Registration registration) {
    return registration.vote().isPresent() ? RecordType.REGISTER_VOTED : 0;
  }

  static Ballot term(Registration registration) {
    return new Ballot(registration.term(), 0);
  }

  /** Applies a record whose value is unharmed. */
  static void apply(Register register, RecordHeader header, ByteBuffer value) {
    if ((header.flags() & RecordType.REGISTER_LOST) != 0) {
      register.lose();
    } else if (header.ballot().round() >= 0
        && header.valueBytes() <= Registration.MOST_VOTE_BYTES) {
      long term = header.ballot().round();
      register.take(
          (header.flags() & RecordType.REGISTER_VOTED) == 0
              ? Registration.ofTerm(term)
              : Registration.ofVote(term, Value.copyOf(value.duplicate())));
    }
  }

  /**
   * Applies a record of which only the header is known.
   *
   * @return false if it may have said more than is known now
   */
  static boolean applyHeader(Register register, RecordHeader header) {
    if ((header.flags() & RecordType.REGISTER_LOST) != 0) {
      register.lose();
      return true;
    }
    if ((header.flags() & RecordType.REGISTER_VOTED) == 0 && header.ballot().round() >= 0) {
      register.take(Registration.ofTerm(header.ballot().round()));
      return true;
    }
    // There is one vote in a term: one that is known is the one that is lost.
    return register
        .known()
        .map(
            known ->
                known.term() > header.ballot().round()
                    || (known.term() == header.ballot().round() && known.vote().isPresent()))
        .orElse(false);
  }
}

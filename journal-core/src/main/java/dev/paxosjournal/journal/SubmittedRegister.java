package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.slots.Register;
import dev.paxosjournal.wal.RecordType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rules of term and vote, applied to one group, as {@link SubmittedState} does for slots. */
final class SubmittedRegister {
  private final Register durable;
  private final SubmittedState.Records records;
  private final String directory;
  private @Nullable Registration present;

  SubmittedRegister(Register durable, SubmittedState.Records records, String directory) {
    this.durable = durable;
    this.records = records;
    this.directory = directory;
    this.present = durable.known().orElse(null);
  }

  /** Whether there is a register after the group. */
  boolean exists() {
    return durable.exists() || present != null;
  }

  /** Whether it holds more than the durable one. */
  boolean raised() {
    return present != null && !durable.known().filter(present::equals).isPresent();
  }

  /** The term never falls, and there is one vote in a term. */
  void submit(RaftRequest request) throws IOException {
    Registration asked = request.requiredRegistration();
    Registration now = present;
    if (durable.isLost()) {
      request.fail(new JournalException.RegisterUnknown(directory));
    } else if (now != null && asked.term() < now.term()) {
      request.fail(new JournalException.StaleTerm(asked, now));
    } else if (now != null
        && asked.term() == now.term()
        && now.vote().isPresent()
        && asked.vote().isPresent()
        && !asked.vote().equals(now.vote())) {
      request.fail(new JournalException.AlreadyVoted(now));
    } else if (now == null || now.isBefore(asked)) {
      records.add(
          RecordType.REGISTER,
          RegisterRecord.flags(asked),
          0,
          RegisterRecord.term(asked),
          asked.vote().orElse(null));
      request.recordType = RecordType.REGISTER;
      present = asked;
    }
  }
}

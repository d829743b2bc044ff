package dev.paxosjournal.samples.quickstart.acceptor;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Retransmission;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON bodies that the acceptor sends. */
final class Answers {
  private Answers() {}

  @JsonPropertyOrder({"round", "node"})
  record BallotBody(long round, int node) {
    static BallotBody of(Ballot ballot) {
      return new BallotBody(ballot.round(), ballot.node());
    }

    static @Nullable BallotBody orNull(Optional<Ballot> ballot) {
      return ballot.map(BallotBody::of).orElse(null);
    }
  }

  record Promised(BallotBody promised) {}

  /** A slot and the ballot under which something durable happened there. */
  @JsonPropertyOrder({"slot", "round", "node"})
  record SlotAndBallot(long slot, long round, int node) {
    static SlotAndBallot of(long slot, Ballot ballot) {
      return new SlotAndBallot(slot, ballot.round(), ballot.node());
    }
  }

  /** One slot; what is not known is left out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"slot", "state", "round", "node", "valueBase64"})
  record Slot(
      long slot,
      String state,
      @Nullable Long round,
      @Nullable Integer node,
      @Nullable String valueBase64) {

    static Slot of(SlotState state) {
      if (state instanceof SlotState.Pending pending) {
        return with(pending.slot(), "PENDING", pending.ballot(), pending.value());
      }
      if (state instanceof SlotState.Committed committed) {
        return with(committed.slot(), "COMMITTED", committed.ballot(), committed.value());
      }
      if (state instanceof SlotState.Damaged damaged) {
        return with(damaged.slot(), "DAMAGED", damaged.ballot().orElse(null), null);
      }
      String name = state instanceof SlotState.Compacted ? "COMPACTED" : "UNKNOWN";
      return with(state.slot(), name, null, null);
    }

    private static Slot with(
        long slot, String state, @Nullable Ballot ballot, @Nullable Value value) {
      return new Slot(
          slot,
          state,
          ballot == null ? null : ballot.round(),
          ballot == null ? null : ballot.node(),
          value == null ? null : Base64.getEncoder().encodeToString(value.toByteArray()));
    }

    /** The line that a peer gets for this slot: of a damaged one only that it is damaged. */
    static Slot lineOf(SlotState state) {
      return state instanceof SlotState.Damaged
          ? with(state.slot(), "DAMAGED", null, null)
          : of(state);
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  @JsonPropertyOrder({
    "state",
    "promised",
    "committedThrough",
    "firstGap",
    "highestSlot",
    "pending",
    "damaged",
    "firstAvailable",
    "logBytes"
  })
  record Status(
      JournalStatus.State state,
      @Nullable BallotBody promised,
      long committedThrough,
      @Nullable Long firstGap,
      long highestSlot,
      long pending,
      long damaged,
      long firstAvailable,
      long logBytes) {

    static Status of(JournalStatus status) {
      return new Status(
          status.state(),
          BallotBody.orNull(status.promised()),
          status.committedThrough(),
          status.firstGap().isPresent() ? status.firstGap().getAsLong() : null,
          status.highestSlot(),
          status.pending(),
          status.damaged(),
          status.firstAvailable(),
          status.logBytes());
    }
  }

  record Compacted(long firstAvailable) {}

  @JsonPropertyOrder({"firstAvailable", "committedThrough"})
  record FloorAdvanced(long firstAvailable, long committedThrough) {}

  /** The last line of a retransmission. */
  @JsonPropertyOrder({"next", "reason"})
  record End(long next, Retransmission.Reason reason) {
    static End of(Retransmission.End end) {
      return new End(end.nextSlot(), end.reason());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  @JsonPropertyOrder({"error", "message", "promised"})
  record Failure(ErrorCode error, String message, @Nullable BallotBody promised) {}
}

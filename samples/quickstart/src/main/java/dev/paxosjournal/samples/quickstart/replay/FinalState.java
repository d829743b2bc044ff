package dev.paxosjournal.samples.quickstart.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a journal holds after a replay.
 *
 * @param file the recording's name
 * @param promised the promise, or null if there is none
 * @param committedThrough every slot 0…this is committed
 * @param slots how many slots hold a value
 * @param digest SHA-256, in lower-case hexadecimal, over the slots that hold a value, in ascending
 *     order: slot (8 bytes), round (8), node (4), length of the value (4), all big-endian, then the
 *     value
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({"file", "promised", "committedThrough", "slots", "digest"})
record FinalState(
    String file, @Nullable Promise promised, long committedThrough, long slots, String digest) {
  private static final int HEAD_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES + Integer.BYTES;

  @JsonPropertyOrder({"round", "node"})
  record Promise(long round, int node) {}

  /** Reads every slot of a journal. */
  static FinalState of(String file, PaxosJournal journal) throws ReplayFailure {
    JournalStatus status = journal.status();
    MessageDigest digest = sha256();
    long slots = 0;
    for (long slot = status.firstAvailable(); slot <= status.highestSlot(); slot++) {
      SlotState state = journal.slot(slot);
      if (state instanceof SlotState.Pending pending) {
        update(digest, slot, pending.ballot(), pending.value());
        slots++;
      } else if (state instanceof SlotState.Committed committed) {
        update(digest, slot, committed.ballot(), committed.value());
        slots++;
      } else if (state instanceof SlotState.Damaged damaged) {
        throw new ReplayFailure("slot " + slot + " is damaged: " + damaged.reason());
      }
    }
    return new FinalState(
        file,
        status.promised().map(ballot -> new Promise(ballot.round(), ballot.node())).orElse(null),
        status.committedThrough(),
        slots,
        HexFormat.of().formatHex(digest.digest()));
  }

  private static void update(MessageDigest digest, long slot, Ballot ballot, Value value) {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    head.putLong(slot).putLong(ballot.round()).putInt(ballot.node()).putInt(value.length());
    digest.update(head.flip());
    digest.update(value.asReadOnlyBuffer());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}

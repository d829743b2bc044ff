package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.SlotState;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was refused or a journal cannot be used. Each message says what happened, where,
 * and what to do next.
 *
 * <p>{@link Refusal}s concern one request and leave the journal as it was. The others concern the
 * whole journal.
 */
public abstract sealed class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private JournalException(String message) {
    super(message);
  }

  private JournalException(String message, Throwable cause) {
    super(message, cause);
  }

  /** One request was refused; nothing changed. */
  public abstract static sealed class Refusal extends JournalException {
    private static final long serialVersionUID = 1L;

    private Refusal(String message) {
      super(message);
    }
  }

  /** The ballot is below the promise. */
  public static final class StaleBallot extends Refusal {
    private static final long serialVersionUID = 1L;
    private final transient Ballot promised;

    StaleBallot(Ballot ballot, Ballot promised) {
      super("ballot " + ballot + " is below the promise " + promised + "; use a higher ballot");
      this.promised = promised;
    }

    /** The promise that forbids it; durable by the time this is thrown. */
    public Ballot promised() {
      return promised;
    }
  }

  /** The slot holds another value at this ballot, or any value at a higher one. */
  public static final class Conflict extends Refusal {
    private static final long serialVersionUID = 1L;

    Conflict(long slot, Ballot ballot, Ballot accepted) {
      super(
          "slot "
              + slot
              + (accepted.equals(ballot)
                  ? " already holds another value at ballot " + ballot
                  : " holds a value at ballot " + accepted + ", above " + ballot)
              + "; two values under one ballot mean a faulty proposer");
    }
  }

  /** A commit names a slot that holds nothing, or something at another ballot. */
  public static final class NotAccepted extends Refusal {
    private static final long serialVersionUID = 1L;

    NotAccepted(long slot, Ballot ballot, Optional<Ballot> accepted) {
      super(
          "slot "
              + slot
              + accepted.map(held -> " holds ballot " + held).orElse(" holds nothing")
              + ", not ballot "
              + ballot
              + "; learn the committed value instead");
    }
  }

  /** A compaction reaches past the committed floor. */
  public static final class NotCommitted extends Refusal {
    private static final long serialVersionUID = 1L;

    NotCommitted(long before, long committedThrough) {
      super(
          "cannot compact before slot "
              + before
              + ": slots are committed through "
              + committedThrough
              + " only; if a snapshot covers more, advance the floor");
    }
  }

  /** The slot lies below the compaction floor. */
  public static final class Compacted extends Refusal {
    private static final long serialVersionUID = 1L;
    private final long firstAvailable;

    Compacted(long slot, long firstAvailable) {
      super("slot " + slot + " is compacted; first available is " + firstAvailable);
      this.firstAvailable = firstAvailable;
    }

    /** The lowest slot that is still available. */
    public long firstAvailable() {
      return firstAvailable;
    }
  }

  /** The slot is damaged, and this request cannot heal it. */
  public static final class Damaged extends Refusal {
    private static final long serialVersionUID = 1L;
    private final transient SlotState.Damaged state;

    Damaged(SlotState.Damaged state) {
      super(
          "slot "
              + state.slot()
              + " is damaged ("
              + state.reason()
              + "); repair it with the committed value of a peer");
      this.state = state;
    }

    /** What is known of the slot. */
    public SlotState.Damaged state() {
      return state;
    }
  }

  /**
   * The request contradicts what is committed here: two values are committed for one slot somewhere
   * in the cluster. Stop the cluster and find out why.
   */
  public static final class SafetyViolation extends Refusal {
    private static final long serialVersionUID = 1L;

    SafetyViolation(long slot, String what) {
      super("slot " + slot + ": " + what + "; consensus itself is broken, stop the cluster");
    }
  }

  /** The value is larger than the options allow. */
  public static final class ValueTooLarge extends Refusal {
    private static final long serialVersionUID = 1L;

    ValueTooLarge(long slot, int lengthBytes, int maxValueBytes) {
      super(
          "the value for slot "
              + slot
              + " has "
              + lengthBytes
              + " bytes; at most "
              + maxValueBytes
              + " are allowed (maxValueBytes)");
    }
  }

  /** There is no room on the disk. Reads go on; writing resumes when there is space. */
  public static final class NoSpace extends Refusal {
    private static final long serialVersionUID = 1L;

    NoSpace(String where, Throwable cause) {
      super("no space for " + where + " (" + cause.getMessage() + "); free some, then try again");
      initCause(cause);
    }
  }

  /** No copy of the promise survives: this identity must never promise or accept again. */
  public static final class PromiseUnknown extends Refusal {
    private static final long serialVersionUID = 1L;

    PromiseUnknown(String directory) {
      super(
          "every copy of the promise in "
              + directory
              + " is unreadable; this node must not vote again under this identity: replace it by a"
              + " new member");
    }
  }

  /** The term is below the one that is registered. */
  public static final class StaleTerm extends Refusal {
    private static final long serialVersionUID = 1L;
    private final transient Registration registered;

    StaleTerm(Registration asked, Registration registered) {
      super("term " + asked.term() + " is below " + registered + "; use a higher term");
      this.registered = registered;
    }

    /** What forbids it; durable by the time this is thrown. */
    public Registration registered() {
      return registered;
    }
  }

  /** Another vote was given in this term. */
  public static final class AlreadyVoted extends Refusal {
    private static final long serialVersionUID = 1L;
    private final transient Registration registered;

    AlreadyVoted(Registration registered) {
      super("a vote was given in this term already: " + registered + "; wait for a higher term");
      this.registered = registered;
    }

    /** What forbids it; durable by the time this is thrown. */
    public Registration registered() {
      return registered;
    }
  }

  /** No copy of term and vote survives: this identity must never vote again. */
  public static final class RegisterUnknown extends Refusal {
    private static final long serialVersionUID = 1L;

    RegisterUnknown(String directory) {
      super(
          "every copy of the term and vote in "
              + directory
              + " is unreadable; this node must not vote again under this identity: replace it by a"
              + " new member");
    }
  }

  /** A suffix cannot be replaced: it reaches down to a committed slot. */
  public static final class SuffixCommitted extends Refusal {
    private static final long serialVersionUID = 1L;
    private final long highestCommitted;

    SuffixCommitted(long from, long highestCommitted) {
      super(
          "cannot drop the slots from "
              + from
              + " on: slot "
              + highestCommitted
              + " is committed; a leader that asks for it is wrong, or this node is");
      this.highestCommitted = highestCommitted;
    }

    /** The highest committed slot; durable by the time this is thrown. */
    public long highestCommitted() {
      return highestCommitted;
    }
  }

  /** The waiting thread was interrupted. Its interrupt flag is set. */
  public static final class Interrupted extends JournalException {
    private static final long serialVersionUID = 1L;
    private final boolean submitted;

    Interrupted(boolean submitted) {
      super(
          submitted
              ? "interrupted while waiting for the disk; the write may become durable"
              : "interrupted while waiting for a place in the queue; nothing was submitted");
      this.submitted = submitted;
    }

    /**
     * Whether the write may become durable, or be refused, all the same: it was on its way when the
     * wait for it ended. If false, nothing was submitted and the write will never be there.
     */
    public boolean submitted() {
      return submitted;
    }
  }

  /** The disk failed; the journal takes no writes until it is reopened. */
  public static final class Failed extends JournalException {
    private static final long serialVersionUID = 1L;

    Failed(String what, Throwable cause) {
      super(what + " (" + cause + "); reads go on, reopen the journal to write again", cause);
    }
  }

  /** The journal is closed. */
  public static final class Closed extends JournalException {
    private static final long serialVersionUID = 1L;

    Closed(String directory) {
      super("the journal in " + directory + " is closed; open it again");
    }
  }

  /** Another operation is still running. */
  public static final class Busy extends JournalException {
    private static final long serialVersionUID = 1L;

    Busy(Operation running) {
      super(
          "operation "
              + running.id()
              + " ("
              + running.kind()
              + ") is still running; wait for it, or cancel it");
    }
  }

  /** There is no segment with this number, or it was compacted. */
  public static final class NoSuchSegment extends JournalException {
    private static final long serialVersionUID = 1L;

    NoSuchSegment(long sequence) {
      super("there is no segment " + sequence + ", or it was compacted; list the segments");
    }
  }

  /** Somebody else has the directory open. Nothing was changed. */
  public static final class InUse extends JournalException {
    private static final long serialVersionUID = 1L;
    private final boolean thisProcess;
    private final @Nullable String owner;

    InUse(String message, boolean thisProcess, @Nullable String owner, Throwable cause) {
      super(message, cause);
      this.thisProcess = thisProcess;
      this.owner = owner;
    }

    /** Which process has it open, and on which host, as far as that is known; for people. */
    public Optional<String> owner() {
      return Optional.ofNullable(owner);
    }

    /** Whether it is this very process. */
    public boolean thisProcess() {
      return thisProcess;
    }
  }

  /** The directory belongs to another node or cluster. Nothing was changed. */
  public static final class ForeignJournal extends JournalException {
    private static final long serialVersionUID = 1L;

    ForeignJournal(String message) {
      super(message);
    }
  }

  /** A newer release wrote the directory. Nothing was changed. */
  public static final class UnsupportedVersion extends JournalException {
    private static final long serialVersionUID = 1L;

    UnsupportedVersion(String file, int found, int supported) {
      super(
          file
              + " has format version "
              + found
              + "; this release reads up to "
              + supported
              + ": use the release that wrote it, or a newer one");
    }
  }

  /** The directory, or a file in it, cannot be used as it is. */
  public static final class Unusable extends JournalException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String path;

    /** What is wrong with it. */
    public enum Reason {
      /** Something else has the directory's name. */
      NOT_A_DIRECTORY,
      /** This process may not write there. */
      NOT_WRITABLE,
      /** The file system is mounted read-only. */
      READ_ONLY,
      /** There is no room to open it. */
      NO_SPACE,
      /** There is no journal, or no directory, and none shall be made. */
      MISSING,
      /** What is there cannot be read as a journal, or not safely. */
      DAMAGED,
      /** Anything else; the cause says what. */
      OTHER
    }

    Unusable(Reason reason, Path directory, String message) {
      super(message);
      this.reason = reason;
      this.path = directory.toString();
    }

    Unusable(Reason reason, Path directory, String message, Throwable cause) {
      super(message, cause);
      this.reason = reason;
      this.path = directory.toString();
    }

    /** What is wrong with it. */
    public Reason reason() {
      return reason;
    }

    /** The directory. */
    public String path() {
      return path;
    }
  }
}

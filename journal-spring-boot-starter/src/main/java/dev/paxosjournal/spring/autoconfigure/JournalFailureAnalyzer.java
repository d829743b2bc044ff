package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/**
 * Says in plain text why the journal of the application cannot be opened, and what to do. A refusal
 * of a single request is the application's own affair, but for a lost promise, which no application
 * can do anything about.
 */
@Order(0)
final class JournalFailureAnalyzer extends AbstractFailureAnalyzer<JournalException> {

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, JournalException cause) {
    String nextStep = nextStep(cause);
    return nextStep == null
        ? null
        : new FailureAnalysis(
            (cause instanceof JournalException.PromiseUnknown
                    ? "The journal cannot vote: "
                    : "The journal cannot be opened: ")
                + cause.getMessage(),
            nextStep,
            cause);
  }

  private static @Nullable String nextStep(JournalException cause) {
    if (cause instanceof JournalException.InUse inUse) {
      return inUse.thisProcess()
          ? "Two journals of this application name the same paxos.journal.directory: give each its"
              + " own, or close the first before the second is opened."
          : "Stop the other process, or give this one another paxos.journal.directory. Two nodes"
              + " must never share a directory.";
    }
    if (cause instanceof JournalException.ForeignJournal) {
      return "Compare paxos.journal.cluster-id, paxos.journal.node-id and paxos.journal.directory"
          + " with what wrote the directory. Nothing in it was changed.";
    }
    if (cause instanceof JournalException.UnsupportedVersion) {
      return "Start the release that wrote the directory, or a newer one. Nothing was changed.";
    }
    if (cause instanceof JournalException.Unusable unusable) {
      return nextStep(unusable);
    }
    if (cause instanceof JournalException.NoSpace) {
      return "Make room on the file system of paxos.journal.directory, then start again.";
    }
    if (cause instanceof JournalException.PromiseUnknown) {
      return "Take this node out of the cluster. Then start it with an empty"
          + " paxos.journal.directory and a paxos.journal.node-id that was never used before, as a"
          + " new member. Its committed values can still be read and repaired.";
    }
    return null;
  }

  private static String nextStep(JournalException.Unusable unusable) {
    String path = unusable.path();
    return switch (unusable.reason()) {
      case NOT_A_DIRECTORY ->
          "Let paxos.journal.directory name a directory; "
              + path
              + ", or something above it, is a file.";
      case NOT_WRITABLE ->
          "Let the user of this process own "
              + path
              + " and the directory above it, mount its file system writable if it is mounted"
              + " read-only, or let paxos.journal.directory name another.";
      case READ_ONLY ->
          "Mount the file system of "
              + path
              + " writable, or let paxos.journal.directory name another. A file system that turned"
              + " read-only by itself has a reason: look at the kernel's log first.";
      case NO_SPACE ->
          "Make room on the file system of "
              + path
              + " (disk, quota or open files), then start again.";
      case MISSING ->
          "If this node is new, write paxos.journal.create=true. If not, find out where its journal"
              + " went: is the volume mounted at "
              + path
              + "?";
      case DAMAGED ->
          "Do not delete anything. Keep a copy of "
              + path
              + " for inspection, restore what is missing if it was moved away; else replace this"
              + " node by a new member, with an empty directory and a new paxos.journal.node-id.";
      case OTHER -> "See to " + path + ", which paxos.journal.directory names, then start again.";
    };
  }
}

package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/** Says in plain text why the journal of the application cannot be opened, and what to do. */
@Order(0)
final class JournalFailureAnalyzer extends AbstractFailureAnalyzer<JournalException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, JournalException cause) {
    return new FailureAnalysis(
        "The journal cannot be opened: " + cause.getMessage(), nextStep(cause), cause);
  }

  private static String nextStep(JournalException cause) {
    if (cause instanceof JournalException.InUse inUse) {
      return inUse.thisProcess()
          ? "Two journals of this application name the same paxos.journal.directory: give each its"
              + " own, or close the first before the second is opened."
          : "Stop the other process, or give this one another paxos.journal.directory.";
    }
    if (cause instanceof JournalException.ForeignJournal) {
      return "Compare paxos.journal.cluster-id, paxos.journal.node-id and paxos.journal.directory"
          + " with what wrote the directory. Nothing in it was changed.";
    }
    if (cause instanceof JournalException.UnsupportedVersion) {
      return "Start the release that wrote the directory, or a newer one. Nothing was changed.";
    }
    return "See to the directory that paxos.journal.directory names, then start again.";
  }
}

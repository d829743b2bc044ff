package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.spring.autoconfigure.JournalProperties.MissingPropertyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/**
 * Says which required properties are missing, in plain text. Ordered before the general analyzer of
 * binding failures, which would only say that a constructor threw.
 */
@Order(0)
final class MissingPropertyFailureAnalyzer
    extends AbstractFailureAnalyzer<MissingPropertyException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, MissingPropertyException cause) {
    return new FailureAnalysis(
        "The journal cannot be opened:\n\n" + cause.getMessage(),
        "Add the property to the application's configuration, or write paxos.journal.enabled=false"
            + " if this application has no journal.",
        cause);
  }
}

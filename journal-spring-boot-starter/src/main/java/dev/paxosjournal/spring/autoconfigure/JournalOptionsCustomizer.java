package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalOptions;

/**
 * Changes the options of the auto-configured journal before it is opened: for what has no property,
 * such as a listener. Every bean of this type is called, in bean order, after the properties.
 */
@FunctionalInterface
public interface JournalOptionsCustomizer {

  /** Changes the options. */
  void customize(JournalOptions.Builder options);
}

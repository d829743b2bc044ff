package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalListener;

/**
 * Listens to every journal that {@link JournalFactory} opens. Each bean of this type is asked for a
 * listener once per journal, before that is opened.
 */
@FunctionalInterface
public interface JournalObserver {

  /**
   * A listener for one journal.
   *
   * @param journal bean name of the journal
   */
  JournalListener listenTo(String journal);
}

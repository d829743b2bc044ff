package dev.paxosjournal.spring.autoconfigure;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.RecoveryReport;

/**
 * What a journal went through, as an application event: write {@code @EventListener void
 * on(JournalEvent.Failed event)}. Events are published one after another on a thread of their own,
 * so a listener may wait, and may call the journal; none is published before the context has
 * started or after it has stopped.
 */
public sealed interface JournalEvent {

  /** The bean name of the journal. */
  String journal();

  /** The journal was opened or reopened. */
  record Recovered(String journal, RecoveryReport report) implements JournalEvent {}

  /** A read found a damaged slot that nobody knew of. */
  record DamageFound(String journal, long slot) implements JournalEvent {}

  /** The disk failed; no writes are taken until the journal is reopened. */
  record Failed(String journal, JournalException.Failed cause) implements JournalEvent {}

  /** There is no space on the disk; writes are refused until there is. */
  record Filled(String journal, JournalException.NoSpace cause) implements JournalEvent {}

  /** There is space again, and writes are taken. */
  record Resumed(String journal) implements JournalEvent {}
}

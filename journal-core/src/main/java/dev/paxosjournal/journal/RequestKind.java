package dev.paxosjournal.journal;

/** What a write asked for; a tag of counters and meters. */
public enum RequestKind {
  /** {@link PaxosJournal#promise}. */
  PROMISE,
  /** {@link PaxosJournal#accept}. */
  ACCEPT,
  /** {@link PaxosJournal#learn}. */
  LEARN,
  /** {@link PaxosJournal#commit}. */
  COMMIT,
  /** {@link PaxosJournal#compact}. */
  COMPACT,
  /** {@link PaxosJournal#advanceFloor}. */
  ADVANCE_FLOOR,
  /** {@link PaxosJournal#sync}. */
  SYNC,
  /** Term or vote, by {@link RaftRecords}. */
  REGISTER,
  /** A new end of the log, by {@link RaftRecords}. */
  REPLACE_SUFFIX
}

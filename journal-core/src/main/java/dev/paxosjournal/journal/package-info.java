/**
 * The journal of a Paxos acceptor: open one with {@link
 * dev.paxosjournal.journal.PaxosJournal#open(dev.paxosjournal.journal.JournalOptions)}, reply to a
 * peer when the future of a write completes, and hand committed values to peers that missed them
 * with {@link dev.paxosjournal.journal.JournalView#retransmit(long, long)}.
 */
@NullMarked
package dev.paxosjournal.journal;

import org.jspecify.annotations.NullMarked;

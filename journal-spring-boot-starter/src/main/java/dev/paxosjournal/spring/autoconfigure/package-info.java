/**
 * One {@link dev.paxosjournal.journal.PaxosJournal} as a bean, from the properties {@code
 * paxos.journal.*}: opened before anything that uses it, closed after it, and open again after a
 * restart of the context.
 */
@NullMarked
package dev.paxosjournal.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;

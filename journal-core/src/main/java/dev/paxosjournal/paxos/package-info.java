/**
 * The words of the protocol: ballots, values, slots and what an acceptor knows of them. Immutable,
 * and without any knowledge of files.
 */
@NullMarked
package dev.paxosjournal.paxos;

import org.jspecify.annotations.NullMarked;

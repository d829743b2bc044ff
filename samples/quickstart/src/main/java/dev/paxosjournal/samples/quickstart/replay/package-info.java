/** Plays recorded journal calls of a Paxos engine into new journals and checks what they hold. */
@NullMarked
package dev.paxosjournal.samples.quickstart.replay;

import org.jspecify.annotations.NullMarked;

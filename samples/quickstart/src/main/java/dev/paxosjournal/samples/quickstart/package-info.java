/** An acceptor of a Paxos cluster behind HTTP, on the journal's Spring Boot starter. */
@NullMarked
package dev.paxosjournal.samples.quickstart;

import org.jspecify.annotations.NullMarked;

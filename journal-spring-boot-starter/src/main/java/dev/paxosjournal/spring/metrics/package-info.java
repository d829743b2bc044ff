/** The meters {@code paxos.journal.*} for Micrometer. */
@NullMarked
package dev.paxosjournal.spring.metrics;

import org.jspecify.annotations.NullMarked;

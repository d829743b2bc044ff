/**
 * The acceptor's calls over HTTP: strict JSON in, one answer that is durable, or one error body.
 */
@NullMarked
package dev.paxosjournal.samples.quickstart.acceptor;

import org.jspecify.annotations.NullMarked;

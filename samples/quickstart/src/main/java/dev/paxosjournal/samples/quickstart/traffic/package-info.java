/**
 * A simulated cluster that keeps the node busy, for metrics and console to have something to show.
 */
@NullMarked
package dev.paxosjournal.samples.quickstart.traffic;

import org.jspecify.annotations.NullMarked;

/** The benchmark: what is measured, in rounds, and how the results are told. */
@NullMarked
package dev.paxosjournal.samples.benchmark;

import org.jspecify.annotations.NullMarked;

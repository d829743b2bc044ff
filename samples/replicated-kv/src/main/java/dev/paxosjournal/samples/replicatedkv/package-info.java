/** The application of the replicated sample: one node, or the commands around a cluster of them. */
@NullMarked
package dev.paxosjournal.samples.replicatedkv;

import org.jspecify.annotations.NullMarked;

/** Commands around a cluster of three nodes on this machine. */
@NullMarked
package dev.paxosjournal.samples.replicatedkv.cluster;

import org.jspecify.annotations.NullMarked;

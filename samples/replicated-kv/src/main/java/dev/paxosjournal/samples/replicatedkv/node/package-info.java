/**
 * One node: the engine on this node's journal, its HTTP interface, and what it asks of its peers.
 */
@NullMarked
package dev.paxosjournal.samples.replicatedkv.node;

import org.jspecify.annotations.NullMarked;

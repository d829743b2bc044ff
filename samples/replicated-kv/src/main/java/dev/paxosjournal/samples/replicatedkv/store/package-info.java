/** The replicated map: what the engine's entries mean. */
@NullMarked
package dev.paxosjournal.samples.replicatedkv.store;

import org.jspecify.annotations.NullMarked;

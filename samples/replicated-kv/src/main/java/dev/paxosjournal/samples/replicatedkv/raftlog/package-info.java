/**
 * jgroups-raft's log on a journal. The only package that knows both; its engine's interface changes
 * with version 2.
 */
@NullMarked
package dev.paxosjournal.samples.replicatedkv.raftlog;

import org.jspecify.annotations.NullMarked;

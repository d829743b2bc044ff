package dev.paxosjournal.wal;

import java.util.List;

/**
 * What is left of a group at the end of the log that is not whole.
 *
 * @param state of the acceptor, as its header or the copy of that tells; of slots it proves nothing
 * @param registers its register records that can be read
 */
public record TornGroup(ShardState state, List<LostStretch.Remains> registers) {}

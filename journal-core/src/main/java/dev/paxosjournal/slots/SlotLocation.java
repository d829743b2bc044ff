package dev.paxosjournal.slots;

import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.wal.WalPointer;

/**
 * At which ballot a slot stands and where its value lies.
 *
 * @param ballot of the accept or learn
 * @param pointer to that record
 */
public record SlotLocation(Ballot ballot, WalPointer pointer) {}

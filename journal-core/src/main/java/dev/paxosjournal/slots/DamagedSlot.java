package dev.paxosjournal.slots;

import dev.paxosjournal.paxos.Ballot;
import java.util.Optional;

/**
 * What is known of a slot whose record cannot be read.
 *
 * @param slot the slot
 * @param committed whether it is known to be committed
 * @param ballot of the lost record, if known
 * @param lengthBytes of the lost value, or -1
 * @param checksum of the lost value, if its length is known
 * @param position of the lost record in the log, or -1
 */
public record DamagedSlot(
    long slot,
    boolean committed,
    Optional<Ballot> ballot,
    int lengthBytes,
    int checksum,
    long position) {}

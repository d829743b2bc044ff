package dev.paxosjournal.journal;

import java.util.UUID;

/**
 * Whose journal a directory holds. A plain copy of the files has the same identity and cannot be
 * told from the original from inside: compare {@code journalId} and {@code openCounter} with what
 * the peers last saw.
 *
 * @param clusterId the cluster, as configured
 * @param nodeId the node within the cluster, as configured
 * @param journalId random, made with the journal
 * @param openCounter how many lives have written to this journal, this one included
 */
public record JournalIdentity(String clusterId, int nodeId, UUID journalId, long openCounter) {}

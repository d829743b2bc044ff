package dev.paxosjournal.wal;

import java.util.UUID;

/**
 * Whose log it is, as every segment says.
 *
 * @param clusterId as configured
 * @param nodeId as configured
 * @param journalId random, made with the journal
 * @param openCounter how many lives have written, this one included
 */
public record LogIdentity(String clusterId, int nodeId, UUID journalId, long openCounter) {}

package dev.paxosjournal.journal;

import java.time.Instant;

/**
 * Evidence: bytes that recovery set aside as not of the log, kept to be looked at.
 *
 * @param file the file that holds them
 * @param offset of the first byte in that file
 * @param lengthBytes how many bytes
 * @param why one sentence for people
 * @param when they were set aside
 */
public record SetAside(String file, long offset, long lengthBytes, String why, Instant when) {}

package dev.paxosjournal.journal;

import java.time.Instant;

/**
 * One segment file of the log, as it is known in memory.
 *
 * @param sequence its number, 1 and up
 * @param file its file name
 * @param base position in the log at which it begins
 * @param end position at which the next segment begins, or the log ends
 * @param fileBytes length of the file
 * @param usedBytes how many of them the header and the log take
 * @param highestSlot the highest slot that one of its records names; -1 for none
 * @param created when it was made; the epoch if its header is lost
 * @param openCounter in which life of the journal it was written, from 1
 * @param current whether groups are appended to it
 * @param damagedSlots how many slots are damaged whose record is known to have lain in it
 */
public record SegmentInfo(
    long sequence,
    String file,
    long base,
    long end,
    long fileBytes,
    long usedBytes,
    long highestSlot,
    Instant created,
    long openCounter,
    boolean current,
    long damagedSlots) {}

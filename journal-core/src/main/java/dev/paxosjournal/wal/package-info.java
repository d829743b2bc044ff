/**
 * The write-ahead log: segments, groups and records at positions. Every byte offset and checksum of
 * the log is known here and nowhere else (FORMAT.md); what a record means for an acceptor is not.
 */
@NullMarked
package dev.paxosjournal.wal;

import org.jspecify.annotations.NullMarked;

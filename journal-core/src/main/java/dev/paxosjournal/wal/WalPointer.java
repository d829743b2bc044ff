package dev.paxosjournal.wal;

/**
 * Where a record with a value lies, and what its value must look like.
 *
 * @param position of the record header, in bytes from the start of the log
 * @param lengthBytes of the value
 * @param checksum CRC-32C of the value
 */
public record WalPointer(long position, int lengthBytes, int checksum) {}

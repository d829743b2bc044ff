package dev.paxosjournal.slots;

import java.nio.ByteBuffer;
import java.util.UUID;

/** The entries of neighbouring slots, read at once; each is verified when it is asked for. */
public final class PositionsRun {
  private static final int MOST_ENTRIES = 1024;

  private final ByteBuffer entries =
      ByteBuffer.allocate(MOST_ENTRIES * Positions.ENTRY_BYTES).limit(0);
  private final Positions.Checksum checksum;
  private long first;
  private int at;

  PositionsRun(UUID journalId) {
    this.checksum = new Positions.Checksum(journalId);
  }

  /** Where the entries are to be read to: so many from a slot on, of one file. */
  ByteBuffer begin(long firstSlot, long lastSlot) {
    first = firstSlot;
    long inFile = Positions.SLOTS_PER_FILE - firstSlot % Positions.SLOTS_PER_FILE;
    long count = Math.min(MOST_ENTRIES, Math.min(inFile, lastSlot - firstSlot + 1));
    return entries.clear().limit((int) Math.max(0, count) * Positions.ENTRY_BYTES);
  }

  /** So many bytes were read. */
  void end(int bytes) {
    entries.position(0).limit(bytes - bytes % Positions.ENTRY_BYTES);
  }

  /** Whether the entry of a slot was read, valid or not. */
  public boolean covers(long slot) {
    return slot >= first && slot - first < entries.limit() / Positions.ENTRY_BYTES;
  }

  /** Goes to the entry of a slot; false if that was not read or is not valid. */
  public boolean find(long slot) {
    if (!covers(slot)) {
      return false;
    }
    at = (int) (slot - first) * Positions.ENTRY_BYTES;
    return checksum.matches(slot, entries, at);
  }

  /** Of the entry found: the position of the record. */
  public long position() {
    return entries.getLong(at);
  }

  /** Of the entry found: the round of its ballot. */
  public long round() {
    return entries.getLong(at + 8);
  }

  /** Of the entry found: the node of its ballot. */
  public int node() {
    return entries.getInt(at + 16);
  }

  /** Of the entry found: the length of the value. */
  public int lengthBytes() {
    return entries.getInt(at + 20);
  }

  /** Of the entry found: the CRC-32C of the value. */
  public int valueChecksum() {
    return entries.getInt(at + 24);
  }
}

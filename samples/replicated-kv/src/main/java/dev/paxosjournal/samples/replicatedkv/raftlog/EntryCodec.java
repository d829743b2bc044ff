package dev.paxosjournal.samples.replicatedkv.raftlog;

import dev.paxosjournal.paxos.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jgroups.Address;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.util.Util;

/** Entries and addresses of the engine as values of the journal: flags (1), term (8), command. */
final class EntryCodec {
  private static final int HEADER_BYTES = 9;
  private static final int INTERNAL = 1;
  private static final int NO_COMMAND = 2;

  private EntryCodec() {}

  static Value encode(LogEntry entry) {
    byte[] command = entry.command();
    ByteBuffer value = ByteBuffer.allocate(HEADER_BYTES + (command == null ? 0 : entry.length()));
    int flags = (entry.internal() ? INTERNAL : 0) | (command == null ? NO_COMMAND : 0);
    value.put((byte) flags).putLong(entry.term());
    if (command != null) {
      value.put(command, entry.offset(), entry.length());
    }
    return Value.copyOf(value.flip());
  }

  static LogEntry decode(Value value) {
    ByteBuffer source = value.asReadOnlyBuffer();
    int flags = source.get();
    long term = source.getLong();
    if ((flags & NO_COMMAND) != 0) {
      return new LogEntry(term, null);
    }
    byte[] command = new byte[source.remaining()];
    source.get(command);
    return new LogEntry(term, command, 0, command.length, (flags & INTERNAL) != 0);
  }

  static long termOf(Value value) {
    return value.asReadOnlyBuffer().getLong(1);
  }

  static Value encode(Address address) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      Util.writeAddress(address, new DataOutputStream(bytes));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return Value.copyOf(bytes.toByteArray());
  }

  static Address decodeAddress(Value vote) {
    try {
      return Util.readAddress(new DataInputStream(new ByteArrayInputStream(vote.toByteArray())));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (ClassNotFoundException failure) {
      throw new IllegalStateException("a vote for an address of an unknown kind", failure);
    }
  }
}

package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Registration;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.slots.SlotLocation;
import dev.paxosjournal.wal.GroupBuilder;
import dev.paxosjournal.wal.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A write that only a Raft node asks for. */
final class RaftRequest extends Request {

  /** What is to be registered; null for a suffix. */
  final @Nullable Registration registration;

  /** What follows the suffix that is dropped; each is taken, or none. */
  final List<Accept> suffix;

  /** Where the values of the suffix lie; written by the journal's thread. */
  final List<SlotLocation> locations = new ArrayList<>();

  /** Whether anything was there to be dropped. */
  boolean truncates;

  private final int suffixBytes;

  private RaftRequest(
      Kind kind,
      long slot,
      @Nullable Registration registration,
      List<Accept> suffix,
      boolean waits) {
    super(kind, slot, NO_BALLOT, null, waits);
    this.registration = registration;
    this.suffix = suffix;
    this.suffixBytes = suffix.stream().mapToInt(accept -> accept.value().length()).sum();
  }

  static RaftRequest register(Registration registration, boolean waits) {
    return new RaftRequest(Kind.REGISTER, 0, registration, List.of(), waits);
  }

  static RaftRequest replaceSuffix(long from, List<Accept> suffix, boolean waits) {
    return new RaftRequest(Kind.REPLACE_SUFFIX, from, null, suffix, waits);
  }

  Registration requiredRegistration() {
    if (registration == null) {
      throw new AssertionError("a request of kind " + kind + " registers nothing");
    }
    return registration;
  }

  @Override
  int valueBytes() {
    return registration == null ? suffixBytes : registration.vote().map(Value::length).orElse(0);
  }

  @Override
  int mostRecords() {
    return 1 + suffix.size();
  }

  @Override
  long mostRecordBytes() {
    long bytes = GroupBuilder.mostRegisterBytes();
    for (Accept accept : suffix) {
      bytes += RecordHeader.recordBytes(accept.value().length());
    }
    return bytes;
  }

  @Override
  void reset() {
    super.reset();
    locations.clear();
    truncates = false;
  }
}

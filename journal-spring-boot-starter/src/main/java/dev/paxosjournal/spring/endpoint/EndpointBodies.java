package dev.paxosjournal.spring.endpoint;

import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.RecoveryReport;
import dev.paxosjournal.journal.SlotPage;
import dev.paxosjournal.journal.SlotSummary;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the endpoint answers; what is not known is left out or null. */
final class EndpointBodies {
  private EndpointBodies() {}

  record Status(
      String clusterId,
      int nodeId,
      String journalId,
      long openCounter,
      String state,
      @Nullable String promised,
      long committedThrough,
      @Nullable Long firstGap,
      long highestSlot,
      long pending,
      long damaged,
      long firstAvailable,
      long logBytes,
      long liveBytes,
      int segments,
      long diskFreeBytes,
      @Nullable String cause) {

    static Status of(PaxosJournal journal) {
      JournalStatus status = journal.status();
      var identity = journal.identity();
      return new Status(
          identity.clusterId(),
          identity.nodeId(),
          identity.journalId().toString(),
          identity.openCounter(),
          status.state().name(),
          text(status.promised()),
          status.committedThrough(),
          orNull(status.firstGap()),
          status.highestSlot(),
          status.pending(),
          status.damaged(),
          status.firstAvailable(),
          status.logBytes(),
          status.liveBytes(),
          status.segments(),
          journal.diskFreeBytes(),
          status.cause().orElse(null));
    }
  }

  record Slots(List<SlotRow> slots, @Nullable Long next) {
    static Slots of(SlotPage page) {
      return new Slots(
          page.slots().stream().map(SlotRow::of).toList(),
          page.next().isPresent() ? page.next().getAsLong() : null);
    }
  }

  record SlotRow(
      long slot,
      String kind,
      @Nullable String ballot,
      @Nullable Integer lengthBytes,
      @Nullable String checksum) {

    static SlotRow of(SlotSummary summary) {
      return new SlotRow(
          summary.slot(),
          summary.kind().name(),
          text(summary.ballot()),
          summary.lengthBytes().isPresent() ? summary.lengthBytes().getAsInt() : null,
          hex(summary.checksum()));
    }
  }

  /** One slot, its record read and checked. */
  record Slot(
      long slot,
      String kind,
      @Nullable String ballot,
      @Nullable Integer lengthBytes,
      @Nullable String valueBase64,
      @Nullable Boolean committed,
      @Nullable String expectedChecksum,
      @Nullable String foundChecksum,
      @Nullable String file,
      @Nullable Long offset,
      @Nullable String reason) {

    static Slot of(SlotState state, boolean showValues) {
      if (state instanceof SlotState.Pending pending) {
        return held(pending.slot(), "PENDING", pending.ballot(), pending.value(), showValues);
      }
      if (state instanceof SlotState.Committed committed) {
        return held(
            committed.slot(), "COMMITTED", committed.ballot(), committed.value(), showValues);
      }
      if (state instanceof SlotState.Damaged damaged) {
        return damaged(damaged);
      }
      String kind = state instanceof SlotState.Compacted ? "COMPACTED" : "UNKNOWN";
      return new Slot(state.slot(), kind, null, null, null, null, null, null, null, null, null);
    }

    private static Slot held(
        long slot, String kind, Ballot ballot, Value value, boolean showValues) {
      String bytes = showValues ? Base64.getEncoder().encodeToString(value.toByteArray()) : null;
      return new Slot(
          slot, kind, ballot.toString(), value.length(), bytes, null, null, null, null, null, null);
    }

    private static Slot damaged(SlotState.Damaged damaged) {
      boolean located = !damaged.file().isEmpty();
      return new Slot(
          damaged.slot(),
          "DAMAGED",
          text(damaged.ballot()),
          damaged.lengthBytes().isPresent() ? damaged.lengthBytes().getAsInt() : null,
          null,
          damaged.committed(),
          hex(damaged.expectedChecksum()),
          hex(damaged.foundChecksum()),
          located ? damaged.file() : null,
          located ? damaged.offset() : null,
          damaged.reason());
    }
  }

  record Recovery(
      String opened,
      long openCounter,
      long nanos,
      long scannedFrom,
      long scannedTo,
      boolean fromCheckpoint,
      long groups,
      long tornBytes,
      boolean rewrittenGroup,
      boolean positionsRebuilt,
      long damagedSlots,
      List<String> findings) {

    static Recovery of(RecoveryReport report) {
      return new Recovery(
          report.opened().toString(),
          report.openCounter(),
          report.nanos(),
          report.scannedFrom(),
          report.scannedTo(),
          report.fromCheckpoint(),
          report.groups(),
          report.tornBytes(),
          report.rewrittenGroup(),
          report.positionsRebuilt(),
          report.damagedSlots(),
          report.findings());
    }
  }

  /** An operation; kind and state are {@code NONE} if there was none. */
  record OperationBody(
      long id,
      String kind,
      String state,
      boolean dryRun,
      long done,
      long total,
      long damaged,
      long healed,
      long bytesRead,
      @Nullable String begun,
      long tookMillis,
      List<String> findings) {

    static OperationBody of(Optional<Operation> found) {
      if (found.isEmpty()) {
        return new OperationBody(0, "NONE", "NONE", false, 0, 0, 0, 0, 0, null, 0, List.of());
      }
      Operation operation = found.get();
      return new OperationBody(
          operation.id(),
          operation.kind().name(),
          operation.state().name(),
          operation.dryRun(),
          operation.done(),
          operation.total(),
          operation.damaged(),
          operation.healed(),
          operation.bytesRead(),
          operation.begun().toString(),
          operation.took().toMillis(),
          operation.findings());
    }
  }

  /** Why a request was refused. */
  record Refusal(String error) {}

  /** Every type that is turned into JSON. */
  static List<Class<?>> types() {
    return List.of(
        Status.class,
        Slots.class,
        SlotRow.class,
        Slot.class,
        Recovery.class,
        OperationBody.class,
        Refusal.class);
  }

  private static @Nullable String text(Optional<Ballot> ballot) {
    return ballot.map(Ballot::toString).orElse(null);
  }

  private static @Nullable Long orNull(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  private static @Nullable String hex(OptionalInt checksum) {
    return checksum.isPresent() ? String.format("%08x", checksum.getAsInt()) : null;
  }
}

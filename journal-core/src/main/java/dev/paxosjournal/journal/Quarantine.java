package dev.paxosjournal.journal;

import dev.paxosjournal.wal.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What recoveries set aside: the torn end of a segment stays in its file, behind the end of the
 * log, until the segment is compacted or somebody has looked at it.
 */
final class Quarantine {
  private final Life life;

  Quarantine(Life life) {
    this.life = life;
  }

  private record Piece(Segment segment, long position, SetAside told) {}

  /** What is still there, newest first. */
  List<SetAside> list() {
    return pieces().stream().map(Piece::told).toList();
  }

  /**
   * Cuts off what is set aside, where the log goes on in another file; at the very end of the log
   * it stays until something was written.
   */
  void delete() throws IOException {
    for (Piece piece : pieces()) {
      life.log.cutOffBehind(piece.segment(), piece.position());
    }
  }

  private List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (RecoveryReport report : RecoveryReports.read(life)) {
      for (RecoveryReport.SegmentReport told : report.segments()) {
        if (told.setAsideBytes() > 0 && seen.add(told.file())) {
          find(told, report, pieces);
        }
      }
    }
    return pieces;
  }

  private void find(RecoveryReport.SegmentReport told, RecoveryReport report, List<Piece> pieces) {
    for (Segment segment : life.log.segments()) {
      long position = told.scannedTo();
      long offset = segment.offsetOf(position);
      if (segment.fileName().equals(told.file()) && offset >= 0 && offset < segment.fileBytes()) {
        long bytes = Math.min(told.setAsideBytes(), segment.fileBytes() - offset);
        String why = String.join("; ", told.why());
        pieces.add(
            new Piece(
                segment,
                position,
                new SetAside(segment.fileName(), offset, bytes, why, report.opened())));
      }
    }
  }
}

package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import dev.paxosjournal.samples.replicatedkv.raftlog.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * What this node tells its peers. Of a slot: round (8), node (4), value; only what is committed
 * here; 410 if it is compacted, 404 for everything else. Besides its snapshot, as it lies on disk,
 * or 404.
 */
@RestController
final class PeerController {
  private final PaxosJournal journal;
  private final JournalLog log;

  PeerController(PaxosJournal journal, JournalLog log) {
    this.journal = journal;
    this.log = log;
  }

  @GetMapping(path = "/committed/{slot}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
  ResponseEntity<byte[]> committed(@PathVariable long slot) {
    if (slot < 0) {
      return ResponseEntity.notFound().build();
    }
    SlotState state = journal.slot(slot);
    if (state instanceof SlotState.Compacted) {
      return ResponseEntity.status(HttpStatus.GONE).build();
    }
    if (!(state instanceof SlotState.Committed found)) {
      return ResponseEntity.notFound().build();
    }
    ByteBuffer body = ByteBuffer.allocate(12 + found.value().length());
    body.putLong(found.ballot().round()).putInt(found.ballot().node());
    found.value().putTo(body);
    return ResponseEntity.ok(body.array());
  }

  @GetMapping(path = "/snapshot", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
  ResponseEntity<byte[]> snapshot() {
    try {
      return log.saved()
          .map(Snapshot::encode)
          .map(ResponseEntity::ok)
          .orElse(ResponseEntity.notFound().build());
    } catch (IOException damaged) {
      return ResponseEntity.notFound().build();
    }
  }
}

package dev.paxosjournal.samples.replicatedkv.node;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.SlotState;
import java.nio.ByteBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * What this node tells its peers of a slot: round (8), node (4), value. Only what is committed
 * here; everything else is 404.
 */
@RestController
final class CommittedController {
  private final PaxosJournal journal;

  CommittedController(PaxosJournal journal) {
    this.journal = journal;
  }

  @GetMapping(path = "/committed/{slot}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
  ResponseEntity<byte[]> committed(@PathVariable long slot) {
    if (slot < 0 || !(journal.slot(slot) instanceof SlotState.Committed found)) {
      return ResponseEntity.notFound().build();
    }
    ByteBuffer body = ByteBuffer.allocate(12 + found.value().length());
    body.putLong(found.ballot().round()).putInt(found.ballot().node());
    found.value().putTo(body);
    return ResponseEntity.ok(body.array());
  }
}

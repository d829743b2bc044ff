package dev.paxosjournal.spring.admin.browser;

import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A node in whose journal there is something of everything that a page can show. */
final class SampleJournal {
  private static final long COMMITTED = 6000;
  private static final long COMPACTED = 2000;
  static final long DAMAGED = 4711;
  static final long JSON = 5001;

  private SampleJournal() {}

  static ConsoleNode start(Path directory, String... properties) throws IOException {
    ConsoleNode node =
        ConsoleNode.start(
            directory,
            slot -> Optional.of(new Accept(slot, ConsoleNode.ballotOf(slot), valueOf(slot))),
            options -> options.segmentBytes(1 << 20).maxValueBytes(100_000),
            properties);
    node.fill(0, COMMITTED, SampleJournal::valueOf);
    node.journal().compact(COMPACTED).join();
    node.rot(DAMAGED);
    node.rot(DAMAGED + 1);
    Ballot leader = new Ballot(12, 2);
    node.journal().promise(leader).join();
    for (long slot : List.of(COMMITTED, COMMITTED + 2, COMMITTED + 3, COMMITTED + 7)) {
      node.journal().accept(new Accept(slot, leader, valueOf(slot))).join();
    }
    Operation verified = node.journal().verify(0).join();
    if (verified.damaged() != 2) {
      throw new IllegalStateException("not as intended: " + verified);
    }
    return node;
  }

  static Value valueOf(long slot) {
    String text = "x".repeat((int) (slot % 300));
    return slot % 2 == 0
        ? Value.utf8("order " + slot + " " + text)
        : Value.utf8(
            "{\"order\":"
                + slot
                + ",\"customer\":{\"name\":\"Åsa\",\"lines\":[1,2,3]},\"note\":\""
                + text
                + "\"}");
  }
}

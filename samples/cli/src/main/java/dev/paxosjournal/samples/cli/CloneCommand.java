package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.JournalIdentity;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.ReadOnlyJournal;
import dev.paxosjournal.journal.Retransmission;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a directory for a new member. */
@Command(
    name = "clone",
    description =
        "Makes a directory for a new member of the cluster: committed values and floor under a new"
            + " journal id. No promise and no pending slot go with it: those are this node's alone.",
    mixinStandardHelpOptions = true)
final class CloneCommand implements Callable<Integer> {
  private static final int MOST_UNDERWAY = 1000;

  @Mixin private Target target = new Target();

  @Option(names = "--node", required = true, description = "the new member's node id")
  private int node;

  @Option(names = "--to", required = true, description = "the new directory; absent or empty")
  private Path to = Path.of("");

  @Option(names = "--max-value-bytes", description = "the largest value; 16777216 by default")
  private int maxValueBytes = 16 << 20;

  CloneCommand() {}

  @Override
  public Integer call() throws IOException {
    try (ReadOnlyJournal source = target.look()) {
      JournalIdentity owner = source.identity();
      if (owner.nodeId() == node) {
        throw new Refused(
            "node "
                + node
                + " is the one that "
                + target.directory()
                + " belongs to; a new member needs an id of its own");
      }
      refuseUsed();
      try (PaxosJournal made =
          PaxosJournal.open(Target.options(to, owner.clusterId(), node, maxValueBytes, true))) {
        return copy(source, made);
      }
    }
  }

  private void refuseUsed() throws IOException {
    if (!Files.exists(to)) {
      return;
    }
    if (!Files.isDirectory(to)) {
      throw new Refused(to + " is not a directory");
    }
    try (Stream<Path> files = Files.list(to)) {
      if (files.findAny().isPresent()) {
        throw new Refused(to + " is not empty; name a new directory");
      }
    }
  }

  private int copy(ReadOnlyJournal source, PaxosJournal made) {
    JournalStatus status = source.status();
    if (status.firstAvailable() > 0) {
      made.advanceFloor(status.firstAvailable()).join();
    }
    List<Long> damaged = new ArrayList<>();
    ArrayDeque<CompletableFuture<Void>> underway = new ArrayDeque<>();
    long copied = 0;
    try (Retransmission walk = source.retransmit(status.firstAvailable(), Long.MAX_VALUE)) {
      for (Optional<SlotState> next = walk.next(); next.isPresent(); next = walk.next()) {
        if (next.get() instanceof SlotState.Committed found) {
          underway.add(made.learn(new Accept(found.slot(), found.ballot(), found.value())));
          copied++;
        } else {
          damaged.add(next.get().slot());
        }
        if (underway.size() > MOST_UNDERWAY) {
          underway.remove().join();
        }
      }
    }
    underway.forEach(CompletableFuture::join);
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("directory", to.toString());
    facts.put("cluster", made.identity().clusterId());
    facts.put("node", made.identity().nodeId());
    facts.put("journal", made.identity().journalId().toString());
    facts.put("copied", copied);
    facts.put("firstAvailable", made.status().firstAvailable());
    facts.put("leftOut", damaged);
    target.print(facts);
    return damaged.isEmpty() ? JournalCli.FINE : JournalCli.DAMAGE;
  }
}

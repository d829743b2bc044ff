package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.JournalIdentity;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.ReadOnlyJournal;
import dev.paxosjournal.journal.Retransmission;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.SlotState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
      Path unfinished = unfinished();
      deleteUnfinished(unfinished);
      Map<String, @Nullable Object> facts;
      List<Long> damaged = new ArrayList<>();
      try (PaxosJournal made =
          PaxosJournal.open(
              Target.options(unfinished, owner.clusterId(), node, maxValueBytes, true))) {
        facts = copy(source, made, damaged);
      }
      // Only now: half of a member's values under its own name would pass for a whole member.
      Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE);
      forceParent();
      target.print(facts);
      return damaged.isEmpty() ? JournalCli.FINE : JournalCli.DAMAGE;
    }
  }

  /** Beside the new directory, so that it can be renamed. */
  private Path unfinished() throws IOException {
    Path whole = to.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    if (parent == null) {
      throw new Refused(to + " cannot be a new directory");
    }
    Files.createDirectories(parent);
    return parent.resolve(whole.getFileName() + ".unfinished-clone");
  }

  /** What a clone that was interrupted left behind. */
  private static void deleteUnfinished(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private void forceParent() throws IOException {
    Path parent = to.toAbsolutePath().normalize().getParent();
    if (parent != null) {
      try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
        directory.force(true);
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

  private Map<String, @Nullable Object> copy(
      ReadOnlyJournal source, PaxosJournal made, List<Long> damaged) {
    JournalStatus status = source.status();
    if (status.firstAvailable() > 0) {
      made.advanceFloor(status.firstAvailable()).join();
    }
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
    return facts;
  }
}

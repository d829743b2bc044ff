package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.JournalIdentity;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.journal.ReadOnlyJournal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What every command is given: the directory, and how to print. */
final class Target {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long BLOCK = 4096;

  @Option(
      names = {"-d", "--directory"},
      required = true,
      description = "the journal's directory")
  private Path directory = Path.of("");

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  Target() {}

  Path directory() {
    return directory;
  }

  boolean json() {
    return json;
  }

  /** Looks at the directory; works beside a running node. */
  ReadOnlyJournal look() {
    return PaxosJournal.openReadOnly(directory);
  }

  /** Opens the directory for writing, as the node that its files name. */
  PaxosJournal open(int maxValueBytes) {
    JournalIdentity owner;
    try (ReadOnlyJournal looked = look()) {
      owner = looked.identity();
    }
    return PaxosJournal.open(
        options(directory, owner.clusterId(), owner.nodeId(), maxValueBytes, false));
  }

  static JournalOptions options(
      Path directory, String clusterId, int nodeId, int maxValueBytes, boolean create) {
    long least = (2L * maxValueBytes + BLOCK - 1) / BLOCK * BLOCK;
    return JournalOptions.builder(directory, clusterId, nodeId)
        .create(create)
        .preallocate(false)
        .maxValueBytes(maxValueBytes)
        .segmentBytes(Math.max(64L << 20, least))
        .build();
  }

  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** One object as one line. */
  void printJson(Map<String, @Nullable Object> object) {
    out().println(JSON.writeValueAsString(object));
  }

  /** An object for people, or as JSON. */
  void print(Map<String, @Nullable Object> object) {
    if (json) {
      printJson(object);
      return;
    }
    object.forEach((name, value) -> out().printf("%-18s %s%n", name, value == null ? "-" : value));
  }
}

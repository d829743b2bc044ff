package dev.paxosjournal.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JournalCliTest {
  private static final Ballot BALLOT = new Ballot(7, 1);
  private static final int SLOTS = 20;

  @TempDir private Path temporary;

  private Path first;
  private Path second;
  private String out = "";
  private String err = "";

  @BeforeEach
  void twoNodesOfOneCluster() {
    first = temporary.resolve("first");
    second = temporary.resolve("second");
    fill(first, "orders", 1);
    fill(second, "orders", 2);
  }

  private static PaxosJournal open(Path directory, String cluster, int node) {
    return PaxosJournal.open(
        JournalOptions.builder(directory, cluster, node).preallocate(false).build());
  }

  private static void fill(Path directory, String cluster, int node) {
    try (PaxosJournal journal = open(directory, cluster, node)) {
      for (long slot = 0; slot < SLOTS; slot++) {
        journal.learn(SampleSlots.accept(slot)).join();
      }
      journal.accept(SampleSlots.accept(SLOTS)).join();
    }
  }

  private int run(Object... arguments) {
    StringWriter stdout = new StringWriter();
    StringWriter stderr = new StringWriter();
    String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    int exit = JournalCli.run(new PrintWriter(stdout), new PrintWriter(stderr), texts);
    out = stdout.toString();
    err = stderr.toString();
    return exit;
  }

  private static Map<String, Integer> picture(Path directory) throws IOException {
    Map<String, Integer> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.toList()) {
        files.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private void isRefused(int exit, String why) {
    assertThat(exit).isEqualTo(2);
    assertThat(out).isEmpty();
    assertThat(err).contains(why).hasLineCount(1);
  }

  @Test
  void statusTellsWhoseJournalItIsAndWhatItKnows() {
    assertThat(run("status", "--directory", first)).isZero();
    assertThat(out).contains("cluster            orders", "committedThrough   19");
    assertThat(err).isEmpty();

    assertThat(run("status", "--directory", first, "--json")).isZero();
    JsonNode status = new JsonMapper().readTree(out);
    assertThat(status.get("node").asInt()).isEqualTo(1);
    assertThat(status.get("pending").asInt()).isEqualTo(1);
    assertThat(status.get("promised").asString()).isEqualTo(BALLOT.toString());
  }

  @Test
  void readOnlyCommandsWorkBesideARunningNodeAndWritingOnesRefuse() throws IOException {
    try (PaxosJournal running = open(first, "orders", 1)) {
      running.learn(SampleSlots.accept(SLOTS)).join();

      assertThat(run("status", "-d", first)).isZero();
      assertThat(out).contains("committedThrough   20");
      assertThat(run("verify", "-d", first)).isZero();
      assertThat(run("dump", "-d", first)).isZero();
      assertThat(run("report", "-d", first)).isZero();
      assertThat(run("repair", "-d", second, "--from", first)).isZero();
      Map<String, Integer> before = picture(first);
      isRefused(run("rebuild", "-d", first), "already open");
      isRefused(run("repair", "-d", first, "--from", second), "already open");
      assertThat(picture(first)).isEqualTo(before);
    }
  }

  @Test
  void aFlippedValueIsFoundItsNeighboursAreServedAndASecondNodeHealsIt() throws IOException {
    SampleSlots.flip(first, 7);

    assertThat(run("verify", "-d", first)).isEqualTo(1);
    assertThat(out).contains("slot 7: ", "file wal-", "offset ", "expected ", "found ");
    assertThat(run("dump", "-d", first, "--from", 6, "--limit", 3, "--values")).isEqualTo(1);
    assertThat(out.lines().map(line -> new JsonMapper().readTree(line).get("state").asString()))
        .containsExactly("COMMITTED", "DAMAGED", "COMMITTED");
    Map<String, Integer> harmed = picture(first);
    assertThat(run("repair", "-d", first, "--from", second, "--dry-run")).isZero();
    assertThat(out).contains("slot 7: would be healed", "healable           1");
    assertThat(picture(first)).as("a dry run writes nothing").isEqualTo(harmed);
    assertThat(run("verify", "-d", first)).isEqualTo(1);

    assertThat(run("repair", "-d", first, "--from", second)).isZero();

    assertThat(out).contains("slot 7: healed at ballot");
    assertThat(run("dump", "-d", first, "--from", 7, "--limit", 1)).isZero();
    assertThat(run("status", "-d", first)).isZero();
    assertThat(run("verify", "-d", first)).as("nothing is missing any more").isZero();
    assertThat(out).contains("slots [7]: nothing is lost");
    try (PaxosJournal journal = open(first, "orders", 1)) {
      assertThat(journal.slot(7))
          .isEqualTo(new SlotState.Committed(7, BALLOT, SampleSlots.accept(7).value()));
    }
  }

  @Test
  void aSlotThatTheOtherNodeLostAsWellStaysDamaged() throws IOException {
    SampleSlots.flip(first, 7);
    SampleSlots.flip(second, 7);

    assertThat(run("repair", "-d", first, "--from", second, "--dry-run")).isEqualTo(1);
    assertThat(out).contains("slot 7: the source does not have it");
    assertThat(run("repair", "-d", first, "--from", second)).isEqualTo(1);
    assertThat(out).contains("slot 7: the source does not have it");
  }

  @Test
  void repairRefusesAnotherClusterAndItself() throws IOException {
    Path foreign = temporary.resolve("foreign");
    fill(foreign, "payments", 2);
    SampleSlots.flip(first, 7);
    Map<String, Integer> before = picture(first);

    isRefused(run("repair", "-d", first, "--from", foreign), "belongs to cluster \"payments\"");
    isRefused(run("repair", "-d", first, "--from", first), "name another node's");

    assertThat(picture(first)).isEqualTo(before);
  }

  @Test
  void rebuildPutsPositionsRight() throws IOException {
    Path positions;
    try (Stream<Path> files = Files.list(first)) {
      positions = files.filter(file -> file.toString().endsWith(".pos")).findAny().orElseThrow();
    }
    byte[] content = Files.readAllBytes(positions);
    content[5 * 32 + 7] ^= 1;
    Files.write(positions, content);

    assertThat(run("verify", "-d", first)).isEqualTo(1);
    assertThat(out).contains("slot 5: ", "rebuild makes it again");
    Map<String, Integer> harmed = picture(first);
    assertThat(run("rebuild", "-d", first, "--dry-run")).isZero();
    assertThat(out).contains("slot 5: its entry would be put right");
    assertThat(picture(first)).as("a dry run writes nothing").isEqualTo(harmed);
    assertThat(run("rebuild", "-d", first)).isZero();
    assertThat(out).contains("slot 5: its entry was put right");
    assertThat(run("verify", "-d", first)).isZero();
  }

  @Test
  void reportSaysWhatAnOpeningFinds() {
    assertThat(run("report", "-d", first)).isZero();
    assertThat(out).contains("scannedTo", "- the log ends at position");
    assertThat(run("report", "-d", first, "--json")).isZero();
    assertThat(new JsonMapper().readTree(out.lines().findFirst().orElseThrow()).has("findings"))
        .isTrue();
  }

  @Test
  void aCloneIsANewMemberWithoutPromiseAndPendingSlots() {
    Path made = temporary.resolve("third");
    try (PaxosJournal journal = open(first, "orders", 1)) {
      journal.compact(5).join();
    }

    assertThat(run("clone", "-d", first, "--node", 3, "--to", made)).isZero();

    assertThat(out).contains("copied             15");
    try (PaxosJournal journal = open(made, "orders", 3)) {
      assertThat(journal.status().promised()).isEmpty();
      assertThat(journal.status().pending()).isZero();
      assertThat(journal.status().firstAvailable()).isEqualTo(5);
      assertThat(journal.status().committedThrough()).isEqualTo(SLOTS - 1);
      assertThat(journal.slot(9)).isInstanceOf(SlotState.Committed.class);
      journal.promise(new Ballot(1, 3)).join();
      journal.accept(new Accept(SLOTS, new Ballot(1, 3), Value.utf8("its own"))).join();
      try (PaxosJournal from = open(first, "orders", 1)) {
        assertThat(journal.identity().journalId()).isNotEqualTo(from.identity().journalId());
      }
    }
    assertThat(run("verify", "-d", made)).isZero();
  }

  @Test
  void aCloneThatWasInterruptedIsNoMemberAndIsMadeAgain() throws IOException {
    Path made = temporary.resolve("third");
    Path unfinished = temporary.resolve("third.unfinished-clone");
    try (PaxosJournal interrupted = open(unfinished, "orders", 3)) {
      interrupted.learn(SampleSlots.accept(0)).join();
    }

    // While the values are copied there is nothing yet under the new member's name.
    isRefused(
        run("clone", "-d", first, "--node", 3, "--to", made, "--max-value-bytes", 4), "4 are");
    assertThat(made).doesNotExist();

    Files.createDirectory(made);
    assertThat(run("clone", "-d", first, "--node", 3, "--to", made)).isZero();
    assertThat(unfinished).doesNotExist();
    assertThat(run("verify", "-d", made)).isZero();
    assertThat(run("status", "-d", made)).isZero();
    assertThat(out).contains("committedThrough   19");
  }

  @Test
  void cloneRefusesItsOwnNodeAndAUsedDirectory() throws IOException {
    Map<String, Integer> before = picture(second);

    isRefused(run("clone", "-d", first, "--node", 1, "--to", temporary.resolve("x")), "node 1");
    isRefused(run("clone", "-d", first, "--node", 3, "--to", second), "is not empty");

    assertThat(picture(second)).isEqualTo(before);
    assertThat(temporary.resolve("x")).doesNotExist();
  }

  @Test
  void theCommandsOfTheReadmeAreAllUnderstoodAndEndWell() throws IOException {
    String call = "java -jar samples/cli/target/journal.jar ";
    List<String> commands =
        Files.readAllLines(Path.of("..", "..", "README.md")).stream()
            .filter(line -> line.startsWith(call))
            .map(line -> line.substring(call.length()))
            .toList();
    assertThat(commands).hasSizeGreaterThanOrEqualTo(7);
    for (String command : commands) {
      Object[] arguments =
          command
              .replace("data/journal", first.toString())
              .replace("backup/other-node", second.toString())
              .replace("data/new-member", temporary.resolve("new-member").toString())
              .split(" ", -1);
      assertThat(run(arguments)).as("%s: %s", command, err).isZero();
    }
    assertThat(commands.stream().map(command -> command.substring(0, command.indexOf(' '))))
        .contains("status", "verify", "dump", "report", "rebuild", "repair", "clone");
  }

  @Test
  void wrongUsageGetsOneLine() throws IOException {
    isRefused(run("verify"), "--directory");
    isRefused(run("mend", "-d", first), "mend");
    isRefused(run("dump", "-d", first, "--limit", "many"), "many");
    isRefused(run("dump", "-d", first, "--limit", 0), "--limit");
    isRefused(run("verify", "-d", first, "--rate", -1), "--rate");
    isRefused(run("status", "-d", temporary.resolve("absent")), "absent");
    isRefused(run("status", "-d", temporary), "holds no journal");
    isRefused(run("rebuild", "-d", temporary), "holds no journal");
    Path file = Files.writeString(temporary.resolve("file"), "text");
    isRefused(run("status", "-d", file), "file");
    assertThat(run("--help")).isZero();
    assertThat(run("status", "--help")).isZero();
  }
}

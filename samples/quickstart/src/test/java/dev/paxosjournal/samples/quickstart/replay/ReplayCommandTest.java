package dev.paxosjournal.samples.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.journal.JournalOptions;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.paxos.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small recordings, each with one surprise. */
class ReplayCommandTest {
  private static final String OPEN = "{\"op\":\"open\",\"node\":3}";
  private static final String SYNC = "{\"op\":\"sync\"}";
  private static final long ROUND_OF_COUNTER_0 = 1L << 31;

  @TempDir private Path directory;
  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream problems = new ByteArrayOutputStream();

  @Test
  void oneLineOfJsonTellsWhatTheJournalHolds() throws IOException {
    Path file = record("a.jsonl", OPEN, progress(2, 0), accept(0, 2, "null"), SYNC);

    assertThat(replay(file)).isZero();

    // printf of slot 0, round 0x80000002, node 1, length 4, then "null", piped into sha256sum
    assertThat(results())
        .isEqualTo(
            "{\"file\":\"a.jsonl\",\"promised\":{\"round\":2147483650,\"node\":1},"
                + "\"committedThrough\":0,\"slots\":1,\"digest\":"
                + "\"f0795942dd9369cb590f97234a882c99a3e492d46b5c87fcf534ee7184ab794c\"}\n");
    assertThat(problems()).isEmpty();
  }

  @Test
  void journalLiesUnderTheFilesNameAndBelongsToTheRecordedNode() throws IOException {
    replay(record("a.jsonl", OPEN, accept(0, 2, "{ \"x\": 1 }")));

    assertThat(directory.resolve("journals")).isDirectoryContaining("glob:**/a.jsonl");
    try (PaxosJournal journal = open("a.jsonl", 3)) {
      assertThat(journal.slot(0)).isEqualTo(pending(0, 2, "{ \"x\": 1 }"));
    }
    assertThatExceptionOfType(JournalException.ForeignJournal.class)
        .isThrownBy(() -> open("a.jsonl", 4));
  }

  @Test
  void emptyJournalHasNoPromise() throws IOException {
    assertThat(replay(record("a.jsonl", OPEN))).isZero();

    assertThat(results())
        .contains("\"promised\":null,\"committedThrough\":-1,\"slots\":0,\"digest\":\"e3b0c442");
  }

  @Test
  void lowerPromiseIsNotMade() throws IOException {
    assertThat(replay(record("a.jsonl", OPEN, progress(5, -1), progress(4, -1), SYNC))).isZero();

    assertThat(results()).contains("\"promised\":{\"round\":2147483653,");
  }

  @Test
  void fixedSlotsAreCommittedAtTheBallotTheyHold() throws IOException {
    replay(
        record(
            "a.jsonl",
            OPEN,
            accept(0, 1, "\"a\""),
            accept(1, 1, "\"b\""),
            accept(0, 2, "\"a\""),
            accept(2, 2, "\"c\""),
            progress(2, 1)));

    try (PaxosJournal journal = open("a.jsonl", 3)) {
      assertThat(journal.slot(0)).isEqualTo(committed(0, 2, "\"a\""));
      assertThat(journal.slot(1)).isEqualTo(committed(1, 1, "\"b\""));
      assertThat(journal.slot(2)).isEqualTo(pending(2, 2, "\"c\""));
    }
  }

  @Test
  void slotFixedBeforeItsValueArrivedIsCommittedWithIt() throws IOException {
    replay(record("a.jsonl", OPEN, progress(1, 1), progress(1, 0), accept(1, 1, "7")));

    try (PaxosJournal journal = open("a.jsonl", 3)) {
      assertThat(journal.slot(1)).isEqualTo(committed(1, 1, "7"));
      assertThat(journal.status().committedThrough()).isEqualTo(-1);
    }
  }

  @Test
  void writeBelowThePromiseIsLearned() throws IOException {
    replay(record("a.jsonl", OPEN, progress(9, -1), accept(0, 3, "7"), read(0, 3)));

    try (PaxosJournal journal = open("a.jsonl", 3)) {
      assertThat(journal.slot(0)).isEqualTo(committed(0, 3, "7"));
      assertThat(journal.status().promised()).contains(ballot(9));
    }
  }

  @Test
  void writeBelowTheBallotInItsSlotIsLearned() throws IOException {
    assertThat(
            replay(
                record(
                    "a.jsonl",
                    OPEN,
                    accept(0, 5, "7"),
                    read(0, 5),
                    accept(0, 3, "7"),
                    read(0, 3),
                    progress(5, 0))))
        .isZero();

    try (PaxosJournal journal = open("a.jsonl", 3)) {
      assertThat(journal.slot(0)).isEqualTo(committed(0, 3, "7"));
    }
  }

  @Test
  void sameValueForACommittedSlotLeavesItAsItIs() throws IOException {
    assertThat(
            replay(
                record(
                    "a.jsonl",
                    OPEN,
                    accept(0, 5, "7"),
                    progress(5, 0),
                    accept(0, 5, "7"),
                    accept(0, 3, "7"),
                    accept(0, 6, "7"),
                    progress(6, 0),
                    SYNC)))
        .isZero();

    try (PaxosJournal journal = open("a.jsonl", 3)) {
      assertThat(journal.slot(0)).isInstanceOf(SlotState.Committed.class);
      assertThat(journal.status().promised()).contains(ballot(6));
    }
  }

  @Test
  void nodeStartedAgainFindsWhatItWrote() throws IOException {
    assertThat(replay(record("a.jsonl", OPEN, accept(0, 5, "7"), OPEN, read(0, 5), SYNC))).isZero();
  }

  @Test
  void linesMayBeBlankAndEndAsTheyLike() throws IOException {
    Path file = directory.resolve("a.jsonl");
    Files.writeString(file, "\n" + OPEN + "\r\n\n  \n" + accept(0, 5, "7") + " \n" + SYNC);

    assertThat(replay(file)).isZero();
    assertThat(results()).contains("\"slots\":1,");
  }

  // What fails names the file and the line

  @Test
  void readOfAnotherBallotNamesLineSlotExpectedAndFound() throws IOException {
    Path file = record("a.jsonl", OPEN, accept(4, 5, "7"), SYNC, read(4, 6), SYNC);

    assertThat(replay(file)).isEqualTo(1);

    assertThat(results()).isEmpty();
    assertThat(problems())
        .isEqualTo(
            file
                + ": line 4: read of slot 4: expected ballot 2147483654.1,"
                + " found ballot 2147483653.1\n");
  }

  @Test
  void readOfNothingNamesWhatIsThere() throws IOException {
    String nothing = "{\"op\":\"read\",\"slot\":4,\"found\":null}";

    assertThat(replay(record("a.jsonl", OPEN, nothing, accept(4, 5, "7"), nothing))).isEqualTo(1);
    assertThat(replay(record("b.jsonl", OPEN, read(4, 5)))).isEqualTo(1);

    assertThat(problems())
        .contains("line 4: read of slot 4: expected nothing, found ballot 2147483653.1")
        .contains("line 2: read of slot 4: expected ballot 2147483653.1, found nothing");
  }

  @Test
  void refusedWriteNamesItsLine() throws IOException {
    assertThat(replay(record("a.jsonl", OPEN, accept(4, 5, "7"), accept(4, 5, "8"), SYNC)))
        .isEqualTo(1);

    assertThat(results()).isEmpty();
    assertThat(problems()).contains("line 3: accept of slot 4 failed: slot 4 already holds");
  }

  @Test
  void otherValueForACommittedSlotFails() throws IOException {
    assertThat(
            replay(record("a.jsonl", OPEN, accept(4, 5, "7"), progress(5, 4), accept(4, 6, "8"))))
        .isEqualTo(1);
    assertThat(
            replay(record("b.jsonl", OPEN, progress(5, 4), accept(4, 2, "7"), accept(4, 1, "8"))))
        .isEqualTo(1);

    assertThat(problems())
        .contains("line 4: accept of slot 4 failed")
        .contains("line 4: learn of slot 4 failed");
  }

  @Test
  void malformedLineIsNamed() throws IOException {
    assertThat(replay(record("a.jsonl", OPEN, SYNC, "{\"op\":"))).isEqualTo(1);
    assertThat(problems()).contains("a.jsonl: line 3: not a JSON object");
  }

  @Test
  void lineThatIsNotUtf8IsNamed() throws IOException {
    Path file = directory.resolve("a.jsonl");
    Files.write(file, (OPEN + "\n\u00e4\n").getBytes(StandardCharsets.ISO_8859_1));

    assertThat(replay(file)).isEqualTo(1);
    assertThat(problems()).contains("a.jsonl: line 2: not UTF-8");
  }

  @Test
  void recordingBeginsWithOpen() throws IOException {
    assertThat(replay(record("a.jsonl", SYNC, OPEN))).isEqualTo(1);
    assertThat(replay(record("b.jsonl"))).isEqualTo(1);

    assertThat(problems())
        .contains("a.jsonl: line 1: the first call is not \"open\"")
        .contains("b.jsonl: the file holds no calls");
    assertThat(directory.resolve("journals")).doesNotExist();
  }

  @Test
  void recordingIsOfOneNode() throws IOException {
    assertThat(replay(record("a.jsonl", OPEN, "{\"op\":\"open\",\"node\":4}"))).isEqualTo(1);
    assertThat(problems()).contains("line 2: node 4 in the recording of node 3");
  }

  @Test
  void journalThatExistsIsRefused() throws IOException {
    Path file = record("a.jsonl", OPEN, SYNC);
    assertThat(replay(file)).isZero();

    assertThat(replay(file)).isEqualTo(1);

    assertThat(problems()).contains("a.jsonl exists already");
    assertThat(results().lines()).hasSize(1);
  }

  @Test
  void filesBehindABadOneAreTried() throws IOException {
    Path bad = record("bad.jsonl", OPEN, read(0, 1));
    Path missing = directory.resolve("missing.jsonl");
    Path good = record("good.jsonl", OPEN, SYNC);

    assertThat(replay(bad, missing, good)).isEqualTo(1);

    assertThat(results().lines()).singleElement().asString().contains("\"file\":\"good.jsonl\"");
    assertThat(problems())
        .contains("bad.jsonl: line 2")
        .contains("missing.jsonl: there is no such file");
  }

  @Test
  void usageIsToldWhenSomethingIsMissing() {
    assertThat(command().run("a.jsonl")).isEqualTo(1);
    assertThat(command().run("--paxos.journal.directory=x")).isEqualTo(1);
    assertThat(command().run("a.jsonl", "--paxos.journal.directory=")).isEqualTo(1);

    assertThat(problems().lines()).hasSize(3).allMatch(line -> line.startsWith("usage: "));
  }

  @Test
  void nothingButResultsIsWrittenToStandardOutput() throws Exception {
    Path good = record("good.jsonl", OPEN, accept(0, 5, "7"), SYNC);
    Path bad = record("bad.jsonl", OPEN, read(0, 1));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.paxosjournal.samples.quickstart.QuickstartApplication",
                    "replay",
                    good.toString(),
                    bad.toString(),
                    "--paxos.journal.directory=" + directory.resolve("journals")))
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(printed.lines()).singleElement().asString().startsWith("{\"file\":\"good.jsonl\"");
    assertThat(directory.resolve("stderr")).content().contains("bad.jsonl: line 2: read of slot 0");
  }

  private int replay(Path... files) {
    String[] arguments = new String[files.length + 1];
    for (int i = 0; i < files.length; i++) {
      arguments[i] = files[i].toString();
    }
    arguments[files.length] = "--paxos.journal.directory=" + directory.resolve("journals");
    return command().run(arguments);
  }

  private ReplayCommand command() {
    return new ReplayCommand(
        new PrintStream(results, true, StandardCharsets.UTF_8),
        new PrintStream(problems, true, StandardCharsets.UTF_8));
  }

  private String results() {
    return results.toString(StandardCharsets.UTF_8);
  }

  private String problems() {
    return problems.toString(StandardCharsets.UTF_8);
  }

  private Path record(String name, String... lines) throws IOException {
    return Files.write(directory.resolve(name), List.of(lines));
  }

  private PaxosJournal open(String name, int node) {
    Path journal = directory.resolve("journals").resolve(name);
    return PaxosJournal.open(
        JournalOptions.builder(journal, "replay", node).create(false).preallocate(false).build());
  }

  private static Ballot ballot(int counter) {
    return new Ballot(ROUND_OF_COUNTER_0 + counter, 1);
  }

  private static SlotState pending(long slot, int counter, String command) {
    return new SlotState.Pending(slot, ballot(counter), Value.utf8(command));
  }

  private static SlotState committed(long slot, int counter, String command) {
    return new SlotState.Committed(slot, ballot(counter), Value.utf8(command));
  }

  private static String progress(int counter, long fixed) {
    return "{\"op\":\"progress\",\"promised\":" + json(counter) + ",\"fixed\":" + fixed + "}";
  }

  private static String accept(long slot, int counter, String command) {
    return "{\"op\":\"accept\",\"from\":1,\"slot\":%d,\"ballot\":%s,\"command\":%s}"
        .formatted(slot, json(counter), command);
  }

  private static String read(long slot, int counter) {
    return "{\"op\":\"read\",\"slot\":" + slot + ",\"found\":" + json(counter) + "}";
  }

  private static String json(int counter) {
    return "{\"era\":0,\"counter\":" + counter + ",\"node\":1}";
  }
}

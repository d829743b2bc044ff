package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.MemoryDisk;
import dev.paxosjournal.disk.Operation;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietLogs.class)
class RecoveryReportsTest {
  private static final Ballot BALLOT = new Ballot(1, 1);
  private static final JournalOptions OPTIONS = Campaigns.options(512, 64 * 1024).build();

  private final MemoryDisk disk = new MemoryDisk();
  private byte[] secondGroup = new byte[0];

  private SteppedJournal open() throws IOException {
    return SteppedJournal.open(disk, OPTIONS);
  }

  private List<String> reportFiles() {
    return disk.names().stream().filter(RecoveryReports::isReport).toList();
  }

  @Test
  void eachOpeningLeavesItsReportBesideTheLog() throws IOException {
    open().close();
    SteppedJournal second = open();
    second.submit(List.of(Call.learn(0, BALLOT, Value.utf8("kept"))));
    second.abandon();
    SteppedJournal third = open();
    third.abandon();

    List<RecoveryReport> reports = RecoveryReports.read(disk);

    assertThat(reports).hasSize(3);
    assertThat(reports.get(0)).isEqualTo(third.recovery());
    assertThat(reports.get(1)).isEqualTo(second.recovery());
    assertThat(reports.get(2).findings()).containsExactly("made anew");
    assertThat(reports.get(0).openCounter()).isEqualTo(reports.get(1).openCounter() + 1);
    assertThat(reports.get(0).segments())
        .last()
        .satisfies(
            segment -> {
              assertThat(segment.groups()).isEqualTo(1);
              assertThat(segment.keptBytes()).isEqualTo(4096);
            });
  }

  @Test
  void theNewestTwentyAreKept() throws IOException {
    for (int i = 0; i < 25; i++) {
      open().close();
    }
    assertThat(reportFiles())
        .hasSize(RecoveryReports.KEPT)
        .first()
        .asString()
        .contains("-0000000006.");
  }

  @Test
  void aReportSaysWhatBecameOfEachPartOfASegment() throws IOException {
    SteppedJournal journal = open();
    for (int slot = 0; slot < 4; slot++) {
      journal.submit(List.of(Call.learn(slot, BALLOT, Value.utf8("value " + slot))));
    }
    journal.abandon();
    String segment = segmentFile();
    disk.deleteNow("hint");
    byte[] garbage = new byte[4096];
    Arrays.fill(garbage, (byte) 7);
    disk.overwrite(segment, 8192 + 4096, garbage);
    disk.overwrite(segment, 8192 + 4 * 4096, garbage);

    RecoveryReport report = open().recovery();

    assertThat(report.segments())
        .singleElement()
        .satisfies(
            of -> {
              assertThat(of.file()).isEqualTo(segment);
              assertThat(of.sequence()).isEqualTo(1);
              assertThat(of.scannedFrom()).isZero();
              assertThat(of.scannedTo()).isEqualTo(4 * 4096);
              assertThat(of.groups()).isEqualTo(2);
              assertThat(of.keptBytes()).isEqualTo(2 * 4096);
              assertThat(of.damagedBytes()).isEqualTo(4096);
              assertThat(of.rewrittenBytes()).isEqualTo(4096);
              assertThat(of.setAsideBytes()).isEqualTo(4096);
              assertThat(of.why()).hasSize(3);
            });
    assertThat(RecoveryReports.read(disk)).first().isEqualTo(report);
  }

  @Test
  void directoryIsListedOnceHoweverOftenReportsAreAskedFor() {
    FailingDisk counting = new FailingDisk(disk);
    try (PaxosJournal journal = JournalOnDisk.open(OPTIONS, counting)) {
      List<RecoveryReport> reports = journal.recoveries();
      assertThat(journal.quarantine()).isEmpty();
      long lists = counting.calls(Operation.Kind.LIST);

      assertThat(journal.recoveries()).isEqualTo(reports);
      assertThat(journal.quarantine()).isEmpty();

      assertThat(counting.calls(Operation.Kind.LIST)).isEqualTo(lists);
    }
  }

  /** A torn end, and a last group that is to be written again, for which there is no room. */
  private void leaveWhatAnOpeningMustReportButCannotMend() throws IOException {
    SteppedJournal journal = open();
    journal.submit(List.of(Call.learn(0, BALLOT, Value.utf8("kept"))));
    journal.submit(List.of(Call.learn(1, BALLOT, Value.utf8("torn"))));
    journal.abandon();
    disk.deleteNow("hint");
    secondGroup = Arrays.copyOfRange(disk.read(lastSegment()), 8192 + 4096, 8192 + 2 * 4096);
    byte[] garbage = new byte[4096];
    Arrays.fill(garbage, (byte) 7);
    disk.overwrite(lastSegment(), 8192 + 4096, garbage);
  }

  private String lastSegment() {
    List<String> all = disk.names().stream().filter(name -> name.startsWith("wal-")).toList();
    return all.get(all.size() - 1);
  }

  private void refuseToOpen() {
    FailingDisk full = new FailingDisk(disk);
    full.failFiles(Operation.Kind.RENAME, "spare-", FailingDisk::noSpace);
    assertThatThrownBy(() -> SteppedJournal.open(full, OPTIONS)).isInstanceOf(IOException.class);
  }

  @Test
  void refusedOpeningsInARowLeaveOneReportAndTheReportsOfThoseBefore() throws IOException {
    for (int i = 0; i < 10; i++) {
      open().close();
    }
    leaveWhatAnOpeningMustReportButCannotMend();
    List<String> before = reportFiles();
    for (int i = 0; i < 2 * RecoveryReports.KEPT; i++) {
      refuseToOpen();
    }

    assertThat(reportFiles()).containsAll(before).hasSize(before.size() + 1);
    RecoveryReport refused = RecoveryReports.read(disk).get(0);
    assertThat(refused.setAside()).hasSize(1);
    assertThat(refused.findings()).contains(RecoveryReports.UNFINISHED);
    SteppedJournal opened = open();
    assertThat(opened.recovery().findings()).doesNotContain(RecoveryReports.UNFINISHED);
    assertThat(opened.life().quarantine.list()).hasSize(1);
    assertThat(reportFiles()).containsAll(before).hasSize(before.size() + 1);
    opened.abandon();
  }

  /** One that found something else is not replaced: what it names may be hidden by now. */
  @Test
  void aRefusedOpeningThatFoundSomethingElseKeepsItsReport() throws IOException {
    leaveWhatAnOpeningMustReportButCannotMend();
    refuseToOpen();
    List<String> before = reportFiles();
    byte[] content = disk.read(lastSegment());
    System.arraycopy(secondGroup, 0, content, 8192 + 4096, 4096);
    Arrays.fill(content, 8192 + 2 * 4096, 8192 + 3 * 4096, (byte) 7);
    disk.put(lastSegment(), content);
    refuseToOpen();
    refuseToOpen();

    assertThat(reportFiles()).containsAll(before).hasSize(before.size() + 1);
  }

  private String segmentFile() {
    return disk.names().stream().filter(name -> name.startsWith("wal-")).findFirst().orElseThrow();
  }

  // --- what can go wrong with them

  @Test
  void aDamagedReportIsPassedOver() throws IOException {
    for (int i = 0; i < 5; i++) {
      open().close();
    }
    List<String> files = reportFiles();
    disk.truncateNow(files.get(0), 100);
    disk.put(files.get(1), new byte[0]);
    disk.put(files.get(2), "{\"opened\": 5}".getBytes(StandardCharsets.UTF_8));
    disk.put(files.get(3), "{\"findings\": {}}".getBytes(StandardCharsets.UTF_8));

    assertThat(RecoveryReports.read(disk)).hasSize(1);
    open().close();
    assertThat(RecoveryReports.read(disk)).hasSize(2);
  }

  @Test
  void everyBitOfAReportMayFlip() throws IOException {
    open().close();
    String file = reportFiles().get(0);
    byte[] content = disk.read(file);
    for (long bit = 0; bit < content.length * 8L; bit++) {
      disk.flipBit(file, bit);
      assertThat(RecoveryReports.read(disk)).hasSizeLessThan(2);
      disk.flipBit(file, bit);
    }
  }

  @Test
  void anOpeningDoesNotNeedToWriteOne() throws IOException {
    open().close();
    for (Operation.Kind kind : List.of(Operation.Kind.CREATE, Operation.Kind.WRITE)) {
      FailingDisk full = new FailingDisk(disk).failFiles(kind, "recovery-", FailingDisk::noSpace);
      SteppedJournal journal = SteppedJournal.open(full, OPTIONS);
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      journal.close();
    }
    assertThat(reportFiles()).hasSize(1);
    assertThat(disk.names()).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void aReportIsNoStrangeFile() throws IOException {
    open().close();
    SteppedJournal journal = open();
    journal.close();
    assertThat(journal.recovery().findings()).noneMatch(finding -> finding.contains("left alone"));
  }
}

package dev.paxosjournal.spring.admin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.journal.RecoveryReport;
import dev.paxosjournal.journal.RecoveryReport.SegmentReport;
import dev.paxosjournal.journal.SegmentInfo;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.htmlunit.HtmlUnitDriver;

/** What is shown a part at a time is shown whole by those who follow the links to the end. */
class PagesInPartsTest {
  private static final long COMMITTED = 12_000;
  private static final int VALUE_BYTES = 2_000;
  private static final List<Long> MARKED = List.of(17L, 5_555L, 11_999L, 12_003L);

  @TempDir static Path directory;
  private static ConsoleNode node;

  @BeforeAll
  static void start() throws IOException {
    openNode();
    node.fill(0, COMMITTED, PagesInPartsTest::valueOf);
    node.close();
    // Without it, the whole log is read at the next opening.
    Files.delete(directory.resolve("checkpoint"));
    openNode();
    for (long slot : List.of(COMMITTED + 1, COMMITTED + 3)) {
      node.journal().accept(new Accept(slot, new Ballot(99, 1), valueOf(slot))).join();
    }
  }

  private static void openNode() throws IOException {
    node =
        ConsoleNode.start(
            directory,
            slot -> Optional.empty(),
            options -> options.segmentBytes(1 << 20).maxValueBytes(100_000).groupBytes(1 << 18));
  }

  private static Value valueOf(long slot) {
    String text = (MARKED.contains(slot) ? "marked " : "plain ") + slot + " ";
    return Value.utf8(text + "x".repeat(VALUE_BYTES - text.length()));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static List<String> rowsOf(WebDriver driver) {
    return driver.findElements(By.cssSelector("tbody th")).stream()
        .map(WebElement::getText)
        .toList();
  }

  /** The rows of a page and of all that its links lead on to. */
  private static List<List<String>> follow(String path) {
    WebDriver driver = new HtmlUnitDriver(/* enableJavascript= */ false);
    try {
      List<List<String>> parts = new ArrayList<>();
      driver.get(node.url(path));
      while (true) {
        parts.add(rowsOf(driver));
        List<WebElement> next = driver.findElements(By.cssSelector("main a[rel=next]"));
        if (next.isEmpty()) {
          return parts;
        }
        next.get(0).click();
      }
    } finally {
      driver.quit();
    }
  }

  private static List<String> together(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  @Test
  void searchForAValueFindsCommittedAndPendingSlotsInOrder() {
    List<List<String>> parts = follow("/slots?text=marked");

    assertThat(together(parts)).isEqualTo(MARKED.stream().map(Object::toString).toList());
    assertThat(parts).hasSizeGreaterThan(2);
  }

  @Test
  void searchForAValueHeedsTheOtherFilters() {
    assertThat(together(follow("/slots?text=marked&state=pending"))).containsExactly("12003");
    assertThat(together(follow("/slots?text=marked&before=5555"))).containsExactly("17");
    assertThat(together(follow("/slots?text=marked&round=6"))).containsExactly("5555");
    assertThat(together(follow("/slots?text=marked&most=1999"))).isEmpty();
    assertThat(together(follow("/slots?text=marked&state=unknown"))).isEmpty();
  }

  @Test
  void filterOfAKindGoesWhereThatKindIs() {
    assertThat(follow("/slots?state=pending")).containsExactly(List.of("12001", "12003"));
    assertThat(follow("/slots?state=unknown")).containsExactly(List.of("12000", "12002"));
    assertThat(follow("/slots?state=unknown&before=12001")).containsExactly(List.of("12000"));
  }

  @Test
  void filterByRoundFindsEverySlotOfIt() {
    List<String> round =
        LongStream.range(7_000, 8_000).mapToObj(Long::toString).collect(Collectors.toList());

    assertThat(together(follow("/slots?round=8"))).isEqualTo(round);
  }

  @Test
  void everySegmentIsListedOnceNewestFirst() {
    List<List<String>> parts = follow("/segments");

    List<String> segments = new ArrayList<>();
    for (SegmentInfo segment : node.journal().segments()) {
      segments.add(0, "" + segment.sequence());
    }
    assertThat(together(parts)).isEqualTo(segments);
    assertThat(parts).hasSizeGreaterThan(2).allMatch(part -> part.size() <= 10);
  }

  @Test
  void linksAmongSegmentsLeadBackToo() {
    WebDriver driver = new HtmlUnitDriver(/* enableJavascript= */ false);
    try {
      driver.get(node.url("/segments"));
      List<String> newest = rowsOf(driver);
      driver.findElement(By.linkText("Oldest segments")).click();
      assertThat(rowsOf(driver)).hasSize(10).endsWith("1");
      assertThat(driver.findElements(By.cssSelector("main a[rel=next]"))).isEmpty();
      while (!driver.findElements(By.cssSelector("main a[rel=prev]")).isEmpty()) {
        driver.findElement(By.cssSelector("main a[rel=prev]")).click();
      }

      assertThat(rowsOf(driver)).isEqualTo(newest);
    } finally {
      driver.quit();
    }
  }

  @Test
  void reportOfAnOpeningTellsOfEverySegmentThatWasRead() {
    List<List<String>> parts =
        follow("/recovery/reports/" + node.journal().recovery().opened().toEpochMilli());

    List<String> files =
        node.journal().recovery().segments().stream().map(SegmentReport::file).toList();
    assertThat(together(parts)).isEqualTo(files);
    assertThat(parts).hasSizeGreaterThan(1).allMatch(part -> part.size() <= 20);
  }

  @Test
  void everyOpeningHasAReportToBeReadWhole() {
    WebDriver driver = new HtmlUnitDriver(/* enableJavascript= */ false);
    try {
      for (RecoveryReport report : node.journal().recoveries()) {
        driver.get(node.url("/recovery"));
        String link = "/recovery/reports/" + report.opened().toEpochMilli();
        driver.findElement(By.cssSelector("main a[href$='" + link + "']")).click();

        assertThat(driver.findElement(By.tagName("main")).getText())
            .contains(report.scannedFrom() + "…" + report.scannedTo())
            .contains(report.findings());
      }
      driver.get(node.url("/recovery/reports/1"));
      assertThat(driver.findElement(By.tagName("main")).getText()).contains("no such page");
    } finally {
      driver.quit();
    }
  }
}

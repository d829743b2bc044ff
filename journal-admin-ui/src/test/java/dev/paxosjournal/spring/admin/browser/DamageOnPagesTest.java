package dev.paxosjournal.spring.admin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage is shown where it is, to the byte, and what is unharmed is not called damaged. */
class DamageOnPagesTest {
  private static final Pattern CHECKSUMS =
      Pattern.compile("Expected checksum.*?>([0-9a-f]{8})<.*?Found checksum.*?>([0-9a-f]{8})<");

  private static final Pattern SHAPES = Pattern.compile("<path d=\"(.*?)\" class=\"s-(.*?)\"");

  @TempDir static Path directory;
  private static ConsoleNode node;

  @BeforeAll
  static void start() throws IOException {
    node = SampleJournal.start(directory);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String page(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(node.url(path))).build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .replaceAll("\\s+", " ");
  }

  private static int count(String page, String part) {
    return page.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void rowsSayWhetherTheirBytesMatch() throws Exception {
    String page = page("/slots?at=" + (SampleJournal.DAMAGED - 1));

    assertThat(count(page, ">fails<")).isEqualTo(2);
    assertThat(count(page, ">matches<")).isEqualTo(48);
    assertThat(count(page, ">not read<")).isZero();
  }

  @Test
  void rotThatNobodyNotedYetIsSeenInTheTable() throws Exception {
    node.rot(3000);

    assertThat(count(page("/slots?at=3000"), ">fails<")).isEqualTo(1);
    assertThat(page("/slots/3000")).contains(">Damaged<");
  }

  @Test
  void mapOfTheLogPaintsEachSegmentAndMarksTheDamage() throws Exception {
    String page = page("/segments");

    int segments = node.journal().segments().size();
    Map<String, Integer> bars = new HashMap<>();
    Matcher shapes = SHAPES.matcher(page);
    while (shapes.find()) {
      bars.put(shapes.group(2), count(shapes.group(1), "z"));
    }
    int painted = bars.getOrDefault("good", 0) + bars.getOrDefault("compacted", 0);
    assertThat(painted + bars.get("current")).isEqualTo(segments);
    assertThat(bars.get("current")).isEqualTo(1);
    assertThat(bars.get("damaged")).isGreaterThanOrEqualTo(2);
    assertThat(page).contains(">2 damaged<");
  }

  @Test
  void mapOfASegmentPaintsTheDamagedRecordsOnly() throws Exception {
    long segment =
        node.journal().slots(SampleJournal.DAMAGED, 1).slots().get(0).segment().orElseThrow();
    String page = page("/segments/" + segment);

    String mark = "width=\"3.00\" class=\"s-damaged\"";
    assertThat(count(page, mark)).isEqualTo(count(page, "class=\"s-damaged\"")).isPositive();
    assertThat(count(page, "class=\"s-good\"")).isPositive();
  }

  @Test
  void pageOfADamagedSlotTellsBothChecksums() throws Exception {
    Matcher checksums = CHECKSUMS.matcher(page("/slots/" + SampleJournal.DAMAGED));

    assertThat(checksums.find()).isTrue();
    assertThat(checksums.group(1)).isNotEqualTo(checksums.group(2));
  }

  @Test
  void idleDiskHasNoTimeOfAnFsync() throws Exception {
    // The newest sample may still be of the time when the journal was filled.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    String page = page("");
    while (!page.contains("p50 <b>–</b>") && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      page = page("");
    }

    assertThat(page).contains("p50 <b>–</b>").doesNotContain("0\u00a0ns");
  }
}

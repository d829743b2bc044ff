package dev.paxosjournal.spring.admin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.htmlunit.HtmlUnitDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** What an operator does when something is wrong, with and without scripts. */
class JourneyTest {
  private static final long SLOTS = 1_000_000;
  private static final long SLOT = 654_321;

  @TempDir Path directory;

  /** What the operator looks through. */
  enum Browser {
    CHROMIUM,
    WITHOUT_SCRIPTS;

    WebDriver open() {
      return this == CHROMIUM ? Chromium.start().width(1000).driver() : new WithoutScripts();
    }
  }

  /** Pages that refresh themselves would be waited for without end: the test refreshes them. */
  private static final class WithoutScripts extends HtmlUnitDriver {
    WithoutScripts() {
      super(/* enableJavascript= */ false);
      getWebClient().setRefreshHandler((page, url, seconds) -> {});
    }
  }

  private static Value valueOf(long slot) {
    return Value.utf8("order " + slot);
  }

  @ParameterizedTest
  @EnumSource
  void slotDamagedOnDiskIsFoundAndRepaired(Browser browser) throws IOException {
    CountDownLatch answered = new CountDownLatch(1);
    ConsoleNode node =
        ConsoleNode.start(
            directory,
            slot -> {
              await(answered);
              return Optional.of(new Accept(slot, ConsoleNode.ballotOf(slot), valueOf(slot)));
            },
            options -> options);
    WebDriver driver = browser.open();
    try (node) {
      node.fill(0, SLOTS, JourneyTest::valueOf);
      driver.get(node.url(""));
      jumpTo(driver, "" + SLOT);
      driver.findElement(By.linkText("" + SLOT)).click();
      assertThat(textOf(driver, "pre.value")).isEqualTo("order " + SLOT);

      node.rot(SLOT);
      driver.navigate().refresh();
      assertThat(textOf(driver, "h1")).isEqualTo("Slot " + SLOT + " Damaged");

      driver.findElement(By.partialLinkText("Repair damaged slots")).click();
      driver.findElement(By.id("dry-run")).click();
      assertThat(textOf(driver, "h1")).contains("dry run", "Running");
      answered.countDown();
      waitFor(node);
      driver.navigate().refresh();
      assertThat(textOf(driver, "main")).contains("Would be healed");
      driver.findElement(By.id("go-on")).click();
      confirm(driver);
      waitFor(node);
      driver.navigate().refresh();
      assertThat(textOf(driver, "h1")).contains("Repair damaged slots", "Done");

      driver.get(node.url("/slots/" + SLOT));
      assertThat(textOf(driver, "h1")).isEqualTo("Slot " + SLOT + " Committed");
      assertThat(textOf(driver, "pre.value")).isEqualTo("order " + SLOT);
      driver.findElement(By.linkText("Activity")).click();
      assertThat(textOf(driver, "table")).contains("Repair damaged slots", "healed=1");
    } finally {
      driver.quit();
    }
  }

  @ParameterizedTest
  @EnumSource
  void journalWhoseDiskFailedIsExplainedAndOpenedAgain(Browser browser) throws IOException {
    ConsoleNode node = ConsoleNode.start(directory, slot -> Optional.empty(), options -> options);
    WebDriver driver = browser.open();
    try (node) {
      node.fill(0, 10, JourneyTest::valueOf);
      node.disk().failFrom(Kind.FORCE, node.disk().calls(Kind.FORCE) + 1, FailingDisk::ioError);
      assertThat(node.journal().learn(new Accept(10, ConsoleNode.ballotOf(10), valueOf(10))))
          .failsWithin(Duration.ofSeconds(30));

      driver.get(node.url(""));
      assertThat(textOf(driver, ".attention"))
          .contains("The disk failed", "reopen", "Input/output error");
      node.disk().heal();
      driver.findElement(By.cssSelector(".attention a")).click();
      confirm(driver);
      waitFor(node);

      driver.get(node.url(""));
      assertThat(textOf(driver, "header .pill")).isEqualTo("Open");
      driver.get(node.url("/activity"));
      assertThat(textOf(driver, "table")).contains("Reopen", "DONE");
    } finally {
      driver.quit();
    }
  }

  private static void jumpTo(WebDriver driver, String place) {
    driver.findElement(By.id("jump")).sendKeys(place);
    driver.findElement(By.cssSelector(".jump button")).click();
  }

  private static void confirm(WebDriver driver) {
    driver.findElement(By.id("confirm")).sendKeys(ConsoleNode.CONFIRMATION);
    driver.findElement(By.id("run")).click();
    new WebDriverWait(driver, Duration.ofSeconds(30))
        .until(it -> String.valueOf(it.getCurrentUrl()).contains("/operations/"));
  }

  private static void waitFor(ConsoleNode node) {
    while (node.journal()
        .operation()
        .filter(it -> it.state() == dev.paxosjournal.journal.Operation.State.RUNNING)
        .isPresent()) {
      Thread.onSpinWait();
    }
  }

  private static String textOf(WebDriver driver, String selector) {
    return driver.findElement(By.cssSelector(selector)).getText();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

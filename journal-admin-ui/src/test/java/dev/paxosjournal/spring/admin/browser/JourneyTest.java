package dev.paxosjournal.spring.admin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.disk.FailingDisk;
import dev.paxosjournal.disk.Operation.Kind;
import dev.paxosjournal.journal.Operation;
import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.htmlunit.HtmlUnitDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** What an operator does when something is wrong, with and without scripts. */
class JourneyTest {
  private static final long SLOTS = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Pattern PERCENT = Pattern.compile("(\\d+) %");

  @TempDir static Path directory;

  /** A node of a million slots; its peers answer for odd slots when they are let. */
  private static ConsoleNode node;

  private static final Semaphore peers = new Semaphore(0);

  /** What the operator looks through. */
  enum Browser {
    CHROMIUM(654_320),
    WITHOUT_SCRIPTS(123_456);

    /** The slot that is looked for; even. */
    private final long slot;

    Browser(long slot) {
      this.slot = slot;
    }

    WebDriver open() {
      return this == CHROMIUM ? Chromium.start().width(1000).driver() : new WithoutScripts();
    }

    /** Waits until a page that tells of its progress shows this; the page refreshes itself. */
    void awaitHeading(WebDriver driver, String text) {
      new WebDriverWait(driver, PATIENCE)
          .ignoring(StaleElementReferenceException.class)
          .until(
              it -> {
                if (this == WITHOUT_SCRIPTS) {
                  it.navigate().refresh();
                }
                return it.findElement(By.tagName("h1")).getText().contains(text);
              });
    }
  }

  /** Pages that refresh themselves would be waited for without end: the test refreshes them. */
  private static final class WithoutScripts extends HtmlUnitDriver {
    WithoutScripts() {
      super(/* enableJavascript= */ false);
      getWebClient().setRefreshHandler((page, url, seconds) -> {});
    }
  }

  @BeforeAll
  static void fill() throws IOException {
    node =
        ConsoleNode.start(
            directory,
            slot -> {
              if (slot % 2 == 1) {
                peers.acquireUninterruptibly();
              }
              return Optional.of(new Accept(slot, ConsoleNode.ballotOf(slot), valueOf(slot)));
            },
            options -> options);
    node.fill(0, SLOTS, JourneyTest::valueOf);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static Value valueOf(long slot) {
    return Value.utf8("order " + slot);
  }

  private static void browse(Browser browser, Consumer<WebDriver> journey) {
    WebDriver driver = browser.open();
    try {
      journey.accept(driver);
    } finally {
      driver.quit();
    }
  }

  @ParameterizedTest
  @EnumSource
  void slotDamagedOnDiskIsFoundAndRepaired(Browser browser) {
    browse(
        browser,
        driver -> {
          driver.get(node.url(""));
          jumpTo(driver, "" + browser.slot);
          click(driver, By.linkText("" + browser.slot));
          assertThat(textOf(driver, "pre.value")).isEqualTo("order " + browser.slot);

          node.rot(browser.slot);
          node.rot(browser.slot + 1);
          driver.navigate().refresh();
          assertThat(textOf(driver, "h1")).isEqualTo("Slot " + browser.slot + " Damaged");
          click(driver, By.cssSelector("a[rel=next]"));
          assertThat(textOf(driver, "h1")).isEqualTo("Slot " + (browser.slot + 1) + " Damaged");

          click(driver, By.partialLinkText("Repair damaged slots"));
          assertThat(driver.findElements(By.id("run"))).isEmpty();
          click(driver, By.id("dry-run"));
          watch(browser, driver, "dry run");
          assertThat(textOf(driver, "main")).containsPattern("Would be healed\\s+2");
          assertThat(node.journal().status().damaged()).isEqualTo(2);

          click(driver, By.id("go-on"));
          find(driver, By.id("confirm")).sendKeys(ConsoleNode.CONFIRMATION);
          click(driver, By.id("run"));
          watch(browser, driver, "Repair damaged slots");
          assertThat(textOf(driver, "main")).containsPattern("Healed\\s+2");

          driver.get(node.url("/slots/" + browser.slot));
          assertThat(textOf(driver, "h1")).isEqualTo("Slot " + browser.slot + " Committed");
          assertThat(textOf(driver, "pre.value")).isEqualTo("order " + browser.slot);
          click(driver, By.linkText("Activity"));
          assertThat(textOf(driver, "table")).contains("Repair damaged slots", "healed=2");
        });
  }

  /** Sees an operation half done while the peers hesitate, and then its end. */
  private static void watch(Browser browser, WebDriver driver, String title) {
    browser.awaitHeading(driver, "Running");
    assertThat(textOf(driver, "h1")).contains(title);
    new WebDriverWait(driver, PATIENCE)
        .until(
            it -> {
              it.navigate().refresh();
              return textOf(it, "main").contains("1 / 2");
            });
    assertThat(textOf(driver, "main")).contains("50 %");
    peers.release();
    browser.awaitHeading(driver, "Done");
  }

  @ParameterizedTest
  @EnumSource
  void endOfTheTableFollowsWhatIsWritten(Browser browser) {
    browse(
        browser,
        driver -> {
          driver.get(node.url("/slots"));
          click(driver, By.linkText("Follow the end"));
          long highest = node.journal().status().highestSlot();
          assertThat(textOf(driver, "tbody tr:last-child th")).isEqualTo("" + highest);
          if (browser == Browser.CHROMIUM) {
            ((JavascriptExecutor) driver).executeScript("window.samePage = true");
          } else {
            // How such a browser comes back by itself; here the test does it.
            assertThat(driver.getPageSource()).contains("http-equiv=\"refresh\"");
          }

          for (long slot = highest + 1; slot < highest + 4; slot++) {
            node.fill(slot, slot + 1, JourneyTest::valueOf);
            awaitRow(browser, driver, slot);
          }

          assertThat(driver.findElements(By.cssSelector("tbody tr"))).hasSize(50);
          if (browser == Browser.CHROMIUM) {
            Object samePage = ((JavascriptExecutor) driver).executeScript("return window.samePage");
            assertThat(samePage).isEqualTo(true);
          }
          click(driver, By.linkText("Stop following"));
          assertThat(driver.getPageSource())
              .doesNotContain("http-equiv=\"refresh\"", "every 2s")
              .contains("Follow the end");
        });
  }

  private static void awaitRow(Browser browser, WebDriver driver, long slot) {
    awaitOnPage(browser, driver, it -> !it.findElements(By.linkText("" + slot)).isEmpty());
  }

  /** Scripts renew the page by themselves; without them it is loaded again. */
  private static void awaitOnPage(Browser browser, WebDriver driver, Predicate<WebDriver> seen) {
    new WebDriverWait(driver, PATIENCE)
        .ignoring(StaleElementReferenceException.class)
        .until(
            it -> {
              if (browser == Browser.WITHOUT_SCRIPTS) {
                it.navigate().refresh();
              }
              return seen.test(it);
            });
  }

  @ParameterizedTest
  @EnumSource
  void operationIsCancelledOnTheWay(Browser browser) {
    browse(
        browser,
        driver -> {
          driver.get(node.url("/recovery/verify"));
          new Select(find(driver, By.id("speed"))).selectByValue("10");
          find(driver, By.id("confirm")).sendKeys(ConsoleNode.CONFIRMATION);
          click(driver, By.id("run"));
          assertThat(textOf(driver, "h1")).isEqualTo("Verify Running");
          String seen = textOf(driver, "#content .facts");
          awaitOnPage(
              browser,
              driver,
              it -> {
                int percent = percentOf(textOf(it, "#content"));
                return percent > 0 && percent < 100 && !textOf(it, ".facts").equals(seen);
              });
          assertThat(textOf(driver, ".facts")).contains("Speed", "Remaining", "/s");

          // The page may be exchanged for a newer one between finding the button and pressing it.
          new WebDriverWait(driver, PATIENCE)
              .ignoring(StaleElementReferenceException.class)
              .until(
                  it -> {
                    it.findElement(By.id("cancel")).click();
                    return true;
                  });
          browser.awaitHeading(driver, "Cancelled");

          assertThat(percentOf(textOf(driver, "#content"))).isLessThan(100);
          assertThat(driver.findElements(By.id("cancel"))).isEmpty();
          assertThat(node.journal().operation().orElseThrow().state())
              .isEqualTo(Operation.State.CANCELLED);
          click(driver, By.linkText("Activity"));
          assertThat(textOf(driver, "table")).contains("Verify", "Cancel", "CANCELLED");
        });
  }

  private static int percentOf(String page) {
    Matcher percent = PERCENT.matcher(page);
    assertThat(percent.find()).isTrue();
    return Integer.parseInt(percent.group(1));
  }

  @ParameterizedTest
  @EnumSource
  void journalWhoseDiskFailedIsExplainedAndOpenedAgain(Browser browser, @TempDir Path other)
      throws IOException {
    try (ConsoleNode failing =
        ConsoleNode.start(other, slot -> Optional.empty(), options -> options)) {
      failing.fill(0, 10, JourneyTest::valueOf);
      failing
          .disk()
          .failFrom(Kind.FORCE, failing.disk().calls(Kind.FORCE) + 1, FailingDisk::ioError);
      assertThat(failing.journal().learn(new Accept(10, ConsoleNode.ballotOf(10), valueOf(10))))
          .failsWithin(PATIENCE);

      browse(
          browser,
          driver -> {
            driver.get(failing.url(""));
            assertThat(textOf(driver, "header .pill")).isEqualTo("Failed");
            assertThat(textOf(driver, ".attention"))
                .contains("The disk failed", "reopen", "Input/output error");
            failing.disk().heal();
            driver.get(failing.url("/recovery/reopen"));
            find(driver, By.id("confirm")).sendKeys(ConsoleNode.CONFIRMATION);
            click(driver, By.id("run"));
            browser.awaitHeading(driver, "Done");

            driver.get(failing.url(""));
            assertThat(textOf(driver, "header .pill")).isEqualTo("Open");
            driver.get(failing.url("/activity"));
            assertThat(textOf(driver, "table")).contains("Reopen", "DONE");
          });
      failing.fill(11, 12, JourneyTest::valueOf);
    }
  }

  private static void jumpTo(WebDriver driver, String place) {
    find(driver, By.id("jump")).sendKeys(place);
    click(driver, By.cssSelector(".jump button"));
  }

  /** Presses what leads to another page, and waits until the page that it was on is gone. */
  private static void click(WebDriver driver, By what) {
    WebElement pressed = find(driver, what);
    pressed.click();
    new WebDriverWait(driver, PATIENCE).until(ExpectedConditions.stalenessOf(pressed));
  }

  private static WebElement find(WebDriver driver, By what) {
    return new WebDriverWait(driver, PATIENCE).until(it -> it.findElement(what));
  }

  private static String textOf(WebDriver driver, String selector) {
    return new WebDriverWait(driver, PATIENCE)
        .ignoring(StaleElementReferenceException.class)
        .until(it -> it.findElement(By.cssSelector(selector)).getText());
  }
}

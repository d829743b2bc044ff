package dev.paxosjournal.spring.admin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every page is usable by everybody, in both colour schemes, and on a narrow screen. */
class EveryPageTest {
  private static final List<String> PATHS =
      List.of(
          "",
          "/slots",
          "/slots?at=-50&live=1",
          "/slots?at=%23damaged",
          "/slots?at=2000&text=order",
          "/slots/" + SampleJournal.DAMAGED,
          "/slots/" + SampleJournal.JSON,
          "/slots/5000?as=hex",
          "/slots/6001",
          "/slots/17",
          "/segments",
          "/segments/2",
          "/recovery",
          "/recovery/verify",
          "/recovery/rebuild",
          "/recovery/repair",
          "/recovery/reopen",
          "/operations/1",
          "/activity");

  @TempDir Path directory;

  @Test
  void isReadableByEverybodyFitsNarrowScreensAndKeepsToItsPolicy() throws IOException {
    try (ConsoleNode node = SampleJournal.start(directory);
        Chromium chromium = Chromium.start()) {
      for (String scheme : List.of("light", "dark")) {
        chromium.scheme(scheme);
        List<String> paths = new ArrayList<>(PATHS);
        paths.add("/recovery/reports/" + node.journal().recovery().opened().toEpochMilli());
        for (String path : paths) {
          chromium.width(1000).driver().get(node.url(path));
          assertThat(axe(scheme).analyze(chromium.driver()).getViolations())
              .as("%s in %s", path, scheme)
              .isEmpty();
          chromium.width(360);
          assertThat(chromium.evaluate("document.documentElement.scrollWidth"))
              .as("width of %s", path)
              .isEqualTo(360L);
        }
      }
      chromium.assertSaysNothing();
    }
  }

  /** Without windows of its own, which only pages with frames would need. */
  @SuppressWarnings("deprecation")
  private static AxeBuilder axe(String scheme) {
    AxeBuilder axe = new AxeBuilder();
    axe.setLegacyMode(true);
    // The schemes differ in nothing but colours.
    return scheme.equals("dark") ? axe.withRules(List.of("color-contrast")) : axe;
  }

  @Test
  void firstStepOfTheKeyboardLeadsToTheContentAndIsSeen() throws IOException {
    try (ConsoleNode node = SampleJournal.start(directory);
        Chromium chromium = Chromium.start()) {
      chromium.width(1000).driver().get(node.url(""));

      chromium.press("\uE004");

      assertThat(chromium.evaluate("document.activeElement.className")).isEqualTo("skip");
      assertThat(chromium.evaluate("document.activeElement.getBoundingClientRect().left"))
          .isEqualTo(0L);
      assertThat(chromium.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
          .isEqualTo("solid");
      chromium.press("\uE007");
      assertThat(chromium.evaluate("location.hash")).isEqualTo("#main");
    }
  }
}

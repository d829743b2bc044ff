package dev.paxosjournal.spring.admin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.HostApplication;
import dev.paxosjournal.spring.admin.host.Http;
import dev.paxosjournal.spring.admin.host.Secured;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.htmlunit.WebClient;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.DomText;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a page shows or has read out is one of the texts of its language, or marked as none. */
class PagesInEachLanguageTest {
  private static final List<String> PATHS =
      List.of(
          "",
          "/slots",
          "/slots?at=%23damaged",
          "/slots?at=nowhere",
          "/slots?text=secret",
          "/slots?state=pending&live=1",
          "/slots/0",
          "/slots/0?as=json",
          "/slots/5",
          "/segments",
          "/segments/1",
          "/recovery",
          "/recovery/verify",
          "/recovery/rebuild",
          "/recovery/repair",
          "/recovery/reopen",
          "/operations/1",
          "/operations/77",
          "/activity",
          "/nothing");

  @ParameterizedTest
  @ValueSource(strings = {"en", "de"})
  void everyTextOnEveryPageIsOfItsLanguage(String language) throws IOException {
    try (Host host =
        Host.start(
            List.of(HostApplication.class, Secured.Users.class, Secured.InterfaceOnly.class),
            "paxos.journal.admin.access=local",
            "paxos.journal.admin.show-values=always")) {
      Http client = host.client().with("Accept-Language", language);
      Map<String, String> form = host.verifyForm(client, "/journal");
      assertThat(client.post("/journal/operations", form).status()).isEqualTo(303);
      assertThat(client.post("/journal/operations", form).status()).isEqualTo(403);
      host.awaitOperation();
      List<String> strangers = new ArrayList<>();
      List<String> paths = new ArrayList<>(PATHS);
      paths.add("/recovery/reports/" + host.journal().recovery().opened().toEpochMilli());
      for (String path : paths) {
        check(path, client.get("/journal" + path).body(), language, strangers);
      }
      check("refused", client.with("Via", "x").get("/journal").body(), language, strangers);

      assertThat(strangers).isEmpty();
    }
  }

  private static void check(String path, String body, String language, List<String> strangers)
      throws IOException {
    try (WebClient browser = new WebClient()) {
      browser.getOptions().setJavaScriptEnabled(false);
      browser.getOptions().setCssEnabled(false);
      HtmlPage page = browser.loadHtmlCodeIntoCurrentWindow(body);
      assertThat(page.getDocumentElement().getAttribute("lang")).as(path).isEqualTo(language);
      for (DomNode node : page.getDescendants()) {
        if (node instanceof DomText text && isForReading(text)) {
          note(path, text.getTextContent(), languageOf(text), strangers);
        } else if (node instanceof DomElement element) {
          for (String name : List.of("aria-label", "placeholder", "alt", "title")) {
            if (element.hasAttribute(name) && !element.getAttribute("translate").equals("no")) {
              note(path, element.getAttribute(name), languageOf(element), strangers);
            }
          }
        }
      }
    }
  }

  private static boolean isForReading(DomText text) {
    for (DomNode node = text.getParentNode(); node != null; node = node.getParentNode()) {
      if (node instanceof DomElement element
          && (element.getAttribute("translate").equals("no")
              || Set.of("script", "style", "noscript").contains(element.getTagName()))) {
        return false;
      }
    }
    return !text.getTextContent().isBlank();
  }

  private static String languageOf(DomNode start) {
    for (DomNode node = start; node != null; node = node.getParentNode()) {
      if (node instanceof DomElement element && element.hasAttribute("lang")) {
        return element.getAttribute("lang");
      }
    }
    throw new AssertionError("a page without a language");
  }

  private static void note(String path, String text, String language, List<String> strangers)
      throws IOException {
    // The title names the node behind a dot; labels may count.
    String whole = text.strip();
    String said = whole.replaceAll("( \\d+)?( · orders/1)?$", "");
    if (said.codePoints().anyMatch(Character::isLetter)
        && texts(language).stream()
            .noneMatch(p -> p.matcher(said).matches() || p.matcher(whole).matches())) {
      strangers.add(path + ": " + text);
    }
  }

  private static Set<Pattern> texts(String language) throws IOException {
    String file =
        language.equals("en") ? "messages.properties" : "messages_" + language + ".properties";
    Properties read = new Properties();
    try (InputStream in =
        PagesInEachLanguageTest.class.getResourceAsStream(
            "/dev/paxosjournal/spring/admin/" + file)) {
      read.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }
    Set<Pattern> patterns = new HashSet<>();
    for (String name : read.stringPropertyNames()) {
      StringBuilder pattern = new StringBuilder();
      for (String part : read.getProperty(name).split("\\{\\d+}", -1)) {
        pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
      }
      patterns.add(Pattern.compile(pattern.toString()));
    }
    return patterns;
  }
}

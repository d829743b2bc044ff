package dev.paxosjournal.spring.admin.web;

import dev.paxosjournal.journal.JournalIdentity;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.JournalView;
import dev.paxosjournal.spring.admin.security.AccessMode;
import dev.paxosjournal.spring.admin.security.AccessRules;
import dev.paxosjournal.spring.admin.security.Refusals;
import dev.paxosjournal.spring.admin.web.Reply.Problem;
import dev.paxosjournal.spring.admin.web.Reply.View;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns templates and what they show into the HTML of a whole page. */
public final class Screens implements Refusals {
  private static final int FIRST_CHARS = 16 << 10;

  private final JournalView journal;
  private final AccessRules rules;
  private final Texts texts;
  private final Clock clock;
  private final Templates templates;
  private final Assets assets = new Assets();

  /** Screens about one journal. */
  public Screens(JournalView journal, AccessRules rules, Texts texts, Clock clock) {
    this.journal = journal;
    this.rules = rules;
    this.texts = texts;
    this.clock = clock;
    this.templates = new Templates(texts);
  }

  void show(Call call, int status, View view, HttpServletResponse response) throws IOException {
    Map<String, Object> model = new HashMap<>(view.model());
    JournalIdentity identity = journal.identity();
    JournalStatus journalStatus = journal.status();
    model.put("visitor", call.visitor());
    model.put("csrf", call.csrf().orElse(null));
    model.put("section", call.words().isEmpty() ? "overview" : call.words().get(0));
    model.put("cluster", identity.clusterId());
    model.put("node", identity.nodeId());
    model.put("state", journalStatus.state().name());
    model.put("here", here(call));
    send(view.template(), status, call.locale(), call.base(), model, response);
  }

  void show(Call call, Problem problem, HttpServletResponse response) throws IOException {
    Map<String, Object> model =
        Map.of(
            "status", problem.status(),
            "text", texts.text(call.locale(), problem.messageKey(), problem.details().toArray()));
    show(call, problem.status(), new View("problem", model), response);
  }

  /** A page for somebody who is not let in: it says why, and nothing about the journal. */
  @Override
  public void refuse(
      HttpServletRequest request, HttpServletResponse response, int status, String messageKey)
      throws IOException {
    Locale locale = Texts.choose(Collections.list(request.getLocales()));
    Map<String, Object> model = new HashMap<>();
    model.put("status", status);
    model.put("text", texts.text(locale, messageKey));
    String base = request.getContextPath() + request.getServletPath();
    send("refused", status, locale, base, model, response);
  }

  private void send(
      String template,
      int status,
      Locale locale,
      String base,
      Map<String, Object> model,
      HttpServletResponse response)
      throws IOException {
    model.put(Templates.BASE, base);
    model.put("language", locale.getLanguage());
    model.put("languages", languages(locale));
    model.put("format", new Format(locale, clock.instant()));
    model.put("styles", assets.path("console.css"));
    model.put("script", assets.path("htmx.js"));
    model.put("icon", assets.path("icon.svg"));
    model.put("local", rules.mode() == AccessMode.LOCAL);
    model.put("open", rules.mode() == AccessMode.OPEN);
    model.put("readOnly", rules.readOnly());
    StringWriter page = new StringWriter(FIRST_CHARS);
    templates.render(template, locale, model, page);
    byte[] bytes = page.toString().getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("text/html;charset=UTF-8");
    response.setHeader("Content-Language", locale.toLanguageTag());
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  private static List<String> languages(Locale present) {
    return Texts.LANGUAGES.stream()
        .map(Locale::getLanguage)
        .filter(language -> !language.equals(present.getLanguage()))
        .toList();
  }

  /** The path of the present page without its parameters. */
  private static String here(Call call) {
    return "/" + String.join("/", call.words());
  }
}

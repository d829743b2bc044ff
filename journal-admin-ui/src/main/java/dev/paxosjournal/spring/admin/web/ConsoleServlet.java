package dev.paxosjournal.spring.admin.web;

import dev.paxosjournal.journal.JournalException;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.security.AccessRules;
import dev.paxosjournal.spring.admin.security.Passage;
import dev.paxosjournal.spring.admin.web.Reply.Problem;
import dev.paxosjournal.spring.admin.web.Reply.View;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the console's requests from HTTP and its answers back to it. A servlet beside the
 * application's own, so that neither sees the other's views, advice and interceptors.
 */
public final class ConsoleServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger log = LoggerFactory.getLogger(ConsoleServlet.class);
  private static final String ASSETS = "assets";

  private final transient AccessRules rules;
  private final transient Map<String, Page> pages;
  private final transient Screens screens;
  private final transient Assets assets = new Assets();

  /**
   * @param pages by the first word of their path; the first page has none
   */
  public ConsoleServlet(AccessRules rules, Map<String, Page> pages, Screens screens) {
    this.rules = rules;
    this.pages = Map.copyOf(pages);
    this.screens = screens;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!rules.enabled() || !Passage.isComplete(request, rules)) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    List<String> words = words(request.getPathInfo());
    if (words.size() == 2 && words.get(0).equals(ASSETS)) {
      sendAsset(words.get(1), response);
      return;
    }
    Locale locale = Language.of(request, response);
    Visitor visitor =
        new Visitor(
            AccessRules.nameOf(request),
            String.valueOf(request.getRemoteAddr()),
            rules.mayAct(request),
            rules.maySeeValues(request));
    Call call = Call.of(request, words, visitor, locale);
    send(call, answer(call, request.getMethod().equals("POST")), response);
  }

  private Reply answer(Call call, boolean isWrite) {
    Page page = pages.get(call.words().isEmpty() ? "" : call.words().get(0));
    if (page == null) {
      return Reply.notFound();
    }
    if (isWrite && !call.visitor().mayAct()) {
      return Reply.forbidden("refused.readOnly");
    }
    try {
      return isWrite ? page.post(call) : page.get(call);
    } catch (JournalException refusal) {
      return Reply.conflict("problem.journal", String.valueOf(refusal.getMessage()));
    } catch (RuntimeException failure) {
      log.error("the console could not answer {}", call.words(), failure);
      return new Problem(
          HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "problem.internal", List.of());
    }
  }

  private void send(Call call, Reply reply, HttpServletResponse response) throws IOException {
    if (reply instanceof View view) {
      screens.show(call, HttpServletResponse.SC_OK, view, response);
    } else if (reply instanceof Problem problem) {
      screens.show(call, problem, response);
    } else if (reply instanceof Reply.SeeOther seeOther) {
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader("Location", call.base() + seeOther.path());
    } else if (reply instanceof Reply.Download download) {
      sendDownload(download, response);
    }
  }

  private static void sendDownload(Reply.Download download, HttpServletResponse response)
      throws IOException {
    response.setContentType("application/octet-stream");
    response.setHeader(
        "Content-Disposition", "attachment; filename=\"" + download.fileName() + "\"");
    response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
    sendBytes(download.value(), response);
  }

  private void sendAsset(String name, HttpServletResponse response) throws IOException {
    Optional<Assets.Asset> asset = assets.find(name);
    if (asset.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    response.setContentType(asset.get().type());
    // Public knowledge, and named by its content.
    response.setHeader("Cache-Control", "private, max-age=86400");
    sendBytes(asset.get().content(), response);
  }

  private static void sendBytes(Value bytes, HttpServletResponse response) throws IOException {
    response.setContentLength(bytes.length());
    WritableByteChannel channel = Channels.newChannel(response.getOutputStream());
    channel.write(bytes.asReadOnlyBuffer());
  }

  private static List<String> words(@Nullable String path) {
    return path == null
        ? List.of()
        : Arrays.stream(path.split("/")).filter(word -> !word.isEmpty()).toList();
  }
}

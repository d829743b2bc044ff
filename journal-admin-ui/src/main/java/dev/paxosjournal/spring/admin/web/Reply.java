package dev.paxosjournal.spring.admin.web;

import dev.paxosjournal.paxos.Value;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;

/** What a page answers. */
public sealed interface Reply {

  /**
   * A page made from a template.
   *
   * @param template its name
   * @param model what it shows
   */
  record View(String template, Map<String, Object> model) implements Reply {}

  /**
   * Look there instead, after an action.
   *
   * @param path below the console's own
   */
  record SeeOther(String path) implements Reply {}

  /**
   * Bytes to be kept, never to be shown.
   *
   * @param fileName suggested to the browser; letters, digits, dots and dashes only
   * @param value the bytes
   */
  record Download(String fileName, Value value) implements Reply {}

  /**
   * The request cannot be answered.
   *
   * @param status of HTTP
   * @param messageKey names the text that says why
   * @param details what the text mentions
   */
  record Problem(int status, String messageKey, List<Object> details) implements Reply {}

  /** There is no such page. */
  static Problem notFound() {
    return new Problem(HttpServletResponse.SC_NOT_FOUND, "problem.notFound", List.of());
  }

  /** There is such a page, but not for this method. */
  static Problem notAllowed() {
    return new Problem(HttpServletResponse.SC_METHOD_NOT_ALLOWED, "problem.notAllowed", List.of());
  }

  /** Something in the request is not what it must be. */
  static Problem badRequest(String messageKey, Object... details) {
    return new Problem(HttpServletResponse.SC_BAD_REQUEST, messageKey, List.of(details));
  }

  /** The visitor may not do that. */
  static Problem forbidden(String messageKey) {
    return new Problem(HttpServletResponse.SC_FORBIDDEN, messageKey, List.of());
  }

  /** Not in the present state of the journal. */
  static Problem conflict(String messageKey, Object... details) {
    return new Problem(HttpServletResponse.SC_CONFLICT, messageKey, List.of(details));
  }
}

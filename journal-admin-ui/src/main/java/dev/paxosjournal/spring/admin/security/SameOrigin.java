package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;

/** Whether a write was sent by a page of this console and not by one of another site. */
final class SameOrigin {

  private SameOrigin() {}

  /**
   * Browsers say where a request was made in Sec-Fetch-Site; those that do not, and those on plain
   * HTTP, send an Origin with each POST. Without either it was no browser's form.
   */
  static boolean sent(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin");
    }
    String origin = request.getHeader("Origin");
    String host = request.getHeader("Host");
    if (origin == null || host == null) {
      return false;
    }
    try {
      String authority = new URI(origin).getRawAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (URISyntaxException notAnOrigin) {
      return false;
    }
  }
}

package dev.paxosjournal.spring.admin.web;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The language of an answer: as asked for by link, else as chosen before, else the browser's. */
final class Language {
  private static final String PARAMETER = "lang";
  private static final String COOKIE = "journal-language";
  private static final int COOKIE_SECONDS = 365 * 24 * 3600;

  private Language() {}

  static Locale of(HttpServletRequest request, HttpServletResponse response) {
    String asked = request.getParameter(PARAMETER);
    if (asked != null) {
      Locale chosen = Texts.choose(List.of(Locale.forLanguageTag(asked)));
      response.addCookie(remembering(chosen, request));
      return chosen;
    }
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(COOKIE)) {
          return Texts.choose(List.of(Locale.forLanguageTag(cookie.getValue())));
        }
      }
    }
    return Texts.choose(Collections.list(request.getLocales()));
  }

  private static Cookie remembering(Locale chosen, HttpServletRequest request) {
    Cookie cookie = new Cookie(COOKIE, chosen.toLanguageTag());
    cookie.setPath(request.getContextPath() + request.getServletPath());
    cookie.setMaxAge(COOKIE_SECONDS);
    cookie.setHttpOnly(true);
    cookie.setSecure(request.isSecure());
    cookie.setAttribute("SameSite", "Strict");
    return cookie;
  }
}

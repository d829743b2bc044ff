package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Puts the guard's headers on the application's error page when that answers for the console: the
 * server clears the first ones when an exception escapes.
 */
public final class ErrorGuardFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (Passage.hasPassed(request, Passage.Gate.GUARD)) {
      SecurityHeaders.set(response);
    }
    chain.doFilter(request, response);
  }
}

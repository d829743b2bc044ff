package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tells a person that a request was refused, and why. */
@FunctionalInterface
public interface Refusals {

  /**
   * Answers the request.
   *
   * @param messageKey names the text that says why
   */
  void refuse(
      HttpServletRequest request, HttpServletResponse response, int status, String messageKey)
      throws IOException;
}

package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.util.ClassUtils;

/**
 * The hidden field by which the application's Spring Security tells its own forms from others'.
 *
 * @param name the field's name
 * @param value the token
 */
public record CsrfField(String name, String value) {
  private static final boolean HAS_SECURITY =
      ClassUtils.isPresent(
          "org.springframework.security.web.csrf.CsrfToken", CsrfField.class.getClassLoader());

  /** The field for an answer to this request; empty if nobody asks for one. */
  public static Optional<CsrfField> of(HttpServletRequest request) {
    return HAS_SECURITY ? Loaded.of(request) : Optional.empty();
  }

  /** Touches Spring Security's class only where there is one. */
  private static final class Loaded {
    static Optional<CsrfField> of(HttpServletRequest request) {
      return request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token
          ? Optional.of(new CsrfField(token.getParameterName(), token.getToken()))
          : Optional.empty();
    }
  }
}

package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The outer guard on the console's paths, before Spring Security's filters: headers, methods,
 * writes of this origin only, and the check for local browsers. It knows nothing of users.
 */
public final class GuardFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");

  private final transient AccessRules rules;
  private final transient LocalAccess local;
  private final transient Predicate<Throwable> isDenial;
  private final transient Refusals refusals;

  /**
   * @param behindProxy whether the application is set up to believe forwarding headers
   * @param isDenial whether an exception means that somebody may not do what was asked
   */
  public GuardFilter(
      AccessRules rules,
      BooleanSupplier behindProxy,
      Predicate<Throwable> isDenial,
      Refusals refusals) {
    this.rules = rules;
    this.local = new LocalAccess(rules.allowedHosts(), behindProxy);
    this.isDenial = isDenial;
    this.refusals = refusals;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!rules.enabled()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    SecurityHeaders.set(response);
    if (!METHODS.contains(request.getMethod())) {
      response.setHeader("Allow", "GET, HEAD, POST");
      refuse(request, response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "refused.method");
      return;
    }
    Optional<String> refusal = refusal(request);
    if (refusal.isPresent()) {
      refuse(request, response, HttpServletResponse.SC_FORBIDDEN, refusal.get());
      return;
    }
    Passage.note(request, Passage.Gate.GUARD);
    try {
      chain.doFilter(request, response);
    } catch (ServletException | RuntimeException failure) {
      if (!isCausedByDenial(failure) || response.isCommitted()) {
        throw failure;
      }
      // No chain of the application covers the console, so nobody else turns this into an answer.
      response.resetBuffer();
      refuse(request, response, HttpServletResponse.SC_FORBIDDEN, "refused.role");
    }
  }

  private Optional<String> refusal(HttpServletRequest request) {
    Optional<String> notLocal =
        rules.mode() == AccessMode.LOCAL ? local.refusal(request) : Optional.empty();
    if (notLocal.isPresent() || !request.getMethod().equals("POST")) {
      return notLocal;
    }
    if (!SameOrigin.sent(request)) {
      return Optional.of("refused.origin");
    }
    return rules.readOnly() ? Optional.of("refused.readOnly") : Optional.empty();
  }

  private boolean isCausedByDenial(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isDenial.test(cause)) {
        return true;
      }
    }
    return false;
  }

  private void refuse(
      HttpServletRequest request, HttpServletResponse response, int status, String messageKey)
      throws IOException {
    refusals.refuse(request, response, status, messageKey);
  }
}

package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.access.AccessDeniedException;

/**
 * The check of roles, behind Spring Security's filters. It only throws: what becomes of that, a
 * login page, 401 or 403, is the application's own choice. Where no chain of the application covers
 * the console nobody has a role, and the guard answers 403.
 */
public final class RoleFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient AccessRules rules;

  /** Checks by these rules. */
  public RoleFilter(AccessRules rules) {
    this.rules = rules;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (rules.mode() == AccessMode.ROLE) {
      boolean isWrite = request.getMethod().equals("POST");
      if (isWrite ? !rules.mayAct(request) : !rules.mayLook(request)) {
        throw new AccessDeniedException(
            isWrite
                ? "acting on the journal needs the role " + rules.operatorRole()
                : "the journal's console needs the role " + rules.viewerRole());
      }
      Passage.note(request, Passage.Gate.ROLE);
    }
    chain.doFilter(request, response);
  }
}

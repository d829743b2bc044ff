package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.List;

/**
 * Who may do what. Asked at each request, so that a property set when the application starts counts
 * even if its beans were chosen at build time.
 *
 * @param enabled whether there is a console at all
 * @param mode who may reach it; never {@link AccessMode#AUTO}
 * @param readOnly whether nobody may act
 * @param allowedHosts names under which a browser on this machine may address it, lower case
 * @param viewerRole the role that may look
 * @param operatorRole the role that may look and act
 * @param payloadRole the role that may see values
 * @param values whose eyes values are for
 */
public record AccessRules(
    boolean enabled,
    AccessMode mode,
    boolean readOnly,
    List<String> allowedHosts,
    String viewerRole,
    String operatorRole,
    String payloadRole,
    ValueMode values) {

  /** Refuses {@link AccessMode#AUTO}: what it means is decided before. */
  public AccessRules {
    if (mode == AccessMode.AUTO) {
      throw new IllegalArgumentException("mode AUTO is not decided");
    }
    allowedHosts = List.copyOf(allowedHosts);
  }

  /** Whether the sender of a request may look. */
  public boolean mayLook(HttpServletRequest request) {
    return mode != AccessMode.ROLE
        || request.isUserInRole(viewerRole)
        || request.isUserInRole(operatorRole);
  }

  /** Whether the sender of a request may start and cancel operations. */
  public boolean mayAct(HttpServletRequest request) {
    return !readOnly && (mode != AccessMode.ROLE || request.isUserInRole(operatorRole));
  }

  /** Whether the sender of a request may see what values hold. */
  public boolean maySeeValues(HttpServletRequest request) {
    return switch (values) {
      case ALWAYS -> true;
      case NEVER -> false;
      case ROLE -> mode == AccessMode.ROLE && request.isUserInRole(payloadRole);
    };
  }

  /** The sender of a request, by the name the application knows; empty if it knows none. */
  public static String nameOf(HttpServletRequest request) {
    Principal principal = request.getUserPrincipal();
    return principal == null || principal.getName() == null ? "" : principal.getName();
  }
}

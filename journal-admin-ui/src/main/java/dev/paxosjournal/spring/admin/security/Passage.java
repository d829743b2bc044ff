package dev.paxosjournal.spring.admin.security;

import jakarta.servlet.ServletRequest;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which filters a request has passed. The console answers nothing that did not pass them all, so
 * that no way around a filter, such as a forward from the application, is a way in.
 */
public final class Passage {

  /** A filter on the way. */
  public enum Gate {
    /** The outer guard. */
    GUARD,
    /** The check of roles, behind Spring Security. */
    ROLE
  }

  private static final String ATTRIBUTE = Passage.class.getName();

  private final Set<Gate> passed = EnumSet.noneOf(Gate.class);

  private Passage() {}

  /** Notes that a request has passed a filter. */
  static void note(ServletRequest request, Gate gate) {
    if (!(request.getAttribute(ATTRIBUTE) instanceof Passage)) {
      request.setAttribute(ATTRIBUTE, new Passage());
    }
    ((Passage) request.getAttribute(ATTRIBUTE)).passed.add(gate);
  }

  /** Whether a request has passed every filter that these rules ask for. */
  public static boolean isComplete(ServletRequest request, AccessRules rules) {
    return hasPassed(request, Gate.GUARD)
        && (rules.mode() != AccessMode.ROLE || hasPassed(request, Gate.ROLE));
  }

  /** Whether a request has passed one filter. */
  static boolean hasPassed(ServletRequest request, Gate gate) {
    return request.getAttribute(ATTRIBUTE) instanceof Passage passage
        && passage.passed.contains(gate);
  }
}

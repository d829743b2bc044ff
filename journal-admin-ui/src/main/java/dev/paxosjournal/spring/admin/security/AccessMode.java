package dev.paxosjournal.spring.admin.security;

/** Who may reach the console. */
public enum AccessMode {
  /** {@link #ROLE} if Spring Security is there, else {@link #LOCAL}. */
  AUTO,
  /** Users to whom the application's Spring Security gives the roles. */
  ROLE,
  /** Browsers on this machine, addressed by a name on the allow-list, without a proxy. */
  LOCAL,
  /** Everybody who can connect. Has no actions unless they are asked for. */
  OPEN
}

package dev.paxosjournal.spring.admin.security;

/** Whose eyes the content of values is for. */
public enum ValueMode {
  /** Users with the payload role; nobody where there are no roles. */
  ROLE,
  /** Everybody who may see the console. */
  ALWAYS,
  /** Nobody. */
  NEVER
}

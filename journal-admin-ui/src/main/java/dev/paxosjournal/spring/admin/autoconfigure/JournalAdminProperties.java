package dev.paxosjournal.spring.admin.autoconfigure;

import dev.paxosjournal.spring.admin.security.AccessMode;
import dev.paxosjournal.spring.admin.security.ValueMode;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The properties {@code paxos.journal.admin.*}.
 *
 * @param enabled Whether there is a console.
 * @param path Where the console is, below the application's context path.
 * @param access Who may reach it: by role if Spring Security is there and else from this machine
 *     only (auto), always by role, from this machine only (local), or everybody (open).
 * @param readOnly Whether nobody may start or cancel operations. False, except with access=open.
 * @param allowedHosts Names under which a browser on this machine may address the console; any
 *     port.
 * @param roles Which roles may do what.
 * @param showValues Whether values are shown to users with the payload role (role), to all who may
 *     see the console (always), or to nobody (never).
 * @param activityFile File for the trail of actions; console-activity.jsonl in
 *     paxos.journal.directory if not given.
 */
@ConfigurationProperties("paxos.journal.admin")
public record JournalAdminProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("/journal") String path,
    @DefaultValue("auto") AccessMode access,
    @Nullable Boolean readOnly,
    @DefaultValue({"localhost", "127.0.0.1", "[::1]"}) List<String> allowedHosts,
    @DefaultValue Roles roles,
    @DefaultValue("role") ValueMode showValues,
    @Nullable Path activityFile) {

  /** Refuses a path that is none. */
  public JournalAdminProperties {
    if (!path.matches("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+")) {
      throw new InvalidConfigurationPropertyValueException(
          "paxos.journal.admin.path",
          path,
          "must begin with a slash, not end with one, and hold letters, digits and ._~- only");
    }
    allowedHosts = List.copyOf(allowedHosts);
  }

  /**
   * Roles as {@code HttpServletRequest.isUserInRole} knows them: without Spring Security's prefix
   * ROLE_.
   *
   * @param viewer Role that may look.
   * @param operator Role that may look, and start and cancel operations.
   * @param payload Role that may see values, in addition to one of the others.
   */
  public record Roles(
      @DefaultValue("JOURNAL_VIEWER") String viewer,
      @DefaultValue("JOURNAL_OPERATOR") String operator,
      @DefaultValue("JOURNAL_PAYLOAD") String payload) {}
}

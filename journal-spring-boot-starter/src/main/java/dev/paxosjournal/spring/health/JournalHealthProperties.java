package dev.paxosjournal.spring.health;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The properties {@code paxos.journal.health.*}.
 *
 * @param slowForce Health says, and stays UP, that the disk is slow when one force in a hundred of
 *     the last minutes took longer than this.
 */
@ConfigurationProperties("paxos.journal.health")
public record JournalHealthProperties(@DefaultValue("500ms") Duration slowForce) {

  /** Refuses wrong values. */
  public JournalHealthProperties {
    if (slowForce.isNegative() || slowForce.isZero()) {
      throw new InvalidConfigurationPropertyValueException(
          "paxos.journal.health.slow-force", slowForce, "must be more than 0");
    }
  }
}

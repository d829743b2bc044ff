package dev.paxosjournal.samples.quickstart.traffic;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code quickstart.traffic.*}.
 *
 * @param enabled Whether a simulated cluster keeps this node busy.
 * @param seed Where its random numbers begin; the same seed on an empty journal makes the same
 *     traffic.
 */
@ConfigurationProperties("quickstart.traffic")
record TrafficProperties(@DefaultValue("false") boolean enabled, @DefaultValue("42") long seed) {}

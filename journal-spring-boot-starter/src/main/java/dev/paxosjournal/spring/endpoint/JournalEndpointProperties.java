package dev.paxosjournal.spring.endpoint;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code paxos.journal.endpoint.*}.
 *
 * @param showValues Whether the endpoint shows the values of slots; false shows their length and
 *     checksum only.
 */
@ConfigurationProperties("paxos.journal.endpoint")
public record JournalEndpointProperties(@DefaultValue("false") boolean showValues) {}

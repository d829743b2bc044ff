/** The actuator endpoint {@code journal}: status, slots, recovery; and maintenance on request. */
@NullMarked
package dev.paxosjournal.spring.endpoint;

import org.jspecify.annotations.NullMarked;

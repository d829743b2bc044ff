/**
 * The health component {@code paxosJournal}: whether the journal can write, and what an operator
 * asks next.
 */
@NullMarked
package dev.paxosjournal.spring.health;

import org.jspecify.annotations.NullMarked;

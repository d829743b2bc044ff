/** Slots and their values. */
@NullMarked
package dev.paxosjournal.spring.admin.slots;

import org.jspecify.annotations.NullMarked;

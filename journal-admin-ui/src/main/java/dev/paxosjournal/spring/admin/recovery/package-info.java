/** Reports of recoveries, and what can be done about damage. */
@NullMarked
package dev.paxosjournal.spring.admin.recovery;

import org.jspecify.annotations.NullMarked;

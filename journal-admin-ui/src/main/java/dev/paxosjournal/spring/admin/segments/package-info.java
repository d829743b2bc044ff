/** The log on disk. */
@NullMarked
package dev.paxosjournal.spring.admin.segments;

import org.jspecify.annotations.NullMarked;

/** The first page: how the journal is, and what needs attention. */
@NullMarked
package dev.paxosjournal.spring.admin.overview;

import org.jspecify.annotations.NullMarked;

/** Adds the console to a servlet application with a journal. */
@NullMarked
package dev.paxosjournal.spring.admin.autoconfigure;

import org.jspecify.annotations.NullMarked;

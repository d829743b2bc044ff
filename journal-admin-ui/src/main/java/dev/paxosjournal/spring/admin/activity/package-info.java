/** Who did what from the console: file, log, event and page. */
@NullMarked
package dev.paxosjournal.spring.admin.activity;

import org.jspecify.annotations.NullMarked;

/** The console as people see it: in a browser, with and without scripts. */
@NullMarked
package dev.paxosjournal.spring.admin.browser;

import org.jspecify.annotations.NullMarked;

/** The journal on the command line: look at a directory, check it, mend it. */
@NullMarked
package dev.paxosjournal.samples.cli;

import org.jspecify.annotations.NullMarked;

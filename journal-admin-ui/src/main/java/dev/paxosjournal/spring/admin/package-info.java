/** The web console of the Paxos journal. */
@NullMarked
package dev.paxosjournal.spring.admin;

import org.jspecify.annotations.NullMarked;

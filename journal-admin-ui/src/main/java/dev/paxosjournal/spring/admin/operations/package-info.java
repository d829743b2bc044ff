/** Operations that run or ran, and starting them. */
@NullMarked
package dev.paxosjournal.spring.admin.operations;

import org.jspecify.annotations.NullMarked;

/**
 * For tests of applications: a journal of its own, in a temporary directory, for each context.
 * Needs spring-test, which only tests have.
 */
@NullMarked
package dev.paxosjournal.spring.test;

import org.jspecify.annotations.NullMarked;

package dev.paxosjournal.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the context of a test a journal in a temporary directory of its own, whatever {@code
 * paxos.journal.directory} says. For {@code @SpringBootTest} and every other test that Spring makes
 * a context for. A cached context keeps its journal; the directory is deleted when the context is
 * closed. {@code cluster-id} and {@code node-id} have defaults.
 *
 * <p>A test that runs contexts by hand uses {@link TestJournal} itself.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AutoConfigureTestJournal {}

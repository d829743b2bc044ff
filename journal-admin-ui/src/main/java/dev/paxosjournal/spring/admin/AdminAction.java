package dev.paxosjournal.spring.admin;

import java.time.Instant;

/**
 * One entry of the console's trail, published as an application event: two for each action, before
 * and after it, and one for each that was refused.
 *
 * @param number the same for both entries of one action; counts from 1 in each process
 * @param phase before, after, or instead
 * @param when it was written
 * @param who asked for it, as the application knows them; empty if it does not
 * @param from the address of the other end of the connection
 * @param action what was asked for: {@code verify}, {@code rebuild}, {@code repair}, {@code
 *     reopen}, {@code cancel} or {@code evidence}
 * @param dryRun whether only to find out what it would do
 * @param outcome what became of it; empty before it is known
 */
public record AdminAction(
    long number,
    Phase phase,
    Instant when,
    String who,
    String from,
    String action,
    boolean dryRun,
    String outcome) {

  /** Which entry of an action this is. */
  public enum Phase {
    /** It is about to be done. */
    BEGUN,
    /** It ended, well or not. */
    ENDED,
    /** It was not done. */
    REFUSED
  }
}

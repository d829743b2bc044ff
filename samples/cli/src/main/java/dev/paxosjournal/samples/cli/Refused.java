package dev.paxosjournal.samples.cli;

/** The command cannot be done as it was given; nothing was changed. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refused(String why) {
    super(why);
  }
}

package dev.paxosjournal.samples.quickstart.acceptor;

/** Numbers in paths and query strings: decimal digits only, no blanks, no hexadecimal. */
final class Numbers {
  private Numbers() {}

  /** A slot: 0 and up. */
  static long slot(String name, String text) {
    return atLeast(0, name, text);
  }

  /** A number of bytes: 1 and up. */
  static long bytes(String name, String text) {
    return atLeast(1, name, text);
  }

  private static long atLeast(long least, String name, String text) {
    // parseLong alone would take other scripts' digits and a plus sign.
    if (text.matches("-?[0-9]+")) {
      try {
        long number = Long.parseLong(text);
        if (number >= least) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Too many digits: refused below.
      }
    }
    throw new IllegalArgumentException(
        "\""
            + name
            + "\" must be a number from "
            + least
            + " to "
            + Long.MAX_VALUE
            + ", not "
            + "\""
            + text
            + "\"");
  }
}

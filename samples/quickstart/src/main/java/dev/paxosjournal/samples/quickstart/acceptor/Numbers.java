package dev.paxosjournal.samples.quickstart.acceptor;

/** Numbers in paths and query strings: decimal digits only, no blanks, no hexadecimal. */
final class Numbers {
  private Numbers() {}

  /** A slot, or a number of bytes: 0 and up. */
  static long count(String name, String text) {
    // parseLong alone would take other scripts' digits and a plus sign.
    if (text.matches("-?[0-9]+")) {
      try {
        long number = Long.parseLong(text);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Too many digits: refused below.
      }
    }
    throw new IllegalArgumentException(
        "\""
            + name
            + "\" must be a number from 0 to "
            + Long.MAX_VALUE
            + ", not "
            + "\""
            + text
            + "\"");
  }
}

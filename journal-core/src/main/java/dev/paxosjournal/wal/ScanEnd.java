package dev.paxosjournal.wal;

/** How a scan of the log ended. */
public sealed interface ScanEnd {

  /** Where the readable log ends. */
  long position();

  /** For the recovery report and the console. */
  String explain();

  /** Nothing was ever written behind the end, or by an earlier use of the file only. */
  record CleanEnd(long position) implements ScanEnd {
    @Override
    public String explain() {
      return "the log ends at position " + position;
    }
  }

  /**
   * Something unreadable lies behind the end and nothing proves that it was ever forced.
   *
   * @param tornBytes how much of it there is at least
   */
  record TornTail(long position, String file, long offset, long tornBytes) implements ScanEnd {
    @Override
    public String explain() {
      return "torn tail of at least "
          + tornBytes
          + " bytes at offset "
          + offset
          + " of "
          + file
          + ": nothing proves that it was forced, so it was never acknowledged; the log ends at"
          + " position "
          + position;
    }
  }
}

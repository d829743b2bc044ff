package dev.paxosjournal.wal;

import java.util.List;

/**
 * What an opening read of one segment.
 *
 * @param file its plain name
 * @param sequence its number
 * @param from position at which reading it started
 * @param to position at which reading it ended
 * @param groups how many groups in it can be read
 * @param keptBytes what they take
 * @param setAsideBytes what lies behind the end of the log and looks like a torn group
 * @param rewrittenBytes length of the group that was written again
 * @param damagedBytes what was forced once and cannot be read whole
 * @param why what is said of the parts that were not kept
 */
public record ScannedSegment(
    String file,
    long sequence,
    long from,
    long to,
    long groups,
    long keptBytes,
    long setAsideBytes,
    long rewrittenBytes,
    long damagedBytes,
    List<String> why) {

  /** Copies the list. */
  public ScannedSegment {
    why = List.copyOf(why);
  }
}

package dev.paxosjournal.wal;

import java.util.function.Predicate;

/**
 * The recovery table (FORMAT.md, section 13): what a scan makes of a position of the log. The first
 * row whose observation fits decides; the last fits always.
 */
enum ScanRow {
  /** The file ends here, no segment follows, and nothing says that the log went on. */
  FILE_ENDS(
      Verdict.END,
      place ->
          place.fileEnds()
              && !place.segmentFollows()
              && !place.hintEndsBehind()
              && !place.checkpointEndsBehind()
              && !place.headlessFileFollows()),

  /** A complete group. */
  GROUP(Verdict.APPLY, Place::groupIsComplete),

  /** A later segment begins behind this place. */
  BEFORE_SEGMENT(Verdict.LOST, Place::segmentFollows),

  /** The hint was written after the force of something behind this place. */
  BEFORE_HINT(Verdict.LOST, Place::hintEndsBehind),

  /** The checkpoint covers what lies behind this place. */
  BEFORE_CHECKPOINT(Verdict.LOST, Place::checkpointEndsBehind),

  /**
   * One thread writes groups, each only after the one before was forced: a header behind this place
   * proves that what should be here was durable.
   */
  BEFORE_GROUP(Verdict.LOST, Place::headerLiesBehind),

  /**
   * A file got the name of a later segment, so its header was forced; and now it cannot be read.
   */
  BEFORE_FILE(Verdict.LOST, Place::headlessFileFollows),

  /** The disk answered with an error instead of bytes: that is never an end. */
  READ_ERROR(Verdict.LOST, Place::diskFailed),

  /** Nothing was ever written here, or by an earlier use of the file only. */
  BLANK(Verdict.END, Place::isBlank),

  /** Undecidable, and the options count that as lost. */
  UNDECIDABLE_LOST(Verdict.LOST, Place::tornIsLost),

  /** A torn tail: nothing proves that it was ever forced, so it was never acknowledged. */
  TORN(Verdict.TORN, place -> true);

  /** What is done. */
  enum Verdict {
    /** The group is applied and the scan goes on behind it. */
    APPLY,
    /** What was here is gone: as little as possible is damaged, and the scan goes on behind it. */
    LOST,
    /** The log ends here. */
    END,
    /** The log ends here; what lies here is set aside. */
    TORN
  }

  /** What can be observed at one position; each question is asked only if it may decide. */
  interface Place {
    /** Whether the segment's part of the log has no byte at this position. */
    boolean fileEnds();

    boolean groupIsComplete();

    boolean segmentFollows();

    boolean hintEndsBehind();

    boolean checkpointEndsBehind();

    boolean headerLiesBehind();

    /** Whether a later segment is here by name only, and nothing tells what it held. */
    boolean headlessFileFollows();

    boolean diskFailed();

    /** Whether there are only zeros, or the header of a group of an earlier use of the file. */
    boolean isBlank();

    boolean tornIsLost();
  }

  private final Verdict verdict;

  // Method references hold no state.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Predicate<Place> observation;

  ScanRow(Verdict verdict, Predicate<Place> observation) {
    this.verdict = verdict;
    this.observation = observation;
  }

  Verdict verdict() {
    return verdict;
  }

  /** The row that decides. */
  static ScanRow of(Place place) {
    for (ScanRow row : values()) {
      if (row.observation.test(place)) {
        return row;
      }
    }
    throw new AssertionError("the last row fits always");
  }
}

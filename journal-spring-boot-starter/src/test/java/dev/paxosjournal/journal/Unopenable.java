package dev.paxosjournal.journal;

import java.io.IOException;
import java.nio.file.Path;

/** Reasons not to open that a test cannot bring about on every machine. */
public final class Unopenable {
  private Unopenable() {}

  public static JournalException because(JournalException.Unusable.Reason reason, Path directory) {
    return new JournalException.Unusable(
        reason, directory, "the journal directory " + directory + " cannot be used: a reason");
  }

  public static JournalException promiseUnknown(Path directory) {
    return new JournalException.PromiseUnknown(directory.toString());
  }

  public static JournalException noSpace(Path directory) {
    return new JournalException.NoSpace(
        "the log in " + directory, new IOException("No space left on device"));
  }
}

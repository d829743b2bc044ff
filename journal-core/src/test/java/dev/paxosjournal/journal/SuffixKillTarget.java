package dev.paxosjournal.journal;

import dev.paxosjournal.paxos.Ballot;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * A JVM that appends to a log, replaces suffixes of it and commits, one step after another, until
 * it is killed. It says {@code = digest} of the log it found, then {@code ? …} before each step and
 * {@code +} when that was acknowledged.
 */
final class SuffixKillTarget {
  private static final FileOutputStream OUTPUT = new FileOutputStream(FileDescriptor.out);

  private SuffixKillTarget() {}

  /** {@code DIRECTORY SEED FIRST_STEP}. */
  public static void main(String[] arguments) throws IOException {
    say("opening");
    try (PaxosJournal journal = PaxosJournal.open(SuffixLog.options(Path.of(arguments[0])))) {
      Random random = new Random(Long.parseLong(arguments[1]));
      SuffixLog log = SuffixLog.of(journal);
      say("= " + log.digest());
      for (long number = Long.parseLong(arguments[2]); ; number++) {
        long promised = journal.status().promised().map(Ballot::round).orElse(1L);
        SuffixLog.Step step = log.next(number, promised, random);
        say(step.line());
        step.carryOut(journal);
        say("+");
        log = log.after(step);
      }
    }
  }

  /** One write of the system per line, so that no kill can cut one in two. */
  private static void say(String line) throws IOException {
    OUTPUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}

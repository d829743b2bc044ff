package dev.paxosjournal.samples.cli;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Slots whose values can be found again in the segment files. */
final class SampleSlots {
  private static final Ballot BALLOT = new Ballot(7, 1);

  private SampleSlots() {}

  static Accept accept(long slot) {
    return new Accept(slot, BALLOT, Value.utf8(text(slot)));
  }

  private static String text(long slot) {
    return "<value of slot " + slot + ">";
  }

  /** One bit of a slot's value changes on disk. */
  static void flip(Path directory, long slot) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        byte[] content = Files.readAllBytes(file);
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(text(slot));
        if (file.getFileName().toString().startsWith("wal-") && at >= 0) {
          content[at + 3] ^= 1;
          Files.write(file, content);
          return;
        }
      }
    }
    throw new AssertionError("slot " + slot + " is in no segment of " + directory);
  }
}

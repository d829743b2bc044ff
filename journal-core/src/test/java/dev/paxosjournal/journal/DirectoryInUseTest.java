package dev.paxosjournal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.paxosjournal.paxos.Ballot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One directory has one user. */
@Timeout(60)
class DirectoryInUseTest {
  @TempDir Path directory;

  private static JournalOptions options(Path directory) {
    return JournalOptions.builder(directory, "test", 1)
        .segmentBytes(1 << 20)
        .maxValueBytes(64 * 1024)
        .preallocate(false)
        .build();
  }

  private JournalException.InUse refusal() {
    return catchThrowableOfType(
        JournalException.InUse.class, () -> PaxosJournal.open(options(directory)));
  }

  @Test
  void secondJournalInThisJvmIsRefusedAndChangesNothing() throws IOException {
    try (PaxosJournal journal = PaxosJournal.open(options(directory))) {
      journal.blocking().promise(new Ballot(1, 1));
      Map<String, String> before = files();

      JournalException.InUse refused = refusal();

      assertThat(refused.thisProcess()).isTrue();
      assertThat(refused)
          .hasMessageContaining(directory.toRealPath().toString())
          .hasMessageContaining("already open in this JVM");
      assertThat(files()).isEqualTo(before);
      journal.blocking().promise(new Ballot(2, 1));
    }
    PaxosJournal.open(options(directory)).close();
  }

  @Test
  void journalOfAnotherProcessIsRefusedWithAnotherMessage() throws IOException {
    try (ChildJvm other = ChildJvm.start(Holder.class, directory)) {
      assertThat(other.line()).isEqualTo("OPEN");

      JournalException.InUse refused = refusal();

      assertThat(refused.thisProcess()).isFalse();
      assertThat(refused)
          .hasMessageContaining(directory.toRealPath().toString())
          .hasMessageContaining("in use by process " + other.process.pid());

      other.kill();
      PaxosJournal.open(options(directory)).close();
    }
  }

  @Test
  void anotherProcessIsRefusedByThisOne() throws IOException {
    try (PaxosJournal journal = PaxosJournal.open(options(directory));
        ChildJvm other = ChildJvm.start(Holder.class, directory)) {
      assertThat(other.line()).isEqualTo("refused, this process: false");
      assertThat(refusal().thisProcess()).isTrue();
      journal.blocking().promise(new Ballot(1, 1));
    }
  }

  /** Each file's name with its length and time. */
  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> names = Files.list(directory)) {
      names.forEach(file -> files.put(file.getFileName().toString(), describe(file)));
    }
    return files;
  }

  private static String describe(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Another process that opens the journal and holds it until its standard input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (PaxosJournal journal = PaxosJournal.open(options(Path.of(arguments[0])))) {
        System.out.println(journal.status().state());
        while (System.in.read() >= 0) {
          // until the test closes it
        }
      } catch (JournalException.InUse refused) {
        System.out.println("refused, this process: " + refused.thisProcess());
      }
    }
  }
}

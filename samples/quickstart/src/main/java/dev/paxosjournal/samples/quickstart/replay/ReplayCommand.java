package dev.paxosjournal.samples.quickstart.replay;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.DefaultApplicationArguments;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command {@code replay FILE… --paxos.journal.directory=DIR}: plays each recording into a
 * journal of its own below the directory and prints one line of JSON for it. Starts no Spring
 * context and opens nothing else.
 */
public final class ReplayCommand {
  private static final String DIRECTORY = "paxos.journal.directory";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final PrintStream results;
  private final PrintStream problems;

  ReplayCommand(PrintStream results, PrintStream problems) {
    this.results = results;
    this.problems = problems;
  }

  /**
   * Runs the command in a process of its own.
   *
   * @param args what follows the word {@code replay}
   * @return the process's exit status: 0 if every recording matched, else 1
   */
  public static int runAlone(String... args) {
    // Standard output is for the results: whatever else is printed or logged goes to the other.
    PrintStream results =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    System.setProperty("logback.configurationFile", "logback-replay.xml");
    return new ReplayCommand(results, System.err).run(args);
  }

  int run(String... args) {
    DefaultApplicationArguments arguments = new DefaultApplicationArguments(args);
    List<String> files = arguments.getNonOptionArgs();
    List<String> directories = arguments.getOptionValues(DIRECTORY);
    if (files.isEmpty()
        || directories == null
        || directories.size() != 1
        || directories.get(0).isBlank()) {
      problems.println("usage: java -jar quickstart.jar replay FILE... --" + DIRECTORY + "=DIR");
      return 1;
    }
    for (String option : arguments.getOptionNames()) {
      if (!option.equals(DIRECTORY)) {
        problems.println("--" + option + " is ignored");
      }
    }
    boolean allMatched = true;
    for (String file : files) {
      allMatched &= matches(file, directories.get(0));
    }
    return allMatched ? 0 : 1;
  }

  private boolean matches(String file, String directory) {
    try {
      FinalState state = Replay.run(Path.of(file), Path.of(directory));
      results.println(MAPPER.writeValueAsString(state));
      return true;
    } catch (ReplayFailure e) {
      problems.println(file + ": " + e.getMessage());
      return false;
    } catch (RuntimeException e) {
      // Whatever it is, the files behind this one are still tried.
      problems.println(file + ": " + e);
      return false;
    }
  }
}

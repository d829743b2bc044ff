package dev.paxosjournal.samples.benchmark;

import dev.paxosjournal.samples.benchmark.stores.Contestant;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The command line. Exit status 0 only if every contestant did all its work. */
public final class BenchmarkCommand {
  private BenchmarkCommand() {}

  /** See {@link Options#USAGE}. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 5 && arguments[0].equals("child")) {
      PrintStream out = System.out;
      // The libraries may print what they like; only ours goes to the process that started this.
      System.setOut(System.err);
      OpenRound.inChild(
          arguments[1],
          Contestant.of(arguments[2]),
          Workload.of(arguments[3]),
          Path.of(arguments[4]),
          out);
    }
    if (Arrays.asList(arguments).contains("--help")) {
      System.out.print(Options.USAGE);
      return;
    }
    int status = 0;
    try {
      Options options = Options.parse(arguments);
      PrintStream out = System.out;
      System.setOut(System.err);
      Report report = new Benchmark(options, System.err).run();
      Files.writeString(options.json(), report.json());
      out.print(report.table());
      out.flush();
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.err.print(Options.USAGE);
      status = 2;
    } catch (Exception | LinkageError failure) {
      failure.printStackTrace();
      status = 1;
    }
    // Some contestants leave threads behind.
    System.exit(status);
  }
}

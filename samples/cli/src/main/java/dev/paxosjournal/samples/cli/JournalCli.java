package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.JournalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code journal}. Ends with 0, with 1 if damage was found, with 2 if refused. */
@Command(
    name = "journal",
    description = "Looks at a journal's directory, checks it, and mends it.",
    mixinStandardHelpOptions = true,
    version = "0.1.0",
    subcommands = {
      StatusCommand.class,
      VerifyCommand.class,
      DumpCommand.class,
      ReportCommand.class,
      RebuildCommand.class,
      RepairCommand.class,
      CloneCommand.class
    })
public final class JournalCli {
  /** All is well. */
  static final int FINE = 0;

  /** Something is damaged. */
  static final int DAMAGE = 1;

  /** Wrong usage, or the directory cannot be used so. */
  static final int REFUSED = 2;

  JournalCli() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exit = run(out, err, arguments);
    out.flush();
    System.exit(exit);
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new JournalCli())
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(
            (wrong, given) -> {
              err.println("journal: " + oneLine(wrong.getMessage()) + " (try --help)");
              return REFUSED;
            })
        .setExecutionExceptionHandler(
            (thrown, command, parsed) -> {
              Exception failure =
                  thrown instanceof CompletionException
                          && thrown.getCause() instanceof Exception cause
                      ? cause
                      : thrown;
              if (failure instanceof JournalException
                  || failure instanceof Refused
                  || failure instanceof IOException
                  || failure instanceof UncheckedIOException
                  || failure instanceof IllegalArgumentException) {
                err.println("journal: " + oneLine(failure.getMessage()));
                return REFUSED;
              }
              throw failure;
            })
        .execute(arguments);
  }

  private static String oneLine(@Nullable String message) {
    return String.valueOf(message).replaceAll("\\s*\\R\\s*", "; ");
  }
}

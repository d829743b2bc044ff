package dev.paxosjournal.samples.cli;

import dev.paxosjournal.journal.ReadOnlyJournal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads everything and checks it. */
@Command(
    name = "verify",
    description = "Reads everything and checks it, without writing; works beside a running node.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private Target target = new Target();

  @Option(names = "--rate", description = "bytes to read a second; 0, the default, for no limit")
  private long bytesPerSecond;

  VerifyCommand() {}

  @Override
  public Integer call() {
    if (bytesPerSecond < 0) {
      throw new Refused("--rate is " + bytesPerSecond + "; must be 0 or more");
    }
    try (ReadOnlyJournal journal = target.look()) {
      return Facts.print(target, journal.verify(bytesPerSecond));
    }
  }
}

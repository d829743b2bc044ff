package dev.paxosjournal.samples.quickstart;

import dev.paxosjournal.samples.quickstart.replay.ReplayCommand;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Runs an acceptor node behind HTTP; or, if the first argument is {@code replay}, plays recorded
 * journal traffic into new journals and ends.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class QuickstartApplication {

  /** Starts one or the other. */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("replay")) {
      System.exit(ReplayCommand.runAlone(Arrays.copyOfRange(args, 1, args.length)));
    }
    SpringApplication.run(QuickstartApplication.class, args);
  }
}

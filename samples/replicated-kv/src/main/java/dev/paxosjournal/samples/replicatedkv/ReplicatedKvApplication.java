package dev.paxosjournal.samples.replicatedkv;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.samples.replicatedkv.cluster.ChaosCommand;
import dev.paxosjournal.samples.replicatedkv.cluster.ClusterCommand;
import dev.paxosjournal.samples.replicatedkv.cluster.CompareCommand;
import dev.paxosjournal.samples.replicatedkv.node.NodeProperties;
import dev.paxosjournal.samples.replicatedkv.raftlog.JournalLog;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** One node of the sample, or with a command as the first argument what it names. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ReplicatedKvApplication {

  /**
   * {@code cluster}, {@code chaos} or {@code compare} and its arguments, or options of one node.
   */
  public static void main(String[] arguments) throws Exception {
    String command = arguments.length == 0 ? "" : arguments[0];
    List<String> rest = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
    switch (command) {
      case "cluster" -> ClusterCommand.run(rest);
      case "chaos" -> ChaosCommand.run(rest);
      case "compare" -> {
        CompareCommand.run(rest);
        // A vote that the engine began when the first node was closed goes on for ever, on a thread
        // that is no daemon.
        System.exit(0);
      }
      default -> SpringApplication.run(ReplicatedKvApplication.class, arguments);
    }
  }

  /** The engine's log; the journal's own bean closes the journal. */
  @Bean(destroyMethod = "")
  JournalLog journalLog(PaxosJournal journal, NodeProperties properties) {
    return new JournalLog(journal, properties.snapshots());
  }
}

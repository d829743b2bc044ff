package dev.paxosjournal.samples.quickstart;

import dev.paxosjournal.spring.autoconfigure.JournalProperties;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says, when the node is ready, with which settings it runs and where to find it. */
@Component
final class StartupSummary {
  private static final Logger log = LoggerFactory.getLogger(StartupSummary.class);

  private final JournalProperties journal;
  private final Environment environment;

  StartupSummary(JournalProperties journal, Environment environment) {
    this.journal = journal;
    this.environment = environment;
  }

  @EventListener(ApplicationReadyEvent.class)
  void print() {
    String address = environment.getProperty("server.address", "0.0.0.0");
    String port = environment.getProperty("local.server.port", "none");
    String url = "http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    log.info("server.address             = {}", address);
    log.info("server.port                = {}", port);
    log.info(
        "paxos.journal.directory    = {}",
        Path.of(journal.directory()).toAbsolutePath().normalize());
    log.info("paxos.journal.cluster-id   = {}", journal.clusterId());
    log.info("paxos.journal.node-id      = {}", journal.nodeId());
    log.info(
        "quickstart.traffic.enabled = {}",
        environment.getProperty("quickstart.traffic.enabled", "false"));
    log.info("acceptor: {}/acceptor/status", url);
    log.info("health:   {}/actuator/health", url);
    log.info("metrics:  {}/actuator/prometheus", url);
  }
}

package dev.paxosjournal.samples.quickstart.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class DemoTrafficTest {
  @TempDir private Path directory;

  @Test
  void nodeIsQuietByDefault() {
    runner().run(context -> assertThat(context).doesNotHaveBean(DemoTraffic.class));
  }

  @Test
  void trafficRunsWhileTheContextRuns() {
    runner()
        .withPropertyValues("quickstart.traffic.enabled=true")
        .run(
            context -> {
              PaxosJournal journal = context.getBean(PaxosJournal.class);
              ConfigurableApplicationContext restartable = context.getSourceApplicationContext();
              await().until(() -> journal.status().committedThrough() >= 2);

              restartable.stop();
              assertThat(context.getBean(DemoTraffic.class).isRunning()).isFalse();
              restartable.start();

              long found = journal.status().highestSlot();
              assertThat(found).isPositive();
              await().until(() -> journal.status().highestSlot() > found);
            });
  }

  private ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class))
        .withUserConfiguration(Traffic.class)
        .withPropertyValues(
            "paxos.journal.directory=" + directory,
            "paxos.journal.cluster-id=demo",
            "paxos.journal.node-id=1",
            "paxos.journal.max-value-size=64KB",
            "paxos.journal.segment-size=4MB");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(TrafficProperties.class)
  @Import(DemoTraffic.class)
  static class Traffic {}
}

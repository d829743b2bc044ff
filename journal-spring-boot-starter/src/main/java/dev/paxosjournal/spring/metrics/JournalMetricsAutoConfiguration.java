package dev.paxosjournal.spring.metrics;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration;
import dev.paxosjournal.spring.autoconfigure.JournalObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The meters of every journal, if the application has a {@link MeterRegistry}. */
@AutoConfiguration(
    after = JournalAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure"
          + ".CompositeMeterRegistryAutoConfiguration",
    })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({PaxosJournal.class, MeterRegistry.class})
public final class JournalMetricsAutoConfiguration {

  /** Hears of every journal that the factory opens. */
  @Bean
  JournalObserver paxosJournalTimers(MeterRegistry registry) {
    return journal -> new JournalTimers(registry, Tags.of("journal", journal));
  }

  @Bean
  @ConditionalOnMissingBean
  JournalMetrics paxosJournalMetrics(ListableBeanFactory beans) {
    return new JournalMetrics(beans.getBeansOfType(PaxosJournal.class));
  }
}

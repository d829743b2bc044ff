package dev.paxosjournal.spring.health;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * The health component {@code paxosJournal}. With several journals it has one component for each,
 * by bean name.
 */
@AutoConfiguration(after = JournalAutoConfiguration.class)
@ConditionalOnClass({
  HealthContributor.class,
  ConditionalOnEnabledHealthIndicator.class,
  CompositeHealthContributorConfiguration.class
})
@ConditionalOnBean(PaxosJournal.class)
@ConditionalOnEnabledHealthIndicator("paxosjournal")
@EnableConfigurationProperties(JournalHealthProperties.class)
public final class JournalHealthAutoConfiguration
    extends CompositeHealthContributorConfiguration<JournalHealthIndicator, PaxosJournal> {

  JournalHealthAutoConfiguration(JournalHealthProperties properties) {
    super(journal -> new JournalHealthIndicator(journal, properties));
  }

  @Bean
  @ConditionalOnMissingBean(name = {"paxosJournalHealthIndicator", "paxosJournalHealthContributor"})
  HealthContributor paxosJournalHealthContributor(ConfigurableListableBeanFactory beans) {
    return createContributor(beans, PaxosJournal.class);
  }
}

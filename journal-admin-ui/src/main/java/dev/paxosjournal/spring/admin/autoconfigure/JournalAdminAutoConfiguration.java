package dev.paxosjournal.spring.admin.autoconfigure;

import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.spring.admin.PayloadRenderer;
import dev.paxosjournal.spring.admin.security.AccessRules;
import dev.paxosjournal.spring.admin.security.ErrorGuardFilter;
import dev.paxosjournal.spring.admin.security.GuardFilter;
import dev.paxosjournal.spring.admin.web.ConsoleServlet;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.Ordered;

/**
 * The console of the one journal of a servlet application: a servlet and its filters, and nothing
 * that the rest of the application could come upon by accident.
 */
@AutoConfiguration(afterName = "dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(Servlet.class)
@ConditionalOnSingleCandidate(PaxosJournal.class)
@ConditionalOnBooleanProperty(name = "paxos.journal.admin.enabled", matchIfMissing = true)
@EnableConfigurationProperties(JournalAdminProperties.class)
@ImportRuntimeHints(ConsoleHints.class)
public final class JournalAdminAutoConfiguration {

  /** Behind what rewrites requests for a proxy, before everything that looks at them. */
  static final int GUARD_ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

  @Bean
  JournalConsole journalConsole(
      PaxosJournal journal,
      JournalAdminProperties properties,
      ObjectProvider<PayloadRenderer> renderers,
      ApplicationContext context) {
    return new JournalConsole(
        journal,
        properties,
        RepairSources.of(journal, context),
        renderers.orderedStream().toList(),
        context);
  }

  @Bean
  ServletRegistrationBean<ConsoleServlet> journalConsoleServlet(
      JournalConsole console, JournalAdminProperties properties) {
    ServletRegistrationBean<ConsoleServlet> registration =
        new ServletRegistrationBean<>(console.servlet(), properties.path() + "/*");
    registration.setName("journalConsole");
    return registration;
  }

  @Bean
  FilterRegistrationBean<GuardFilter> journalConsoleGuard(
      JournalConsole console, JournalAdminProperties properties, ApplicationContext context) {
    AccessRules rules = console.rules();
    FilterRegistrationBean<GuardFilter> registration =
        new FilterRegistrationBean<>(
            new GuardFilter(
                rules,
                new ProxySettings(context.getEnvironment()),
                JournalConsole::isDenial,
                console.screens()));
    registration.setName("journalConsoleGuard");
    registration.setUrlPatterns(List.of(properties.path() + "/*"));
    registration.setDispatcherTypes(
        DispatcherType.REQUEST, DispatcherType.FORWARD, DispatcherType.ASYNC);
    registration.setOrder(GUARD_ORDER);
    return registration;
  }

  @Bean
  FilterRegistrationBean<ErrorGuardFilter> journalConsoleErrorGuard() {
    FilterRegistrationBean<ErrorGuardFilter> registration =
        new FilterRegistrationBean<>(new ErrorGuardFilter());
    registration.setName("journalConsoleErrorGuard");
    registration.setUrlPatterns(List.of("/*"));
    registration.setDispatcherTypes(DispatcherType.ERROR);
    registration.setOrder(GUARD_ORDER);
    return registration;
  }
}

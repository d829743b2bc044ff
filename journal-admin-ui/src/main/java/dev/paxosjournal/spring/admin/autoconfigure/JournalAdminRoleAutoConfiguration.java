package dev.paxosjournal.spring.admin.autoconfigure;

import dev.paxosjournal.spring.admin.security.RoleFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.web.SecurityFilterChain;

/**
 * The console's check of roles, where there is Spring Security. Behind all of its filters; it adds
 * no filter chain, because one would take the place of the application's own.
 */
@AutoConfiguration(after = JournalAdminAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({Servlet.class, SecurityFilterChain.class, AccessDeniedException.class})
@ConditionalOnBean(JournalConsole.class)
public final class JournalAdminRoleAutoConfiguration {

  @Bean
  FilterRegistrationBean<RoleFilter> journalConsoleRoles(
      JournalConsole console, JournalAdminProperties properties) {
    FilterRegistrationBean<RoleFilter> registration =
        new FilterRegistrationBean<>(new RoleFilter(console.rules()));
    registration.setName("journalConsoleRoles");
    registration.setUrlPatterns(List.of(properties.path() + "/*"));
    registration.setDispatcherTypes(
        DispatcherType.REQUEST, DispatcherType.FORWARD, DispatcherType.ASYNC);
    registration.setOrder(Ordered.LOWEST_PRECEDENCE);
    return registration;
  }
}

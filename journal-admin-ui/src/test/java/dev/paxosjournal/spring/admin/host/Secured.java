package dev.paxosjournal.spring.admin.host;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Ways in which an application may have set up Spring Security. */
public final class Secured {

  private Secured() {}

  /** Users named by what they are to the console; the password is the name. */
  @Configuration(proxyBeanMethods = false)
  public static class Users {
    @Bean
    InMemoryUserDetailsManager users() {
      return new InMemoryUserDetailsManager(
          user("stranger", "SOMETHING_ELSE"),
          user("viewer", "JOURNAL_VIEWER"),
          user("reader", "JOURNAL_VIEWER", "JOURNAL_PAYLOAD"),
          user("operator", "JOURNAL_OPERATOR"));
    }

    private static UserDetails user(String name, String... roles) {
      return User.withUsername(name).password("{noop}" + name).roles(roles).build();
    }
  }

  /** The application permits everything. */
  @Configuration(proxyBeanMethods = false)
  public static class PermitAll {
    @Bean
    SecurityFilterChain everything(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(all -> all.anyRequest().permitAll())
          .httpBasic(Customizer.withDefaults())
          .build();
    }
  }

  /** The application's only chain is for its interface. */
  @Configuration(proxyBeanMethods = false)
  public static class InterfaceOnly {
    @Bean
    SecurityFilterChain interfaceOnly(HttpSecurity http) throws Exception {
      return http.securityMatcher("/api/**")
          .authorizeHttpRequests(all -> all.anyRequest().authenticated())
          .httpBasic(Customizer.withDefaults())
          .build();
    }
  }
}

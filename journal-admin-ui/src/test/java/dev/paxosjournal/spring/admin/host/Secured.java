package dev.paxosjournal.spring.admin.host;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Ways in which an application may have set up Spring Security. */
public final class Secured {

  private Secured() {}

  /** Users named by what they are to the console; the password is the name. */
  @Configuration(proxyBeanMethods = false)
  @Import(Form.class)
  public static class Users {
    @Bean
    InMemoryUserDetailsManager users() {
      return new InMemoryUserDetailsManager(
          user("stranger", "SOMETHING_ELSE"),
          user("viewer", "JOURNAL_VIEWER"),
          user("reader", "JOURNAL_VIEWER", "JOURNAL_PAYLOAD"),
          user("operator", "JOURNAL_OPERATOR"),
          user("deputy", "JOURNAL_OPERATOR"));
    }

    private static UserDetails user(String name, String... roles) {
      return User.withUsername(name).password("{noop}" + name).roles(roles).build();
    }
  }

  /** A form of the application, from which everybody who may see it has a CSRF token. */
  @RestController
  static class Form {
    @GetMapping("/form")
    String form(CsrfToken token) {
      return "<form method=\"post\"><input type=\"hidden\" name=\""
          + token.getParameterName()
          + "\" value=\""
          + token.getToken()
          + "\"><button id=\"run\"></button></form>";
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

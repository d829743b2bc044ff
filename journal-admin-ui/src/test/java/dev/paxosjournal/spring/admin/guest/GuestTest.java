package dev.paxosjournal.spring.admin.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.HostApplication;
import dev.paxosjournal.spring.admin.host.Http;
import dev.paxosjournal.spring.admin.host.Http.Answer;
import dev.paxosjournal.spring.admin.host.Secured;
import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.MessageSource;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.HandlerAdapter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.dialect.IDialect;
import org.thymeleaf.templateresolver.ITemplateResolver;

/** The console changes nothing for its host, and its host's ways change nothing for the console. */
@ExtendWith(OutputCaptureExtension.class)
class GuestTest {
  private static final Pattern LINK = Pattern.compile("(?:href|src|action|hx-get)=\"([^\"]*)\"");
  private static final List<Class<?>> PARTS =
      List.of(
          HostApplication.class,
          Secured.Users.class,
          Secured.PermitAll.class,
          Views.class,
          Advice.class,
          Interceptors.class);

  @ParameterizedTest
  @CsvSource({
    "'', /journal",
    "server.servlet.context-path=/app, /app/journal",
    "paxos.journal.admin.path=/ops/the-journal, /ops/the-journal",
    "spring.mvc.servlet.path=/mvc, /journal",
    "spring.web.resources.add-mappings=false, /journal",
    "spring.thymeleaf.enabled=false, /journal",
    "spring.messages.basename=nothing, /journal",
    "spring.mvc.problemdetails.enabled=true, /journal",
  })
  void everyLinkLeadsToAPageWhereverTheConsoleIs(String property, String base) {
    List<String> properties = new ArrayList<>(List.of("paxos.journal.admin.access=local"));
    if (!property.isEmpty()) {
      properties.add(property);
    }
    try (Host host = Host.start(PARTS, properties.toArray(String[]::new))) {
      Map<String, Integer> links = new TreeMap<>();
      links.put(base, host.client().get(base).status());
      List<String> fresh = new ArrayList<>(List.of(base));
      while (!fresh.isEmpty()) {
        Answer page = host.client().get(fresh.remove(0));
        Matcher matcher = LINK.matcher(page.body());
        while (matcher.find()) {
          String link = matcher.group(1).replace("&amp;", "&").replaceAll("#.*", "");
          if (!link.isEmpty() && !links.containsKey(link)) {
            assertThat(link).startsWith(base);
            Answer answer = host.client().get(link);
            links.put(link, answer.status());
            fresh.add(link);
          }
        }
      }

      assertThat(links).hasSizeGreaterThan(25);
      assertThat(links.values()).allMatch(status -> status == 200 || status == 303);
      assertThat(links.keySet()).anyMatch(link -> link.contains("/assets/htmx.js"));
      Http client = host.client();
      assertThat(
              client.post(base + "/operations", host.verifyForm(client, base)).header("Location"))
          .isEqualTo(base + "/operations/1");
    }
  }

  @Test
  void beansOfTheKindsThatALibraryMustNotAddAreTheSame() {
    try (Host with = Host.start(PARTS);
        Host without = Host.start(PARTS, Host.withoutConsole())) {
      for (Class<?> type :
          List.of(
              ViewResolver.class,
              View.class,
              ITemplateEngine.class,
              ITemplateResolver.class,
              IDialect.class,
              MessageSource.class,
              SecurityFilterChain.class,
              UserDetailsService.class,
              HandlerMapping.class,
              HandlerAdapter.class,
              HandlerExceptionResolver.class,
              HandlerInterceptor.class,
              LocaleResolver.class,
              WebMvcConfigurer.class,
              Converter.class,
              Filter.class)) {
        assertThat(with.context().getBeanNamesForType(type))
            .as(type.getName())
            .containsExactlyInAnyOrder(without.context().getBeanNamesForType(type));
      }
      assertThat(with.context().getBeanNamesForAnnotation(ControllerAdvice.class))
          .containsExactly(without.context().getBeanNamesForAnnotation(ControllerAdvice.class));
      assertThat(with.context().getBeanNamesForAnnotation(Controller.class))
          .containsExactly(without.context().getBeanNamesForAnnotation(Controller.class));

      List<String> ours = new ArrayList<>(List.of(with.context().getBeanDefinitionNames()));
      ours.removeAll(List.of(without.context().getBeanDefinitionNames()));
      assertThat(ours.stream().filter(name -> !name.startsWith("dev.paxosjournal")).sorted())
          .containsExactly(
              "journalConsole",
              "journalConsoleErrorGuard",
              "journalConsoleGuard",
              "journalConsoleRoles",
              "journalConsoleServlet",
              "paxos.journal.admin-dev.paxosjournal.spring.admin.autoconfigure"
                  + ".JournalAdminProperties");
      assertThat(with.context().getBeanNamesForType(FilterRegistrationBean.class))
          .filteredOn(name -> name.startsWith("journalConsole"))
          .hasSize(3);
      assertThat(with.context().getBeanNamesForType(ServletRegistrationBean.class))
          .filteredOn(name -> name.startsWith("journalConsole"))
          .hasSize(1);
    }
  }

  @Test
  void viewsAdviceAndInterceptorsOfTheHostStayItsOwn(CapturedOutput output) {
    try (Host host = Host.start(PARTS, "paxos.journal.admin.access=local")) {
      // The host has a view of the name of one of the console's.
      assertThat(host.client().get("/view").body().trim())
          .isEqualTo("<p>the host&#39;s own overview: of everybody</p>");
      assertThat(host.client().get("/view-fails").body()).isEqualTo("the host's advice");
      assertThat(host.client().get("/view").header("X-Host-Interceptor")).isEqualTo("was here");

      Answer page = host.client().get("/journal");
      assertThat(page.body()).contains("<h1>Overview</h1>").doesNotContain("of everybody");
      assertThat(page.header("X-Host-Interceptor")).isEmpty();
      assertThat(host.client().get("/journal/nothing").body()).doesNotContain("advice");
      assertThat(output.getAll().lines().filter(line -> line.contains(" WARN ")).toList())
          .noneMatch(line -> line.contains("emplate") || line.contains("onsole"));
    }
  }

  @Test
  void pageOfTheConsoleTakesItsLanguageFromTheBrowserNotFromTheHost() {
    try (Host host =
        Host.start(
            PARTS,
            "paxos.journal.admin.access=local",
            "spring.web.locale=fr",
            "spring.web.locale-resolver=fixed")) {
      Http client = host.client().with("Accept-Language", "de-AT,de;q=0.9,en;q=0.8");
      assertThat(client.get("/journal").body()).contains("<html lang=\"de\">");
      assertThat(client.get("/journal?lang=en").body()).contains("<html lang=\"en\">");
      assertThat(client.get("/journal").body()).contains("<html lang=\"en\">"); // kept in a cookie
      assertThat(host.client().with("Accept-Language", "pt").get("/journal").body())
          .contains("<html lang=\"en\">");
    }
  }

  /** Views of the host's own Thymeleaf. */
  @Controller
  static class Views {
    @GetMapping("/view")
    String show(Model model) {
      return "overview";
    }

    @GetMapping("/view-fails")
    String fail() {
      throw new UnsupportedOperationException();
    }
  }

  /** What the host does at every page. */
  @ControllerAdvice
  static class Advice {
    @ModelAttribute("audience")
    String audience() {
      return "of everybody";
    }

    @ExceptionHandler(UnsupportedOperationException.class)
    @ResponseBody
    String unsupported() {
      return "the host's advice";
    }
  }

  /** Notes each request that comes to the host's controllers. */
  static class Interceptors implements WebMvcConfigurer {
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
      registry.addInterceptor(
          new HandlerInterceptor() {
            @Override
            public boolean preHandle(
                jakarta.servlet.http.HttpServletRequest request,
                jakarta.servlet.http.HttpServletResponse response,
                Object handler) {
              response.setHeader("X-Host-Interceptor", "was here");
              return true;
            }
          });
    }
  }
}

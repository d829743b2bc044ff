package dev.paxosjournal.spring.admin;

import dev.paxosjournal.journal.PaxosJournal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application that has a journal, on a free port, and a client for it. */
public final class TestHost implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  private final ConfigurableApplicationContext context;

  private TestHost(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** What the application has of its own. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  public static class Application {
    @Bean
    Greeting greeting() {
      return new Greeting();
    }
  }

  /** The application's own endpoint. */
  @RestController
  public static class Greeting {
    @GetMapping("/hello")
    String hello() {
      return "hello";
    }
  }

  /** How an application is set up. */
  public static final class Setup {
    private final PaxosJournal journal;
    private final List<Class<?>> configurations = new ArrayList<>(List.of(Application.class));
    private final List<String> properties =
        new ArrayList<>(
            List.of(
                "server.port=0",
                "spring.main.banner-mode=off",
                "logging.level.root=WARN",
                "management.endpoints.web.exposure.include=health,info,beans"));
    private boolean hasSecurity;

    private Setup(PaxosJournal journal) {
      this.journal = journal;
    }

    /** With Spring Security on the class path. */
    public Setup security() {
      hasSecurity = true;
      return this;
    }

    /** With classes of its own. */
    public Setup with(Class<?>... own) {
      configurations.addAll(List.of(own));
      return this;
    }

    /** With properties. */
    public Setup property(String... assignments) {
      for (String assignment : assignments) {
        String name = assignment.substring(0, assignment.indexOf('=') + 1);
        properties.removeIf(known -> known.startsWith(name));
        properties.add(assignment);
      }
      return this;
    }

    /** Without the console: as if its jar were not there. */
    public Setup withoutConsole() {
      return property(
          "spring.autoconfigure.exclude="
              + Stream.of("JournalAdmin", "JournalAdminRole", "JournalAdminAbsent")
                  .map(
                      n -> "dev.paxosjournal.spring.admin.autoconfigure." + n + "AutoConfiguration")
                  .reduce((a, b) -> a + "," + b)
                  .orElseThrow());
    }

    /** Starts it. */
    public TestHost start() {
      SpringApplication application =
          new SpringApplication(configurations.toArray(Class<?>[]::new));
      if (!hasSecurity) {
        application.setResourceLoader(
            new DefaultResourceLoader(new FilteredClassLoader("org.springframework.security")));
      }
      application.addInitializers(
          context ->
              ((GenericApplicationContext) context)
                  .registerBean(
                      PaxosJournal.class, () -> journal, bean -> bean.setDestroyMethodName("")));
      return new TestHost(
          application.run(
              properties.stream().map(property -> "--" + property).toArray(String[]::new)));
    }
  }

  /** An application with this journal. */
  public static Setup of(PaxosJournal journal) {
    return new Setup(journal);
  }

  public int port() {
    return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  public ConfigurableApplicationContext context() {
    return context;
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url(path)));
  }

  /** A form as this console's own pages send it. */
  public HttpRequest.Builder form(String path, String body) {
    return request(path)
        .header("Origin", "http://127.0.0.1:" + port())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(body));
  }

  public HttpResponse<String> get(String path) {
    return send(request(path));
  }

  public static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}

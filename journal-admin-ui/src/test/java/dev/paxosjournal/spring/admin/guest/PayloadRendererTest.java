package dev.paxosjournal.spring.admin.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.paxos.Accept;
import dev.paxosjournal.paxos.Ballot;
import dev.paxosjournal.paxos.Value;
import dev.paxosjournal.spring.admin.PayloadRenderer;
import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.HostApplication;
import dev.paxosjournal.spring.admin.host.Secured;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** The application shows its own values in its own terms, and harms nothing if it does it badly. */
class PayloadRendererTest {
  private static final Pattern SHOWN =
      Pattern.compile("<pre class=\"value\".*?>(.*?)</pre>", Pattern.DOTALL);
  private static final Ballot BALLOT = new Ballot(7, 2);
  private static final AtomicInteger asked = new AtomicInteger();

  private static Host host;

  /** Renderers of an application, declared in another order than they are to be asked in. */
  @Configuration(proxyBeanMethods = false)
  static class Renderers {
    @Bean
    @Order(2)
    PayloadRenderer anything() {
      return renderer("anything", text -> text.startsWith("order ") ? "late" : "");
    }

    @Bean
    @Order(1)
    PayloadRenderer orders() {
      return renderer(
          "orders", text -> text.startsWith("order ") ? "Order No. " + text.substring(6) : "");
    }

    @Bean
    @Order(3)
    PayloadRenderer broken() {
      return renderer(
          "broken",
          text -> {
            throw new IllegalStateException("as written");
          });
    }
  }

  private static PayloadRenderer renderer(String name, Function<String, String> of) {
    return new PayloadRenderer() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Optional<String> render(long slot, Ballot ballot, Value value) {
        asked.incrementAndGet();
        String shown = of.apply(new String(value.toByteArray(), StandardCharsets.UTF_8));
        return shown.isEmpty()
            ? Optional.empty()
            : Optional.of(shown + " in slot " + slot + " at " + ballot);
      }
    };
  }

  @BeforeAll
  static void start() {
    host = startHost("always");
  }

  private static Host startHost(String showValues) {
    Host started =
        Host.start(
            List.of(
                HostApplication.class,
                Renderers.class,
                Secured.Users.class,
                Secured.InterfaceOnly.class),
            "paxos.journal.admin.access=local",
            "paxos.journal.admin.show-values=" + showValues);
    learn(started, 1, "order 17");
    learn(started, 2, "{\"not\":\"an order\"}");
    learn(started, 3, "order <script>alert(1)</script>\u202e");
    return started;
  }

  private static void learn(Host at, long slot, String text) {
    at.journal().learn(new Accept(slot, BALLOT, Value.utf8(text))).join();
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static String page(String path) {
    return host.client().get("/journal/slots/" + path).body();
  }

  private static String shown(String path) {
    Matcher value = SHOWN.matcher(page(path));
    return value.find() ? value.group(1) : "";
  }

  @Test
  void firstThatKnowsTheValueIsShownFirst() {
    assertThat(shown("1")).isEqualTo("Order No. 17 in slot 1 at " + BALLOT);
    assertThat(page("1").replaceAll("<.*?>", "")).containsPattern("Looks like\\s+orders");
  }

  @Test
  void everyOneIsOfferedBesideTheConsolesOwnForms() {
    assertThat(page("1"))
        .contains("?as=orders", "?as=anything", "?as=broken", "?as=text", "?as=hex");
    assertThat(shown("1?as=anything")).isEqualTo("late in slot 1 at " + BALLOT);
    assertThat(shown("1?as=text")).isEqualTo("order 17");
  }

  @Test
  void valueThatNoneKnowsIsShownAsIfThereWereNone() {
    assertThat(shown("2")).contains("&quot;not&quot;");
    assertThat(page("2?as=orders")).contains("The value cannot be shown so.");
  }

  @Test
  void whatOneThrowsStopsNothing() {
    assertThat(shown("2?as=broken")).isEmpty();
    assertThat(page("2?as=broken")).contains("The value cannot be shown so.");
    assertThat(shown("1?as=orders")).startsWith("Order");
  }

  @Test
  void whatOneReturnsIsTextAndNothingElse() {
    assertThat(shown("3")).contains("&lt;script&gt;").doesNotContain("<script", "\u202e");
  }

  @Test
  void maskedValueIsNotEvenGivenToThem() {
    try (Host masked = startHost("never")) {
      int before = asked.get();

      String page = masked.client().get("/journal/slots/1?as=orders").body();

      assertThat(page).contains("The value is not shown to you.").doesNotContain("Order No.");
      assertThat(asked).hasValue(before);
    }
  }
}

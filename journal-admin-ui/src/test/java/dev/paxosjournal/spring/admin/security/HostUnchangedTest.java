package dev.paxosjournal.spring.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.paxosjournal.spring.admin.host.Host;
import dev.paxosjournal.spring.admin.host.HostAnswers;
import dev.paxosjournal.spring.admin.host.HostApplication;
import dev.paxosjournal.spring.admin.host.Secured;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the application answers by itself is the same with the console and without. */
class HostUnchangedTest {

  static Stream<List<Class<?>>> hosts() {
    return Stream.of(
        List.of(HostApplication.class, Secured.Users.class),
        List.of(HostApplication.class, Secured.Users.class, Secured.PermitAll.class),
        List.of(HostApplication.class, Secured.Users.class, Secured.InterfaceOnly.class));
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void applicationAnswersAsWithoutTheConsole(List<Class<?>> parts) {
    Map<String, String> without = HostAnswers.of(parts, Host.withoutConsole());
    Map<String, String> with = HostAnswers.of(parts);

    assertThat(with.keySet()).isEqualTo(without.keySet());
    for (Map.Entry<String, String> answer : with.entrySet()) {
      assertThat(answer.getValue()).as(answer.getKey()).isEqualTo(without.get(answer.getKey()));
    }
    assertThat(without.values()).anyMatch(answer -> answer.startsWith("200"));
  }
}

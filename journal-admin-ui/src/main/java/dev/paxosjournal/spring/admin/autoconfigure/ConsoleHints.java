package dev.paxosjournal.spring.admin.autoconfigure;

import dev.paxosjournal.spring.admin.web.Texts;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** What a native image must keep of this module beside its classes. */
final class ConsoleHints implements RuntimeHintsRegistrar {

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    hints.resources().registerPattern("dev/paxosjournal/spring/admin/templates/*.html");
    hints.resources().registerPattern("dev/paxosjournal/spring/admin/assets/*");
    hints.resources().registerPattern("dev/paxosjournal/spring/admin/assets/htmx/*");
    hints.resources().registerResourceBundle(Texts.BUNDLE);
  }
}

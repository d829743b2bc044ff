package dev.paxosjournal.journal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Keeps the journal silent while a class of tests fails it hundreds of thousands of times. */
final class QuietLogs implements BeforeAllCallback, AfterAllCallback {
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.paxosjournal");
  private Level before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = logger.getLevel();
    logger.setLevel(Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    logger.setLevel(before);
  }
}

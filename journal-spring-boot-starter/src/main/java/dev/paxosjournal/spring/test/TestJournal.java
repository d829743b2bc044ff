package dev.paxosjournal.spring.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.util.FileSystemUtils;

/**
 * Lets {@code paxos.journal.directory} name a new temporary directory, deleted when the context is
 * closed: {@code new ApplicationContextRunner().withInitializer(new TestJournal())}. Each context
 * gets another directory, so any number of them may be open at once.
 */
public final class TestJournal
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  private static final String DIRECTORY_BEAN = "paxosJournalTestDirectory";

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    Path directory = newDirectory();
    MutablePropertySources sources = context.getEnvironment().getPropertySources();
    sources.addFirst(
        new MapPropertySource(
            "test journal",
            Map.of("paxos.journal.directory", directory.resolve("journal").toString())));
    sources.addLast(
        new MapPropertySource(
            "test journal defaults",
            Map.of(
                "paxos.journal.cluster-id", "test",
                "paxos.journal.node-id", "1",
                // A test writes little: a log file need not be filled for it.
                "paxos.journal.preallocate", "false")));
    // Registered before all beans and so destroyed after all, the journal included.
    if (context.getBeanFactory() instanceof DefaultSingletonBeanRegistry beans) {
      beans.registerDisposableBean(DIRECTORY_BEAN, new Deletion(directory));
    }
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("paxos-journal-test-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Deletion(Path directory) implements DisposableBean {
    @Override
    public void destroy() throws IOException {
      FileSystemUtils.deleteRecursively(directory);
    }
  }
}

package dev.paxosjournal.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

import dev.paxosjournal.journal.FaultyJournal;
import dev.paxosjournal.journal.JournalStatus;
import dev.paxosjournal.journal.PaxosJournal;
import dev.paxosjournal.paxos.SlotState;
import dev.paxosjournal.spring.autoconfigure.JournalAutoConfiguration;
import dev.paxosjournal.spring.autoconfigure.JournalProperties;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** Journals for the tests of applications. */
class TestJournalTest {
  /** The directory of each configuration of the nested classes, which run in any order. */
  private static final Map<String, Path> SEEN = new HashMap<>();

  /** A cached context keeps its directory, and no two share one. */
  private static void note(String configuration, Path directory) {
    SEEN.putIfAbsent(configuration, directory);
    assertThat(SEEN).containsEntry(configuration, directory);
    assertThat(SEEN.values()).doesNotHaveDuplicates();
  }

  @Nested
  @SpringBootTest(
      classes = Application.class,
      webEnvironment = SpringBootTest.WebEnvironment.NONE,
      properties = "paxos.journal.directory=/nowhere/that/exists")
  @AutoConfigureTestJournal
  class InASpringBootTest {
    @Autowired private PaxosJournal journal;
    @Autowired private JournalProperties properties;

    @Test
    void journalIsOpenInATemporaryDirectory() {
      journal.blocking().learn(FaultyJournal.accept(0));

      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(Path.of(properties.directory())).exists().hasFileName("journal");
      note("same", Path.of(properties.directory()));
    }
  }

  @Nested
  @SpringBootTest(
      classes = Application.class,
      webEnvironment = SpringBootTest.WebEnvironment.NONE,
      properties = "paxos.journal.directory=/nowhere/that/exists")
  @AutoConfigureTestJournal
  class InAnotherWithTheSameConfiguration {
    @Autowired private PaxosJournal journal;
    @Autowired private JournalProperties properties;

    @Test
    void cachedContextKeepsItsJournal() {
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      note("same", Path.of(properties.directory()));
    }
  }

  @Nested
  @SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
  @TestPropertySource(properties = "paxos.journal.cluster-id=own")
  @AutoConfigureTestJournal
  @DirtiesContext
  class InOneWithAnotherConfiguration {
    @Autowired private PaxosJournal journal;
    @Autowired private JournalProperties properties;

    @Test
    void otherContextHasAnotherJournalThoughTheFirstIsCached() {
      assertThat(journal.status().state()).isEqualTo(JournalStatus.State.OPEN);
      assertThat(journal.identity().clusterId()).isEqualTo("own");
      note("own", Path.of(properties.directory()));
    }
  }

  @Nested
  @SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
  @AutoConfigureTestJournal
  class WithAMock {
    @MockitoBean private PaxosJournal journal;
    @Autowired private ConfigurableApplicationContext context;

    @Test
    void mockTakesThePlaceOfTheJournal() {
      given(journal.slot(3)).willReturn(new SlotState.Unknown(3));

      assertThat(context.getBean(PaxosJournal.class)).isSameAs(journal);
      assertThat(context.getBean(PaxosJournal.class).slot(3).slot()).isEqualTo(3);
    }
  }

  @Test
  void contextsRunByHandDoNotClashAndLeaveNothingBehind() {
    ApplicationContextRunner runner =
        new ApplicationContextRunner()
            .withInitializer(new TestJournal())
            .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class));
    Set<Path> directories = new HashSet<>();
    runner.run(
        first ->
            runner.run(
                second -> {
                  directories.add(Path.of(first.getBean(JournalProperties.class).directory()));
                  directories.add(Path.of(second.getBean(JournalProperties.class).directory()));
                  assertThat(directories).hasSize(2).allSatisfy(each -> assertThat(each).exists());
                }));

    assertThat(directories).allSatisfy(each -> assertThat(each.getParent()).doesNotExist());
  }

  @Test
  void pausedContextReleasesItsDirectoryAndGoesOn() {
    new ApplicationContextRunner()
        .withInitializer(new TestJournal())
        .withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class))
        .run(
            context -> {
              PaxosJournal journal = context.getBean(PaxosJournal.class);
              journal.blocking().learn(FaultyJournal.accept(0));
              ConfigurableApplicationContext pausable = context.getSourceApplicationContext();

              pausable.pause();
              JournalStatus.State paused = journal.status().state();
              pausable.restart();

              assertThat(paused).isEqualTo(JournalStatus.State.CLOSED);
              assertThat(journal.status().committedThrough()).isZero();
            });
  }

  /** A restart of DevTools closes the context and makes another in a class loader of its own. */
  @Test
  void nextClassLoaderFindsTheDirectoryFree(@TempDir Path directory) throws Exception {
    long before = -1;
    for (int start = 0; start < 3; start++) {
      try (RestartLoader loader = new RestartLoader()) {
        Class<?> main = loader.loadClass(RestartedApplication.class.getName());
        assertThat(main).isNotSameAs(RestartedApplication.class);
        long found = (long) main.getMethod("run", String.class).invoke(null, directory.toString());

        assertThat(found).isEqualTo(before + 1);
        before = found;
      }
    }
  }

  /** What lies in directories is loaded anew, what lies in jars is not: as DevTools does it. */
  private static final class RestartLoader extends URLClassLoader {
    RestartLoader() throws Exception {
      super(
          new URL[] {
            RestartedApplication.class.getProtectionDomain().getCodeSource().getLocation()
          },
          TestJournalTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && name.startsWith(RestartedApplication.class.getName())) {
          loaded = findClass(name);
        }
        return loaded == null ? super.loadClass(name, resolve) : loaded;
      }
    }
  }

  @SpringBootConfiguration
  @ImportAutoConfiguration(JournalAutoConfiguration.class)
  static class Application {}

  /** Learns one value more in each life. */
  @SpringBootConfiguration
  @ImportAutoConfiguration(JournalAutoConfiguration.class)
  public static class RestartedApplication {
    /** Starts, learns the next slot, ends; returns that slot. */
    public static long run(String directory) {
      SpringApplication application =
          new SpringApplicationBuilder(RestartedApplication.class)
              .web(WebApplicationType.NONE)
              .build();
      try (ConfigurableApplicationContext context =
          application.run(
              "--paxos.journal.directory=" + directory,
              "--paxos.journal.cluster-id=orders",
              "--paxos.journal.node-id=1",
              "--paxos.journal.preallocate=false")) {
        PaxosJournal journal = context.getBean(PaxosJournal.class);
        long next = journal.status().committedThrough() + 1;
        journal.blocking().learn(FaultyJournal.accept(next));
        return next;
      }
    }
  }
}
